import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { changingFaults } from './faults.js';
import type { Outcome } from './run-histories.js';
import { simulate } from './simulate.js';

/** Enough to meet everything that can be met; `npm run test:simulation` plays more. */
const seeds = 2_000;

/** The histories of the first seeds, as built: inside Jest they take several times as long. */
function play(count: number): Promise<Outcome> {
  const options = ['--from', '1', '--seeds', String(count), '--json'];
  return new Promise((resolve, reject) => {
    const main = join(__dirname, '../../dist/simulation/main.js');
    execFile(process.execPath, [main, ...options], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      // It ends with 1 when a promise was broken, and says which.
      if (stdout !== '') resolve(JSON.parse(stdout) as Outcome);
      else reject(new Error(`the histories could not be played: ${stderr}`, { cause: error }));
    });
  });
}

describe('the provisioning engine, over histories that seeds make up', () => {
  let outcome: Outcome;
  const times = (what: string): number => outcome.coverage[what] ?? 0;

  it(`keeps its promises in ${seeds} of them`, async () => {
    outcome = await play(seeds);
    const broken = outcome.failures.map(
      ({ seed, violations }) => `seed ${seed}: ${violations[0]!.rule}: ${violations[0]!.what}; npm run test:simulation -- --seed ${seed}`,
    );
    expect(broken).toEqual([]);
    expect(outcome.histories).toBe(seeds);
  }, 300_000);

  it('meets every kind of fault in them, and every end of a job', () => {
    const met = (names: readonly string[], group: string): Record<string, boolean> =>
      Object.fromEntries(names.map((name) => [name, times(`${group}: ${name}`) > 0]));
    const all = (names: readonly string[]): Record<string, boolean> => Object.fromEntries(names.map((name) => [name, true]));
    const faults = [...Object.keys(changingFaults), 'wrong settings', 'a stranger comes first', 'task ends badly', 'task ends never'];
    expect(met(faults, 'faults')).toEqual(all(faults));
    const ends = ['completed', 'failed', 'cancelled', 'superseded', 'needs_operator'];
    expect(met(ends, 'jobs ended')).toEqual(all(ends));
    const states = ['pending', 'active', 'suspended', 'terminated', 'cancelled'];
    expect(met(states, 'services ended')).toEqual(all(states));
    const decisions = ['retry', 'retry anew', 'roll back', 'skip a step', 'skip an undo', 'mark resolved', 'stop'];
    expect(met(decisions, 'staff')).toEqual(all(decisions));
    const trouble = ['not executed', 'answer lost', 'executed twice'];
    expect(met(trouble, 'journal faults')).toEqual(all(trouble));
  });

  it('lets workers die and come back as often as it takes', () => {
    expect(times('processes: crashes')).toBeGreaterThan(1_000);
    expect(times('processes: zombies')).toBeGreaterThan(100);
    expect(times('processes: stops')).toBeGreaterThan(50);
    expect(times('calls: applied for one that no longer holds the job')).toBeGreaterThan(20);
    expect(times('turns: lease lost')).toBeGreaterThan(50);
    expect(times('steps: polled together')).toBeGreaterThan(20);
    expect(times('permits: none free')).toBeGreaterThan(100);
  });

  it.each([2, 33, 58, 220, 335])('plays the history of seed %i the same way twice', async (seed) => {
    const first = await simulate(seed, { trace: true });
    expect(first.lines.length).toBeGreaterThan(10);
    const second = await simulate(seed, { trace: true });
    expect(second.lines).toEqual(first.lines);
    // Nor does it matter whether anybody looks on.
    const unseen = await simulate(seed);
    expect([unseen.events, unseen.virtualMs]).toEqual([first.events, first.virtualMs]);
  });
});
