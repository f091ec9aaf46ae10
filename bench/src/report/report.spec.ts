import { describe, expect, it } from '@jest/globals';
import { lineOf, tableOf, tally, type Run, type Subject } from './index.js';

const subject: Subject = { row: 'r', of: 'work', unit: 'x/s', goal: { better: 'more', must: 1, aim: 2 } };
const run = (ours: number, floor: number, disturbed = false): Run => ({ ours: { value: ours }, floor: { value: floor }, disturbed });

describe('lineOf', () => {
  it('takes the median of the ratios of each run, not the ratio of the medians', () => {
    const line = lineOf(subject, [run(100, 100), run(50, 25), run(300, 100)]);
    expect(line).toMatchObject({ ours: 100, floor: 100, ratio: 2, holds: true, aim_met: true });
  });

  it('knows a goal that is better when it is less', () => {
    const less = { ...subject, goal: { better: 'less', must: 2, aim: 1.3 } } as const;
    expect(lineOf(less, [run(3, 2)])).toMatchObject({ ratio: 1.5, holds: true, aim_met: false, must: '≤ 2' });
    expect(lineOf(less, [run(5, 2)])).toMatchObject({ holds: false });
  });

  it('judges nothing without a goal, and a figure alone by itself', () => {
    const { goal, ...bare } = subject;
    expect(lineOf(bare, [run(1, 2)])).toMatchObject({ holds: null, must: null });
    expect(lineOf({ ...bare, goal: goal! }, [{ ours: { value: 3 }, floor: undefined, disturbed: false }])).toMatchObject({
      ratio: 3,
      floor: null,
      holds: true,
    });
  });
});

describe('the table', () => {
  it('says what is missed, and how many of those that are judged hold', () => {
    const lines = [
      lineOf(subject, [run(3, 1)]),
      lineOf(subject, [run(1, 2, true)]),
      lineOf({ ...subject, goal: undefined } as never, [run(1, 1)]),
    ];
    const [, first, second] = tableOf(lines).split('\n');
    expect(first).toMatch(/aim met$/);
    expect(second).toMatch(/MISSED \(1 disturbed\)$/);
    expect(tally(lines)).toEqual({ held: 1, of: 2, aims: 1 });
  });
});
