import { describe, expect, it } from '@jest/globals';
import { SecretMask } from './index.js';

const secret = 'pa"ss/wörd+1\n& more';

describe('SecretMask', () => {
  it('hides a secret in every form it may be written in', () => {
    const mask = new SecretMask();
    mask.add(secret);
    const texts = [
      secret,
      JSON.stringify({ secret }),
      JSON.stringify(JSON.stringify({ secret })),
      encodeURIComponent(secret),
      encodeURIComponent(secret).toLowerCase(),
      new URLSearchParams({ secret }).toString(),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
      Buffer.from(secret).toString('hex'),
    ];
    for (const text of texts) {
      const hidden = mask.mask(`before ${text} after`);
      expect(hidden).toContain('***');
      expect(hidden).toMatch(/^before .*after$/s);
      for (const piece of ['wörd', 'w%C3%B6rd', 'w%c3%b6rd', texts[6]!.slice(0, 12)]) expect(hidden).not.toContain(piece);
    }
  });

  it.each(['', 'u:', 'us:', 'usr:', 'user:'])('hides it in base64 after %p, as in Basic authentication', (before) => {
    const mask = new SecretMask();
    mask.add('correct-horse-battery');
    const header = Buffer.from(`${before}correct-horse-battery`).toString('base64');
    expect(Buffer.from(mask.mask(header), 'base64').toString('latin1')).not.toMatch(/horse|batt/);
  });

  it('hides each line of a private key', () => {
    const mask = new SecretMask();
    mask.add('-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0w\nawIBAQQgsecondline\n-----END PRIVATE KEY-----\n');
    expect(mask.mask('could not read "awIBAQQgsecondline"')).toBe('could not read "***"');
    expect(mask.mask('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
  });

  it('hides the longest of two secrets that begin alike', () => {
    const mask = new SecretMask();
    mask.add('secret');
    mask.add('secretive-one');
    expect(mask.mask('secretive-one, secret')).toBe('***, ***');
  });

  it('refuses what is too short to hide', () => {
    const mask = new SecretMask();
    expect(mask.add('abc')).toBe(false);
    expect(mask.mask('abc')).toBe('abc');
  });

  it('keeps a bounded number of secrets, the latest added ones', () => {
    const mask = new SecretMask(2);
    mask.add('first-secret');
    mask.add('second-secret');
    mask.add('first-secret');
    mask.add('third-secret');
    expect(mask.mask('first-secret second-secret third-secret')).toBe('*** second-secret ***');
    mask.remove('first-secret');
    expect(mask.mask('first-secret third-secret')).toBe('first-secret ***');
  });

  it('survives half a surrogate pair', () => {
    const mask = new SecretMask();
    expect(mask.add('broken\ud800secret')).toBe(true);
    expect(mask.mask('a broken\ud800secret')).toBe('a ***');
  });
});
