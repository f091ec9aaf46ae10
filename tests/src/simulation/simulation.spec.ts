import { describe, expect, it } from '@jest/globals';
import { changingFaults } from './faults.js';
import { runHistories, type Tally } from './run-histories.js';
import { simulate } from './simulate.js';

/** Enough to meet everything that can be met; `npm run test:simulation` plays more. */
const seeds = 2_000;

describe('the provisioning engine, over histories that seeds make up', () => {
  let tally: Tally;

  it(`keeps its promises in ${seeds} of them`, async () => {
    tally = await runHistories(1, (played) => played < seeds);
    const broken = tally.failures.map(
      ({ seed, violations }) => `seed ${seed}: ${violations[0]!.rule}: ${violations[0]!.what}; npm run test:simulation -- --seed ${seed}`,
    );
    expect(broken).toEqual([]);
  }, 900_000);

  it('meets every kind of fault in them, and every end of a job', () => {
    const met = (names: readonly string[], group: string): Record<string, boolean> =>
      Object.fromEntries(names.map((name) => [name, tally.coverage.of(`${group}: ${name}`) > 0]));
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
    const { coverage } = tally;
    expect(coverage.of('processes: crashes')).toBeGreaterThan(1_000);
    expect(coverage.of('processes: zombies')).toBeGreaterThan(100);
    expect(coverage.of('processes: stops')).toBeGreaterThan(50);
    expect(coverage.of('calls: applied for one that no longer holds the job')).toBeGreaterThan(20);
    expect(coverage.of('turns: lease lost')).toBeGreaterThan(50);
    expect(coverage.of('steps: polled together')).toBeGreaterThan(20);
    expect(coverage.of('permits: none free')).toBeGreaterThan(100);
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
