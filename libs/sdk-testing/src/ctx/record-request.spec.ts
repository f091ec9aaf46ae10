import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { json, startHttpSandbox } from '../http/index.js';
import { sandboxParts } from '../sandbox-parts.js';
import { recordRequest } from './record-request.js';
import { testCtx } from './test-ctx.js';

const variables = ['HOSTWRIGHT_RECORD', 'HOSTWRIGHT_RECORD_EXTENSION'] as const;
const before = variables.map((name) => process.env[name]);
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'record-'));
  path = join(folder, 'record.jsonl');
  process.env['HOSTWRIGHT_RECORD'] = path;
  process.env['HOSTWRIGHT_RECORD_EXTENSION'] = 'example';
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  for (const [index, name] of variables.entries()) {
    if (before[index] === undefined) delete process.env[name];
    else process.env[name] = before[index];
  }
});

const recorded = () =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('what a test sends', () => {
  it('is kept with its extension, for the owner of the file alone', async () => {
    const routes = [{ method: 'POST', path: '/echo', handle: () => json(200, {}) }];
    const answers = { internalError: () => json(500, {}), notFound: () => json(404, {}) };
    const sandbox = await startHttpSandbox({ parts: sandboxParts(), routes, answers, ledger: () => [] });
    const request = { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Api-Key': 'plain' }, body: '{"size":5}' };
    await testCtx().fetch(`${sandbox.url}/echo?page=2`, request);
    await testCtx({ recorded: false }).fetch(`${sandbox.url}/echo?wrong=on-purpose`, request);
    await sandbox.running({ server: {}, product: {} }).stop();
    expect(recorded()).toEqual([
      {
        kind: 'http',
        extension: 'example',
        method: 'POST',
        url: `${sandbox.url}/echo?page=2`,
        headers: { 'content-type': 'application/json', 'x-api-key': '*****' },
        body: '{"size":5}',
      },
    ]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([
    [
      'application/json',
      '{"list":[{"dbPassword":"plain","size":5}],"key":"plain"}',
      '{"list":[{"dbPassword":"*****","size":5}],"key":"*****"}',
    ],
    ['application/x-www-form-urlencoded', 'a=b%3Dc&password=pl%61in&ssh-public-keys=plain', 'a=b%3Dc&password=*****&ssh-public-keys=*****'],
    ['multipart/form-data; boundary=x', '--x plain', '[multipart/form-data, 9 bytes]'],
    ['application/json', '{"password":"plain', '[application/json, 18 bytes]'],
  ])('is kept without its secrets, but with their length (%s)', (type, body, kept) => {
    recordRequest({ method: 'POST', url: 'https://127.0.0.1/a?token=plain&b=1', headers: { 'content-type': type }, body });
    expect(recorded()).toMatchObject([{ url: 'https://127.0.0.1/a?token=*****&b=1', body: kept }]);
  });

  it('is not kept when nobody asked for it', () => {
    delete process.env['HOSTWRIGHT_RECORD'];
    recordRequest({ method: 'GET', url: 'https://127.0.0.1/', headers: {}, body: undefined });
    expect(() => statSync(path)).toThrow('ENOENT');
  });
});
