import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * One test run's own folder. The first test that needs PostgreSQL starts a throw-away server there, the others use the same one, and it is
 * stopped here when all tests have ended. Plain JavaScript, because Jest loads set-up and tear-down without its mapping of names.
 */

const prefix = 'hostwright-test-run-';
const runFolderVariable = 'HOSTWRIGHT_TEST_RUN';

/** Jest's `globalSetup`. */
export function openRunFolder() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    if (!isAlive(read(join(folder, 'owner')))) closeFolder(folder); // left by a run that was killed
  }
  // It gets its name when it has its owner: another run that starts now would otherwise take it for one left behind.
  const unnamed = mkdtempSync(join(tmpdir(), 'hostwright-new-run-'));
  writeFileSync(join(unnamed, 'owner'), String(process.pid));
  const folder = unnamed.replace('hostwright-new-run-', prefix);
  renameSync(unnamed, folder);
  process.env[runFolderVariable] = folder;
}

/** Jest's `globalTeardown`. */
export function closeRunFolder() {
  closeFolder(process.env[runFolderVariable]);
}

function closeFolder(folder) {
  // Written by the test that started the server: its process and where its files are.
  const server = JSON.parse(read(join(folder, 'server.json')) ?? '{}');
  if (server.pid && isServerOf(server.pid, server.folder)) {
    process.kill(server.pid, 'SIGKILL');
    while (isAlive(server.pid)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
  if (server.folder) rmSync(server.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  rmSync(folder, { recursive: true, force: true });
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Its number may belong to another process by now. */
function isServerOf(pid, folder) {
  return isAlive(pid) && (process.platform !== 'linux' || (read(`/proc/${pid}/cmdline`) ?? '').includes(folder));
}

function isAlive(pid) {
  try {
    process.kill(Number(pid), 0);
    return !(read(`/proc/${pid}/stat`) ?? ') S').includes(') Z');
  } catch {
    return false;
  }
}
