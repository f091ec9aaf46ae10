import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { SecretKey } from '../config/index.js';
import { JsonVault, Vault } from './index.js';

const key = (id: string, byte = id.charCodeAt(0)): SecretKey => ({ id, key: createSecretKey(Buffer.alloc(32, byte)) });
const vaultWith = (...keys: [SecretKey, ...SecretKey[]]) => new Vault(keys, () => undefined);
const refused = expect.objectContaining({ code: 'invalid_config' });

describe('Vault', () => {
  it('does not open a value that was moved to another row', () => {
    const vault = vaultWith(key('1'));
    const sealed = vault.seal('hunter2', 'server/1/settings');
    expect(() => vault.open(sealed, 'server/2/settings')).toThrow(refused);
    expect(vault.open(sealed, 'server/1/settings')).toBe('hunter2');
  });

  it('does not open a value of which any character was changed', () => {
    const vault = vaultWith(key('1'));
    const sealed = vault.seal('hunter2', 'x');
    for (let at = 5; at < sealed.length; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(() => vault.open(sealed.slice(0, at) + other + sealed.slice(at + 1), 'x')).toThrow(refused);
    }
    expect(() => vault.open(sealed.slice(0, -4), 'x')).toThrow(refused);
    expect(() => vault.open('', 'x')).toThrow(refused);
  });

  it('names the key that is missing and no secret', () => {
    const sealed = vaultWith(key('2')).seal('hunter2', 'x');
    expect(() => vaultWith(key('1')).open(sealed, 'x')).toThrow(/"2"/);
    expect(() => vaultWith(key('2', 9)).open(sealed, 'x')).not.toThrow(/hunter2/);
    expect(() => vaultWith(key('2', 9)).open(sealed, 'x')).toThrow(refused);
  });

  it('opens with an old key, and seals with the first', () => {
    const sealed = vaultWith(key('1')).seal('hunter2', 'x');
    const rotated = vaultWith(key('2'), key('1'));
    expect(rotated.open(sealed, 'x')).toBe('hunter2');
    expect(rotated.isStale(sealed)).toBe(true);
    expect(rotated.seal('hunter2', 'x')).toMatch(/^v1:2:/);
  });

  it('seals the same text differently every time, and the empty text too', () => {
    const vault = vaultWith(key('1'));
    expect(vault.seal('a', 'x')).not.toBe(vault.seal('a', 'x'));
    expect(vault.open(vault.seal('', 'x'), 'x')).toBe('');
    expect(vault.open(vault.seal('grün ✓', 'x'), 'x')).toBe('grün ✓');
  });

  it('tells the log of every plain value it saw', () => {
    const seen: string[] = [];
    const vault = new Vault([key('1')], (plain) => seen.push(plain));
    vault.open(vault.seal('hunter2', 'x'), 'x');
    expect(seen).toEqual(['hunter2', 'hunter2']);
  });
});

describe('JsonVault', () => {
  const json = new JsonVault(vaultWith(key('1')));
  const value = { host: 'a', login: { password: { $secret: 'hunter2' } }, keys: [{ $secret: 'x' }, 1, null] };

  it('leaves no plain secret behind, however deep, and gives all of it back', () => {
    const sealed = json.seal(value, 'server/1/settings');
    expect(JSON.stringify(sealed)).not.toMatch(/hunter2|\$secret/);
    expect(json.open(sealed, 'server/1/settings')).toEqual(value);
  });

  it('does not seal twice', () => {
    const sealed = json.seal(value, 'c');
    expect(json.seal(sealed, 'c')).toEqual(sealed);
  });

  it('wipes secrets sealed or not', () => {
    const wiped = { host: 'a', login: { password: { $wiped: true } }, keys: [{ $wiped: true }, 1, null] };
    expect(json.wipe(value)).toEqual(wiped);
    expect(json.wipe(json.seal(value, 'c'))).toEqual(wiped);
  });

  it('seals anew only what an old key has sealed', () => {
    const sealed = json.seal(value, 'c');
    expect(json.reseal(sealed, 'c')).toBeUndefined();
    const rotated = new JsonVault(vaultWith(key('2'), key('1')));
    const fresh = rotated.reseal(sealed, 'c');
    expect(JSON.stringify(fresh)).not.toContain('v1:1:');
    expect(rotated.open(fresh ?? null, 'c')).toEqual(value);
  });
});
