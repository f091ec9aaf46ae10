import { describe, expect, it } from '@jest/globals';
import { median, percentile, rounded } from './statistics.js';

describe('statistics', () => {
  it('takes the middle, whatever the order', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('finds the value that so many are below', () => {
    const values = Array.from({ length: 100 }, (_, at) => at);
    expect(percentile(values, 50)).toBe(50);
    expect(percentile(values, 99)).toBe(99);
    expect(percentile([7], 99)).toBe(7);
  });

  it('promises no more digits than there are', () => {
    expect(rounded(0.123456)).toBe(0.123);
    expect(rounded(12345.678)).toBe(12346);
  });
});
