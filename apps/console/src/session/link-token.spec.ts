import { describe, expect, it } from '@jest/globals';
import { fileTokenIn, mailLinkIn } from './link-token.js';

describe('the link in an address', () => {
  it('is what follows the # of the pages for it', () => {
    expect(mailLinkIn({ pathname: '/app/welcome', hash: '#abc-_1' })).toEqual({ purpose: 'welcome', token: 'abc-_1' });
    expect(mailLinkIn({ pathname: '/app/welcome/', hash: '#abc' })).toEqual({ purpose: 'welcome', token: 'abc' });
    expect(mailLinkIn({ pathname: '/app/new-password', hash: '#abc' })).toEqual({ purpose: 'new-password', token: 'abc' });
  });

  it('is nowhere else', () => {
    for (const [pathname, hash] of [
      ['/app/welcome', ''],
      ['/app/welcome', '#'],
      ['/app/services', '#abc'],
      ['/app/welcome/abc', '#abc'],
      ['/app/new-password2', '#abc'],
    ] as const)
      expect(mailLinkIn({ pathname, hash })).toBeUndefined();
  });
});

describe('a link to files', () => {
  it('is what follows the # of the page for them, and nowhere else', () => {
    expect(fileTokenIn({ pathname: '/app/files', hash: '#abc1' })).toBe('abc1');
    expect(fileTokenIn({ pathname: '/app/files/', hash: '#abc1' })).toBe('abc1');
    for (const [pathname, hash] of [
      ['/app/files', '#'],
      ['/app/files/abc', '#abc'],
      ['/app/welcome', '#abc'],
    ] as const)
      expect(fileTokenIn({ pathname, hash })).toBeUndefined();
    expect(mailLinkIn({ pathname: '/app/files', hash: '#abc' })).toBeUndefined();
  });
});
