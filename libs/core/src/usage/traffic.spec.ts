import { describe, expect, it } from '@jest/globals';
import { addReading, type TrafficBefore } from './traffic.js';

/** The total after each reading of one thing's counter. */
function totals(...counters: number[]): number[] {
  let before: TrafficBefore | undefined;
  return counters.map((counter) => {
    const { totalBytes } = addReading(before, BigInt(counter));
    before = { totalBytes, counter: BigInt(counter), sameThing: true };
    return Number(totalBytes);
  });
}

describe('the total of a traffic counter', () => {
  it('grows by what the counter grew', () => {
    expect(totals(100, 150, 150, 400)).toEqual([100, 150, 150, 400]);
  });

  it('never goes back: all that a restarted counter says is new', () => {
    expect(totals(100, 30, 40, 0, 5)).toEqual([100, 130, 140, 140, 145]);
  });

  it('takes all of it as new when the counter is that of another thing, however much it says', () => {
    expect(addReading({ totalBytes: 500n, counter: 100n, sameThing: false }, 300n)).toEqual({ totalBytes: 800n, addedBytes: 300n });
  });

  it('keeps the total over a time in which the provider said nothing', () => {
    expect(addReading({ totalBytes: 500n, counter: null, sameThing: true }, 20n)).toEqual({ totalBytes: 520n, addedBytes: 20n });
  });

  it('is exact beyond what JavaScript counts with numbers', () => {
    const before = { totalBytes: 9_007_199_254_740_993n, counter: 0n, sameThing: true };
    expect(addReading(before, 2n).totalBytes).toBe(9_007_199_254_740_995n);
  });
});
