import { describe, expect, it } from '@jest/globals';
import { domainActions, domainStateText } from './domain-words.js';
import { isServiceTab } from './service-tabs.js';
import { daysBefore } from './usage-days.js';

const soon = '2030-01-01T00:00:00Z';

describe('a domain', () => {
  it.each([
    ['adding', soon, null, 'Waits for its DNS', ['look', 'remove']],
    ['adding', null, null, 'Being added', ['remove']],
    ['active', null, null, 'Active', ['remove']],
    // A removal that failed leaves it so, and is asked for again.
    ['removing', null, null, 'Being removed', ['remove']],
    ['gone', null, null, 'Removed', []],
    ['gone', null, 'it could not be added', 'Not added', ['add']],
  ] as const)('that is %s, looked at %s, failed for %s is “%s” and may %j', (state, lookAt, failure, text, may) => {
    expect(domainStateText({ state, lookAt, failure })).toBe(text);
    expect(domainActions({ state, lookAt, failure })).toEqual(may);
  });
});

it('counts days back in UTC, whatever the hour', () => {
  expect(daysBefore(Date.parse('2030-03-01T00:30:00Z'), 1)).toBe('2030-02-28');
  expect(daysBefore(Date.parse('2030-03-01T23:59:59Z'), 0)).toBe('2030-03-01');
});

it('shows the part of the room that an address names, if there is one', () => {
  expect(['usage', 'toString', '', undefined, 5].map(isServiceTab)).toEqual([true, false, false, false, false]);
});
