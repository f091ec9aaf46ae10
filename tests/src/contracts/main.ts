import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkContracts } from './check-contracts.js';
import { isFine, reportOf } from './report.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const help = `npm run check:contracts -- [folder of the providers' contracts] [--recordings FOLDER]

Runs the tests of the extensions, and those of a whole panel that works with them, records every request that goes to a provider, and
checks each against the provider's published schema: path, method, every parameter. What an extension is checked against is named in its
contract.json. The folder of the contracts is ../shared/contracts when none is given; without it nothing is checked.

  --recordings FOLDER   checks what a run of the tests with HOSTWRIGHT_RECORD_DIR=FOLDER has recorded, and runs none
  --help

Ends with 1 when a request is not what the contract says, or when a test failed.
`;
/** Tests in which extensions talk to providers. */
const tests = ['extensions/[^/]+/(src|test)/', 'apps/worker/test/(bundle|site|story)'];

function record(folder: string): boolean {
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const run = spawnSync(process.execPath, [jest, '--config', 'config/jest.config.mjs', '--silent', ...tests], {
    cwd: root,
    env: { ...process.env, HOSTWRIGHT_RECORD_DIR: folder },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return run.status === 0;
}

function check(contracts: string, recordings: string): boolean {
  const findings = checkContracts({ extensions: join(root, 'extensions'), contracts, recordings });
  process.stdout.write(`${reportOf(findings)}\n`);
  return isFine(findings);
}

function main(): number {
  const { values, positionals } = parseArgs({
    options: { recordings: { type: 'string' }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const contracts = resolve(root, positionals[0] ?? '../shared/contracts');
  if (!existsSync(contracts)) {
    process.stdout.write(`skipped: there are no contracts in ${contracts}\n`);
    return 0;
  }
  if (values.recordings !== undefined && !existsSync(resolve(root, values.recordings))) {
    process.stderr.write(`there is no folder ${values.recordings}; a run of the tests with HOSTWRIGHT_RECORD_DIR makes it\n`);
    return 2;
  }
  if (values.recordings !== undefined) return check(contracts, resolve(root, values.recordings)) ? 0 : 1;
  const folder = mkdtempSync(join(tmpdir(), 'hostwright-recordings-'));
  try {
    const passed = record(folder);
    if (!passed) process.stdout.write('some tests failed, so what they would have sent is not known\n');
    return check(contracts, folder) && passed ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = main();
