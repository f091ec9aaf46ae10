import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The same seed makes the same choices; another can be tried with `CRASH_SEED=…`. */
const seed = process.env['CRASH_SEED'] ?? '20261120';
/** Of the matrix, and of the operations of one case; `npm run test:crash` and `npm run test:operations` have them all. */
const sampled = 8;
/** Jobs in each storm. */
const stormy = 4;

/** The sweep as built: it kills processes, and those are started from what was built. */
function crash(...options: string[]): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(__dirname, '../../dist/crash/main.js'), ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, lines: output.trim().split('\n') }));
  });
}

describe('workers that are killed, paused or cut off', () => {
  it(`lose, double and orphan nothing, and get stuck nowhere, in what the seed ${seed} chooses`, async () => {
    const { code, lines } = await crash(
      '--sweep',
      '--operations',
      '--storms',
      '--sample',
      String(sampled),
      '--seed',
      seed,
      '--together',
      '--jobs',
      String(stormy),
      // Its create has steps of another module, steps side by side, permits and reservations.
      '--case',
      'cpanel-reseller',
    );
    expect({ code, verdict: lines.at(-1), lines: code === 0 ? [] : lines }).toEqual({
      code: 0,
      verdict: `runs ${2 * sampled} of ${2 * sampled} lost 0 doubled 0 orphaned 0 stuck 0`,
      lines: [],
    });
    for (const storm of ['a worker paused past its lease', 'Redis emptied', 'PostgreSQL stopped at once'])
      expect(lines).toContainEqual(expect.stringMatching(`${storm}: (runs ${stormy} of ${stormy} |skipped)`));
  }, 240_000);
});
