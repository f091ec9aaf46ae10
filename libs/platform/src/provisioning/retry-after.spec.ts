import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

describe('how long a server is left alone after a 429', () => {
  const now = Date.parse('2026-11-20T10:00:00Z');

  it.each([
    ['seconds', '7', 7_000],
    ['a date', 'Fri, 20 Nov 2026 10:00:30 GMT', 30_000],
    ['a date that has passed', 'Fri, 20 Nov 2026 09:00:00 GMT', 1_000],
    ['longer than one answer may hold up a whole server', '86400', 300_000],
    ['no time at all', '0', 1_000],
    ['what is neither', 'soon', 1_000],
    ['nothing', null, 1_000],
  ])('%s', (_, header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
