import { describe, expect, it } from '@jest/globals';
import { challengeName, domainNameIn, isWithin, longestDomain } from './domain-name.js';

const long = (length: number): string => `${`${'a'.repeat(60)}.`.repeat(10).slice(4 - length)}test`;

describe('the name of a domain', () => {
  it.each([
    ['nothing', ''],
    ['one label', 'localhost'],
    ['an IPv4 address', '192.0.2.10'],
    ['a short form of one', '192.0.513'],
    ['one in hexadecimal', '0x7f.0.0.1'],
    ['an IPv6 address', '2001:db8::1'],
    ['one in brackets', '[2001:db8::1]'],
    ['an address of the web', 'https://shop.example'],
    ['a path', 'shop.example/blog'],
    ['a port', 'shop.example:8080'],
    ['a user', 'me@shop.example'],
    ['two dots at the end', 'shop.example..'],
    ['an empty label', 'shop..example'],
    ['a dot at the beginning', '.example.net'],
    ['a hyphen at the beginning', '-shop.example'],
    ['a hyphen at the end', 'shop-.example'],
    ['a wildcard', '*.shop.example'],
    ['an underscore', '_acme-challenge.shop.example'],
    ['a space', 'my shop.example'],
    ['a line break', 'shop.example\nother.example'],
    ['a zero byte', 'shop\u0000.example'],
    ['an escaped character', 'ex%61mple.net'],
    ['what is no Punycode', 'xn--a.example'],
    ['a label of 64 characters', `${'a'.repeat(64)}.example`],
    ['300 characters', long(300)],
    ['one character too many', long(longestDomain + 1)],
    ['too many once it is in ASCII', `${'ü'.repeat(200)}.example`],
  ])('is not %s', (_, text) => {
    expect(() => domainNameIn(text)).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'name' }));
  });

  it.each([
    ['Shop.EXAMPLE', 'shop.example'],
    ['shop.example.', 'shop.example'],
    ['Bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example。', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['faß.example', 'xn--fa-hia.example'],
    ['пример.рф', 'xn--e1afmkfd.xn--p1ai'],
    ['3.14.example', '3.14.example'],
    ['sho\u00adp.example', 'shop.example'],
    [long(longestDomain), long(longestDomain)],
  ])('%s is kept as %s', (text, name) => {
    expect(domainNameIn(text)).toBe(name);
    expect(domainNameIn(name)).toBe(name);
    expect(challengeName(name).length).toBeLessThanOrEqual(253);
  });
});

describe('a zone', () => {
  it('holds its own name and what is under it, and not what only ends alike', () => {
    expect(['example.net', 'a.example.net', 'a.b.example.net'].map((name) => isWithin(name, 'Example.net.'))).toEqual([true, true, true]);
    expect(['myexample.net', 'example.net.org', 'net'].map((name) => isWithin(name, 'example.net'))).toEqual([false, false, false]);
  });
});
