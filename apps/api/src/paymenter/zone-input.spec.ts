import { describe, expect, it } from '@jest/globals';
import { newRecordIn, newZoneIn, recordRemovalIn, userIdIn, wholeName, zoneIn, zonesAround } from './zone-input.js';

const wrongIn = (field: string) => expect.objectContaining({ code: 'invalid_input', field });
const a = { type: 'a', name: 'www.shop.example', ip: '192.0.2.1', ttl: 300 };

describe("calls about users' zones, as another panel sends them", () => {
  it.each<[unknown]>(['', 'A', ' 7', '7 ', '7@x', '-7', '7-', 'x'.repeat(64), 1.5, NaN, -1, true, {}, ['7']].map((one) => [one]))(
    'refuse the user %p',
    (user_id) => {
      expect(() => userIdIn({ user_id })).toThrow(wrongIn('user_id'));
      expect(() => newZoneIn({ user_id, domain: 'shop.example' })).toThrow(wrongIn('user_id'));
    },
  );

  it.each([
    ['7', '7'],
    [7, '7'],
    ['1f0c2a34-0000-4000-8000-00000000000a', '1f0c2a34-0000-4000-8000-00000000000a'],
  ])('take the user %p', (given, userId) => {
    expect(userIdIn({ user_id: given })).toBe(userId);
  });

  it.each([null, 'text', [], 7])('refuse a body that is no object (%p)', (body) => {
    for (const read of [userIdIn, newZoneIn, zoneIn, newRecordIn, recordRemovalIn])
      expect(() => read(body)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  it('keep a domain in lower case and in ASCII', () => {
    expect(zoneIn({ domain: ' Bücher.Example. ' })).toEqual({ domain: 'xn--bcher-kva.example', userId: undefined });
  });

  it.each([
    ['type', { type: 'srv' }],
    ['type', { type: 7 }],
    ['type', { type: 'constructor' }],
    ['name', { name: '' }],
    ['name', { name: 'a\0b' }],
    ['ip', { ip: undefined, target: 'x.example' }],
    ['ip', { ip: ['192.0.2.1'] }],
    ['target', { type: 'cname' }],
    ['exchange', { type: 'mx', priority: 10 }],
    ['priority', { type: 'mx', exchange: 'mail.example' }],
    ['priority', { type: 'mx', exchange: 'mail.example', priority: 65_536 }],
    ['txt', { type: 'txt' }],
    ['ns', { type: 'ns', txt: 'x' }],
    ['ttl', { ttl: undefined }],
    ['ttl', { ttl: 59 }],
    ['ttl', { ttl: '1e3' }],
    ['ttl', { ttl: 86_401 }],
    ['zone_id', { zone_id: 0 }],
    ['zone_id', { zone_id: '1.5' }],
    ['zone_id', { zone_id: '1234567890123456789' }],
  ])('refuse a record with a bad %s (%p)', (field, over) => {
    expect(() => newRecordIn({ ...a, ...over })).toThrow(wrongIn(field));
  });

  it('take each type with the field that is its own', () => {
    expect(newRecordIn({ ...a, ttl: '3600' })).toMatchObject({ type: 'A', content: '192.0.2.1', ttl: 3600, zoneId: undefined });
    expect(newRecordIn({ ...a, ip: ' proxysrv ', zone_id: 5 })).toMatchObject({ content: 'PROXYSRV', zoneId: '5' });
    expect(newRecordIn({ ...a, type: 'AAAA', ip: '2001:db8::1' })).toMatchObject({ type: 'AAAA', content: '2001:db8::1' });
    expect(newRecordIn({ ...a, type: 'cname', target: 'x.example' })).toMatchObject({ content: 'x.example' });
    expect(newRecordIn({ ...a, type: 'mx', exchange: 'mail.example', priority: '0' })).toMatchObject({
      content: 'mail.example',
      priority: 0,
    });
    expect(newRecordIn({ ...a, type: 'txt', txt: 'v=spf1 -all' })).toMatchObject({ content: 'v=spf1 -all' });
    expect(newRecordIn({ ...a, type: 'ns', ns: 'ns1.example' })).toMatchObject({ content: 'ns1.example' });
    expect(newRecordIn({ ...a, priority: 5 })).not.toHaveProperty('priority');
  });
});

describe('the name of a record', () => {
  it.each([
    ['@', 'shop.example', 'shop.example'],
    ['www', 'shop.example', 'www.shop.example'],
    ['a.b', 'shop.example', 'a.b.shop.example'],
    ['WWW.Shop.Example', 'shop.example', 'www.shop.example'],
    ['shop.example', 'shop.example', 'shop.example'],
    ['other.example.', 'shop.example', 'other.example'],
    ['www.shop.example.', undefined, 'www.shop.example'],
    ['www', undefined, 'www'],
  ])('%s in %p is %s', (name, zone, whole) => {
    expect(wholeName(name, zone)).toBe(whole);
  });

  it('may be in any zone above it, the nearest first, and in no top-level domain', () => {
    expect(zonesAround('a.b.shop.example')).toEqual(['a.b.shop.example', 'b.shop.example', 'shop.example']);
    expect(zonesAround('www')).toEqual([]);
    expect(zonesAround('x.'.repeat(120) + 'example').length).toBeLessThan(10);
  });
});
