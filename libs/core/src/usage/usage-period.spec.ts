import { describe, expect, it } from '@jest/globals';
import { dayOf, usagePeriod } from './usage-period.js';

const now = new Date('2030-03-15T23:59:59Z');

describe('a period of usage', () => {
  it.each([
    ['to', { to: '2030-02-30' }],
    ['to', { to: '2030-2-3' }],
    ['to', { to: 'yesterday' }],
    ['from', { from: '2030-03-15T00:00:00Z' }],
    ['from', { from: '2030-03-16' }],
    ['from', { from: '2030-03-02', to: '2030-03-01' }],
    ['from', { from: '2028-01-01', to: '2030-03-01' }],
    ['from', { from: '-000001-01-01' }],
  ])('is refused, naming %s: %j', (field, asked) => {
    expect(() => usagePeriod(asked, now)).toThrow(expect.objectContaining({ code: 'invalid_input', field }));
  });

  it('is the 31 days until today unless something else is asked for', () => {
    expect(usagePeriod({}, now)).toEqual({ from: '2030-02-13', to: '2030-03-15' });
    expect(usagePeriod({ to: '2030-01-31' }, now)).toEqual({ from: '2030-01-01', to: '2030-01-31' });
    expect(usagePeriod({ from: '2030-03-15' }, now)).toEqual({ from: '2030-03-15', to: '2030-03-15' });
  });

  it('is of days of UTC', () => {
    expect(dayOf(new Date('2030-03-15T23:30:00-02:00'))).toBe('2030-03-16');
  });
});
