import { describe, expect, it } from '@jest/globals';
import { bytesText, durationText, labelOf, timeText, valueText } from './words.js';

describe('values on the screen', () => {
  it('are words, units and moments that people read', () => {
    expect(labelOf('needs_operator')).toBe('Needs operator');
    expect([0, 1023, 1024, 1536 * 1024, 5 * 1024 ** 5].map(bytesText)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.5 MiB', '5120.0 TiB']);
    expect([0, 59.4, 61, 3_700, 90_000, -5].map(durationText)).toEqual(['0 s', '59 s', '1 min 1 s', '1 h 1 min', '1 d 1 h', '0 s']);
    expect([timeText(null), timeText('not a time')]).toEqual(['–', 'not a time']);
  });

  it('never show more of a secret than that there is one', () => {
    expect(valueText({ set: true })).toBe('••••••');
  });

  it.each([
    [null, '–'],
    ['<b>text</b>', '<b>text</b>'],
    [0, '0'],
    [false, 'false'],
    [['a', 2], 'a, 2'],
    [[], '–'],
    [{ a: 1 }, '{"a":1}'],
  ])('show any JSON: %j', (value, text) => expect(valueText(value)).toBe(text));
});
