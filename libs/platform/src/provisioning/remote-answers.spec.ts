import { describe, expect, it } from '@jest/globals';
import { checkedSignOn } from './remote-answers.js';

const door = { url: 'https://host.example:2083/cpsess1/login/?session=a', expiresAt: '2026-11-25T10:00:00+01:00' };

describe('where a customer is sent to log in', () => {
  it.each([
    ['nothing', undefined],
    ['no address', { ...door, url: undefined }],
    ['an address that is not encrypted', { ...door, url: 'http://host.example/' }],
    ['a script', { ...door, url: 'javascript:alert(1)' }],
    ['a path', { ...door, url: '/login' }],
    ['an address without end', { ...door, url: `https://host.example/${'a'.repeat(5_000)}` }],
    ['no time', { ...door, expiresAt: undefined }],
    ['a time that is none', { ...door, expiresAt: 'soon' }],
  ])('is not believed when it is %s', (_what, answer) => {
    expect(() => checkedSignOn(answer, 'fake')).toThrow(expect.objectContaining({ code: 'unknown_outcome' }));
  });

  it('is an encrypted address and a time in UTC', () => {
    expect(checkedSignOn({ ...door, more: 1 }, 'fake')).toEqual({ url: door.url, expiresAt: '2026-11-25T09:00:00.000Z' });
  });
});
