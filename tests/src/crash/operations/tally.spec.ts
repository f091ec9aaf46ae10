import { describe, expect, it } from '@jest/globals';
import type { RunOutcome } from '../batch.js';
import { choices } from '../choices.js';
import type { CrashRun } from '../crash-run.js';
import { Tally } from './tally.js';

const run: CrashRun = { scenario: 'things: create', key: 'it / make', boundary: 'after call', answer: 'ok' };
const outcome = (more: Partial<RunOutcome> = {}): RunOutcome => ({ run, reached: true, answered: true, flaws: [], ...more });
const left = (tally: Tally): number => tally.waiting([run], choices(1)).length;

describe('what is still to be tried', () => {
  it('is each run as often as it was not met yet', () => {
    const tally = new Tally(2, 5);
    expect([left(tally), tally.isMet(run)]).toEqual([2, false]);
    tally.note(outcome());
    expect([left(tally), tally.isMet(run)]).toEqual([1, true]);
    tally.note(outcome({ reached: false }));
    expect(left(tally)).toBe(1);
    tally.note(outcome());
    tally.note(outcome());
    expect(left(tally)).toBe(0);
  });

  it('is no run that was tried too often, or that has shown something wrong', () => {
    const tally = new Tally(1, 2);
    tally.note(outcome({ answered: false }));
    expect(left(tally)).toBe(1);
    tally.note(outcome({ answered: false }));
    expect([left(tally), tally.isMet(run)]).toEqual([0, false]);
    const other = new Tally(1, 2);
    other.note(outcome({ flaws: [{ kind: 'lost', what: '' }] }));
    expect([left(other), other.isMet(run)]).toEqual([0, false]);
  });
});
