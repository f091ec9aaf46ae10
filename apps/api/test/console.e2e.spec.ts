import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleSite } from '../src/console/index.js';
import { ApiFixture } from './support/api-fixture.js';

const page = '<!doctype html><script type="module" src="/assets/index-4f1c.js"></script>';
const script = 'document.title = "a page";\n'.repeat(50);

let folder: string;
let api: ApiFixture;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-console-'));
  api = await ApiFixture.start();
  api.app.get(ConsoleSite).folder = join(folder, 'site');
});
afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
});

const open = (path: string, headers: Record<string, string> = {}) => api.call('GET', path, { token: null, headers });

describe('a panel without a built console', () => {
  it.each(['/', '/app/jobs', '/assets/index-4f1c.js'])('starts, and has nothing at %s', async (path) => {
    const answer = await open(path);
    expect([answer.status, answer.json.error.code]).toEqual([404, 'not_found']);
  });

  it('says what to do', async () => {
    expect((await open('/')).json.error.message).toContain('npm run build');
  });
});

describe('a panel with a built console', () => {
  beforeAll(() => {
    mkdirSync(join(folder, 'site/assets'), { recursive: true });
    writeFileSync(join(folder, 'site/index.html'), page);
    writeFileSync(join(folder, 'site/assets/index-4f1c.js'), script);
    writeFileSync(join(folder, 'site/assets/index-4f1c.js.gz'), gzipSync(script));
    writeFileSync(join(folder, 'site/.built'), 'now');
    writeFileSync(join(folder, 'secret.txt'), 'beside the site');
  });

  it.each(['/', '/app', '/app/jobs', '/app/jobs/17?state=waiting'])(
    'answers %s with the page, which is asked for anew each time',
    async (path) => {
      const answer = await open(path);
      expect([answer.status, answer.text]).toEqual([200, page]);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-cache');
    },
  );

  it('lets the page run its own files only, and nobody frame it', async () => {
    const policy = String((await open('/app/jobs')).headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|default-src[^;]*unsafe/);
  });

  it('answers an asset with its type, to be kept for a year', async () => {
    const answer = await open('/assets/index-4f1c.js', { 'accept-encoding': 'identity' });
    expect([answer.status, answer.text]).toEqual([200, script]);
    expect(answer.headers['content-type']).toMatch(/^(text|application)\/javascript/);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('sends it packed to who takes that', async () => {
    const answer = await open('/assets/index-4f1c.js', { 'accept-encoding': 'gzip' });
    expect([answer.headers['content-encoding'], answer.text]).toEqual(['gzip', script]);
    expect(answer.headers['content-type']).toMatch(/^(text|application)\/javascript/);
  });

  it.each([
    '/assets/index-0000.js',
    '/assets/..%2Findex.html',
    '/assets/..%2F..%2Fsecret.txt',
    '/assets/.built',
    '/assets/%00',
    '/assets/',
  ])('has nothing at %s, and says so as JSON that nobody keeps', async (path) => {
    const answer = await open(path);
    expect([answer.status, answer.json.error.code]).toEqual([404, 'not_found']);
    expect(String(answer.headers['cache-control'] ?? '')).not.toContain('immutable');
  });

  it('changes nothing for the API, its description and what is not there', async () => {
    expect((await open('/api/v1/jobs')).status).toBe(401);
    expect((await open('/application')).json.error.code).toBe('not_found');
    expect((await open('/docs')).status).toBe(200);
    expect(Object.keys((await open('/docs-json')).json.paths).filter((path) => path === '/' || /^\/(app|assets)/.test(path))).toEqual([]);
    expect((await api.call('POST', '/app/jobs', { token: null })).status).toBe(404);
  });
});
