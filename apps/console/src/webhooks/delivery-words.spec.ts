import { describe, expect, it } from '@jest/globals';
import { eventFilters, isDeliveryState, lastAnswerText, troubleOf } from './delivery-words.js';

describe('a webhook', () => {
  it('is told of what was typed, once each', () => {
    expect(eventFilters(' service.*, job.failed\njob.failed\n\n')).toEqual(['service.*', 'job.failed']);
    expect(eventFilters(' \n,')).toEqual([]);
  });

  it('is in trouble while its attempts fail and once it was disabled for that, not when staff disabled it', () => {
    expect(troubleOf({ state: 'active', failingSince: null })).toBeNull();
    expect(troubleOf({ state: 'active', failingSince: '2030-01-01T00:00:00Z' })).toBe('failing');
    expect(troubleOf({ state: 'disabled', failingSince: '2030-01-01T00:00:00Z' })).toBe('disabled');
    expect(troubleOf({ state: 'disabled', failingSince: null })).toBeNull();
  });
});

describe('a delivery', () => {
  it.each([
    [null, null, '–'],
    [204, null, '204'],
    [500, 'it answered 500', '500: it answered 500'],
    [null, 'no answer within 15 s', 'no answer within 15 s'],
  ])('whose last answer was %j, %j reads %s', (lastStatus, lastError, text) => {
    expect(lastAnswerText({ lastStatus, lastError })).toBe(text);
  });

  it('has the states that there are', () => {
    expect(['failed', 'toString', '', null].map(isDeliveryState)).toEqual([true, false, false, false]);
  });
});
