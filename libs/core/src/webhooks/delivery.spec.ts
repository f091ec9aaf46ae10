import { describe, expect, it } from '@jest/globals';
import { afterFailure, giveUpAfterMs, readRetryAfter } from './index.js';

const hour = 3_600_000;
const first = { failures: 0, giveUpInMs: null };

/** Every wait of a delivery that fails and fails, with the same luck each time. */
function waits(luck: number): number[] {
  const all: number[] = [];
  for (let left: number | null = null; ;) {
    const { nextInMs } = afterFailure({ failures: all.length, giveUpInMs: left }, { status: 500 }, luck);
    if (nextInMs === null) return all;
    all.push(nextInMs);
    left = (left ?? giveUpAfterMs) - nextInMs;
  }
}

describe('a delivery that failed', () => {
  it('is tried for 72 hours whatever the luck, the last time at their end', () => {
    for (const luck of [0.2, 0.5, 0.99]) expect(waits(luck).reduce((sum, wait) => sum + wait, 0)).toBeCloseTo(giveUpAfterMs, 3);
  });

  it('waits longer and longer, at most as long as the step says', () => {
    const longest = [5_000, 300_000, 1_800_000, 2 * hour, 5 * hour, 10 * hour, 12 * hour];
    expect(
      waits(0.999_999)
        .slice(0, longest.length)
        .map((wait) => Math.round(wait / 1_000) * 1_000),
    ).toEqual(longest);
  });

  it('never waits for nothing', () => {
    expect(afterFailure(first, {}, 0).nextInMs).toBe(1_000);
  });

  it('is not tried again when the time is over, or when the receiver is gone', () => {
    expect(afterFailure({ failures: 9, giveUpInMs: -1 }, { status: 500 }, 0.5)).toEqual({ nextInMs: null, gone: false });
    expect(afterFailure(first, { status: 410 }, 0.5)).toEqual({ nextInMs: null, gone: true });
  });

  it('waits as long as the receiver asks, within limits', () => {
    expect(afterFailure(first, { status: 429, retryAfterMs: 60_000 }, 0.5).nextInMs).toBe(60_000);
    expect(afterFailure(first, { status: 503, retryAfterMs: 1_000 * hour }, 0.5).nextInMs).toBe(12 * hour);
    expect(afterFailure({ failures: 3, giveUpInMs: 5_000 }, { status: 503, retryAfterMs: hour }, 0.5).nextInMs).toBe(5_000);
  });
});

describe('Retry-After', () => {
  const at = new Date('2030-01-01T00:00:00Z');
  it.each([
    ['seconds', '120', 120_000],
    ['a date', 'Tue, 01 Jan 2030 00:01:00 GMT', 60_000],
    ['a date that has passed', 'Mon, 31 Dec 2029 23:00:00 GMT', 0],
    ['nothing', undefined, undefined],
    ['nonsense', '-5', undefined],
    ['nonsense that looks like a date', '2030', 2_030_000],
    ['a number without end', '9'.repeat(30), undefined],
  ])('may be %s', (_, text, expected) => {
    expect(readRetryAfter(text, at)).toBe(expected);
  });
});
