import { randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { usernameCandidates } from './reservation-rules.js';

const first = (text: string, length = 8) => [...usernameCandidates(text, length, (below) => randomInt(below))][0]!;

describe('a login name', () => {
  it.each([
    ['shop.example.net', /^shop[a-z0-9]{4}$/],
    ['Bäckerei-Müller.example', /^bcke[a-z0-9]{4}$/],
    ['info@example.net', /^info[a-z0-9]{4}$/],
    ['4you.example', /^you[a-z][a-z0-9]{4}$/],
    ['testing.example', /^ing[a-z][a-z0-9]{4}$/],
    ['test123.example', /^[a-z]{4}[a-z0-9]{4}$/],
    ['xn--9ca.example', /^xn9c[a-z0-9]{4}$/],
    ['日本.example', /^[a-z]{4}[a-z0-9]{4}$/],
    ['', /^[a-z]{4}[a-z0-9]{4}$/],
  ])('made of %s begins as that does', (text, pattern) => {
    for (let tries = 0; tries < 50; tries += 1) expect(first(text)).toMatch(pattern);
  });

  it('is as long as it is asked to be, and never what hosting panels refuse', () => {
    expect(first('longer-than-that.example', 16)).toMatch(/^longerthanth[a-z0-9]{4}$/);
    // Letters drawn to spell it.
    const spelled = 'test'.split('').map((letter) => letter.charCodeAt(0) - 97);
    let drawn = 0;
    expect([...usernameCandidates('', 8, () => spelled[drawn++ % 4]!)]).toEqual([]);
  });
});
