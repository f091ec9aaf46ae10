import { describe, expect, it } from '@jest/globals';
import { retryAfterMsOf } from './http.js';

describe('how long a provider asks to wait', () => {
  it.each([
    ['3', 3_000],
    ['0', 0],
    ['99999', 99_999_000],
    ['100000', 60_000],
    ['1.5', 60_000],
    ['-1', 60_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 60_000],
    ['', 60_000],
  ])('is %j as %i ms', (text, ms) => {
    expect(retryAfterMsOf(new Headers({ 'retry-after': text }))).toBe(ms);
  });

  it('is a minute when it does not say', () => {
    expect(retryAfterMsOf(new Headers())).toBe(60_000);
  });
});
