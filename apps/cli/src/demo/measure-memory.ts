import { setTimeout as sleep } from 'node:timers/promises';
import type { Panel } from '../supervision/index.js';
import type { Screen } from '../terminal/index.js';
import { memoryOf } from './process-memory.js';

const idleMs = 10_000;
/** What the API, the worker and the embedded PostgreSQL may take together while nothing happens. */
const limitBytes = 400 * 1024 * 1024;

/** Measures a panel that does nothing. Answers the exit code: 1 when it takes more than it may. */
export async function measureMemory({ api, worker, database }: Panel, screen: Screen, signal: AbortSignal): Promise<number> {
  screen.print(`Waiting ${idleMs / 1_000} s …`);
  await sleep(idleMs, undefined, { signal });
  const parts = [
    ['API', api.pid],
    ['worker', worker.pid],
    ['PostgreSQL', database?.pid],
  ] as const;
  let sum = 0;
  for (const [name, pid] of parts) {
    if (pid === undefined) continue;
    const { bytes, processes } = memoryOf(pid);
    sum += bytes;
    screen.print(`  ${name.padEnd(12)}${mebibytes(bytes)}`, [`  ${processes} ${processes === 1 ? 'process' : 'processes'}`, 'dim']);
  }
  screen.print(
    [`  ${'all'.padEnd(12)}${mebibytes(sum)}`, 'bold'],
    [`  proportional set size; at most ${mebibytes(limitBytes).trim()}`, 'dim'],
  );
  return sum <= limitBytes ? 0 : 1;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1).padStart(8)} MiB`;
}
