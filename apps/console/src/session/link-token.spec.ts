import { describe, expect, it } from '@jest/globals';
import { linkTokenIn } from './link-token.js';

describe('the token in an address', () => {
  it('is what follows the # of the page for it', () => {
    expect(linkTokenIn({ pathname: '/app/welcome', hash: '#abc-_1' })).toBe('abc-_1');
    expect(linkTokenIn({ pathname: '/app/welcome/', hash: '#abc' })).toBe('abc');
  });

  it('is nowhere else', () => {
    for (const [pathname, hash] of [
      ['/app/welcome', ''],
      ['/app/welcome', '#'],
      ['/app/services', '#abc'],
      ['/app/welcome/abc', '#abc'],
    ] as const)
      expect(linkTokenIn({ pathname, hash })).toBeUndefined();
  });
});
