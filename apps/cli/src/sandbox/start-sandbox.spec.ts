import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aboutSandbox, sandboxesIn, startSandbox } from './start-sandbox.js';

const folder = mkdtempSync(join(tmpdir(), 'sandboxes-'));
const extension = (id: string, manifest: object, sandbox?: string): void => {
  mkdirSync(join(folder, id));
  writeFileSync(join(folder, id, 'package.json'), JSON.stringify({ name: id, hostwright: { sdk: 1, ...manifest } }));
  if (sandbox !== undefined) writeFileSync(join(folder, id, 'sandbox.mjs'), sandbox);
};
const running = `{ server: { url: 'http://127.0.0.1:' + options.port }, product: {}, controlUrl: 'http://127.0.0.1:9', stop: async () => {} }`;

beforeAll(() => {
  extension('boxes', { sandbox: 'sandbox.mjs' }, `export default { id: 'boxes', start: async (options) => (${running}) };`);
  extension(
    'lacking',
    { sandbox: 'sandbox.mjs' },
    `export default { id: 'lacking', missing: 'tool is not installed', start: async () => {} };`,
  );
  extension('unbuilt', { sandbox: 'dist/sandbox.js' });
  extension('plain', {});
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the sandbox of one provider', () => {
  it('is one of those whose extensions name one', () => {
    expect(sandboxesIn(folder)).toEqual(['boxes', 'lacking', 'unbuilt']);
  });

  it('is told of with the settings that reach it and how it is controlled', async () => {
    const about = aboutSandbox(await startSandbox(folder, 'boxes', { port: 4711 }));
    expect(about).toContain('"url": "http://127.0.0.1:4711"');
    expect(about).toContain(
      'curl -s http://127.0.0.1:9/faults -H \'content-type: application/json\' -d \'{"kind":"lost_reply","method":"POST"}\'',
    );
    // It has no products.
    expect(about).not.toContain('component');
  });

  it.each([
    ['there is none', 'plain', 'invalid_config', /no sandbox of plain; there is: boxes, lacking, unbuilt/],
    ['it is a path', '../boxes', 'invalid_config', /no sandbox of/],
    ['it was not built', 'unbuilt', 'invalid_config', /npm run build/],
    ['this machine lacks what it needs', 'lacking', 'unavailable', /tool is not installed/],
  ])('is not started, and it is said why, when %s', async (_when, id, code, message) => {
    await expect(startSandbox(folder, id, {})).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
