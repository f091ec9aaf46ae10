import { describe, expect, it } from '@jest/globals';
import type { Clock } from '@hostwright/core';
import { KnownTokens } from './known-tokens.js';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (claims: object) => `${part({ alg: 'HS256' })}.${part(claims)}.signature`;

function tokensAt(seconds: number) {
  const time = { seconds };
  const clock = { now: () => new Date(time.seconds * 1000) } as Clock;
  return { time, tokens: new KnownTokens(clock) };
}

describe('KnownTokens', () => {
  it('knows a token until it expires, and not for a moment longer', () => {
    const { time, tokens } = tokensAt(1_000);
    const token = tokenOf({ sub: '7', iat: 900, exp: 1_100 });
    tokens.remember(token);
    expect(tokens.find(token)).toEqual({ accountId: '7', issuedAt: 900, expiresAt: 1_100 });
    time.seconds = 1_100;
    expect(tokens.find(token)).toBeUndefined();
    time.seconds = 1_000;
    expect(tokens.find(token)).toBeUndefined();
  });

  it('knows the very text only: another signature under the same claims is another token', () => {
    const { tokens } = tokensAt(1_000);
    const token = tokenOf({ sub: '7', iat: 900, exp: 1_100 });
    tokens.remember(token);
    expect(tokens.find(`${token}x`)).toBeUndefined();
  });

  it('remembers none that never expires or names nobody', () => {
    const { tokens } = tokensAt(1_000);
    for (const claims of [
      { sub: '7', iat: 900 },
      { iat: 900, exp: 1_100 },
      { sub: '7', exp: 1_100 },
    ]) {
      tokens.remember(tokenOf(claims));
      expect(tokens.find(tokenOf(claims))).toBeUndefined();
    }
  });
});
