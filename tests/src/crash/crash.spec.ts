import { describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The same seed makes the same choices; another can be tried with `CRASH_SEED=…`. */
const seed = process.env['CRASH_SEED'] ?? '20261120';
const sampled = 30;
const sampledOperations = 20;
const stormy = 8;

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

describe('workers that are killed', () => {
  jest.setTimeout(240_000);

  it(`lose, double and orphan nothing, and get stuck nowhere, at ${sampled} boundaries chosen by the seed ${seed}`, async () => {
    const { code, lines } = await crash('--sweep', '--sample', String(sampled), '--seed', seed);
    expect({ code, verdict: lines.at(-1), lines: code === 0 ? [] : lines }).toEqual({
      code: 0,
      verdict: `runs ${sampled} of ${sampled} lost 0 doubled 0 orphaned 0 stuck 0`,
      lines: [],
    });
  });

  it(`and neither do ${sampledOperations} of what else is done with a service, in lives chosen by that seed`, async () => {
    const { code, lines } = await crash('--operations', '--sample', String(sampledOperations), '--seed', seed);
    expect({ code, verdict: lines.at(-1), lines: code === 0 ? [] : lines }).toEqual({
      code: 0,
      verdict: `runs ${sampledOperations} of ${sampledOperations} lost 0 doubled 0 orphaned 0 stuck 0`,
      lines: [],
    });
  });

  it('nor paused past their lease, nor with Redis emptied or PostgreSQL stopped at once', async () => {
    const { code, lines } = await crash('--storms', '--together', '--jobs', String(stormy));
    expect({ code, lines: code === 0 ? [] : lines }).toEqual({ code: 0, lines: [] });
    const verdicts = lines.filter((line) => line.includes('runs ') || line.includes('skipped'));
    expect(verdicts).toHaveLength(3);
  });
});
