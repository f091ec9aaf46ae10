import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';

const generator = fileURLToPath(new URL('../../console/scripts/generate.mjs', import.meta.url));

it('is described to the console as it is', async () => {
  const api = await ApiFixture.start();
  try {
    const checked = promisify(execFile)(process.execPath, [generator, '--check', api.url]);
    await expect(checked).resolves.toMatchObject({ stderr: '' });
  } finally {
    await api.stop();
  }
});
