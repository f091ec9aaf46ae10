import { mkdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';

/*
 * With HOSTWRIGHT_RECORD_DIR set, what the tests of the extensions and of the running apps send to providers is kept there, a file for
 * each test file, for `npm run check:contracts`. What a sandbox's own tests send is not kept: they ask for what is wrong on purpose.
 */
const rootDir = fileURLToPath(new URL('..', import.meta.url));

if (process.env.HOSTWRIGHT_RECORD_DIR) {
  const folder = resolve(rootDir, process.env.HOSTWRIGHT_RECORD_DIR);
  const path = relative(rootDir, expect.getState().testPath).split(sep);
  const extension = path[0] === 'extensions' && path[2] !== 'sandbox' ? path[1] : undefined;
  if (extension !== undefined || (path[0] === 'apps' && path[2] === 'test')) {
    mkdirSync(folder, { recursive: true });
    process.env.HOSTWRIGHT_RECORD = join(folder, `${path.join('~')}.jsonl`);
    process.env.HOSTWRIGHT_RECORD_EXTENSION = extension ?? '';
  }
}
