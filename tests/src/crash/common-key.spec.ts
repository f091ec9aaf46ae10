import { describe, expect, it } from '@jest/globals';
import { commonKey } from './common-key.js';

const own = { customer: 'customer-3', domain: 'customer-3.example' };

describe('a key in words that are the same for every service', () => {
  it.each([
    ['site / create container', 'site / create container'],
    ['site / open proxy / customer-3.example / create proxy host', 'site / open proxy / {domain} / create proxy host'],
    ['site / disable site / 471', 'site / disable site / {number}'],
    ['tls / publish / _0A1B2C3D4E5F60718293.customer-3.example.net 1 / mark', 'tls / publish / _{hash}.{customer}.example.net 1 / mark'],
    ['tls / publish / customer-31.example.net 1', 'tls / publish / customer-31.example.net 1'],
  ])('%s', (key, common) => {
    expect(commonKey(key, own)).toBe(common);
  });
});
