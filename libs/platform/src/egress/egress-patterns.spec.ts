import { describe, expect, it } from '@jest/globals';
import { egressFields, isRefusedAddress, parseEgressPattern, resolveEgress } from './index.js';

describe('parseEgressPattern', () => {
  it.each([
    '',
    'host',
    'host:',
    ':443',
    'host:0',
    'host:65536',
    'host:port',
    '*.example.net:443',
    'http://host:80',
    '{server.a.b}:1',
    '{product.host}:1',
    'a b:1',
    '{server.host}:0',
    'u@host:1',
    'a/b:1',
  ])('refuses %p', (text) => {
    expect(() => parseEgressPattern(text)).toThrow(`"${text}"`);
  });

  it.each([
    'api.example.net:443',
    '{server.host}:8006',
    '{server.host}:{server.port}',
    '{server.url}',
    '192.0.2.1:80',
    '[2001:db8::1]:443',
    'host:{server.port}',
  ])('takes %p', (text) => {
    expect(parseEgressPattern(text).text).toBe(text);
  });

  it('names the fields an entry needs', () => {
    expect(egressFields(parseEgressPattern('{server.host}:{server.port}'))).toEqual(['host', 'port']);
  });
});

describe('resolveEgress', () => {
  const targetsOf = (pattern: string, server: Record<string, string | number>) => resolveEgress([pattern], server);

  it('takes host and port from fields', () => {
    expect(targetsOf('{server.host}:{server.port}', { host: 'VPS1.Example.NET.', port: 8006 })).toEqual([
      { host: 'vps1.example.net', port: 8006, fromServer: true },
    ]);
    expect(targetsOf('{server.host}:443', { host: '2001:DB8::1' })).toEqual([{ host: '[2001:db8::1]', port: 443, fromServer: true }]);
  });

  it('takes both, and the scheme, from a URL', () => {
    expect(targetsOf('{server.url}', { url: 'https://api.example.net/v4' })).toEqual([
      { host: 'api.example.net', port: 443, protocol: 'https:', fromServer: true },
    ]);
    expect(targetsOf('{server.url}', { url: 'http://127.0.0.1:8080' })).toEqual([
      { host: '127.0.0.1', port: 8080, protocol: 'http:', fromServer: true },
    ]);
    expect(targetsOf('{server.at}', { at: 'vps1.example.net:8443' })).toEqual([{ host: 'vps1.example.net', port: 8443, fromServer: true }]);
  });

  it('names nothing when an optional field is empty', () => {
    expect(targetsOf('{server.host}:443', {})).toEqual([]);
  });

  it.each([
    ['{server.host}:443', { host: 'https://vps1.example.net' }, 'server.host'],
    ['{server.host}:443', { host: 'a/b' }, 'server.host'],
    ['{server.host}:443', { host: 'a@b' }, 'server.host'],
    ['{server.host}:443', { host: 'a:81' }, 'server.host'],
    ['{server.url}', { url: 'vps1.example.net' }, 'server.url'],
    ['{server.url}', { url: 'ftp://vps1.example.net' }, 'server.url'],
    ['a:{server.port}', { port: 'x' }, 'server.port'],
  ])('tells which setting gives no address: %s with %p', (pattern, server, field) => {
    expect(() => resolveEgress([pattern], server)).toThrow(expect.objectContaining({ code: 'invalid_config', field }));
  });
});

describe('isRefusedAddress', () => {
  it.each(['169.254.169.254', '169.254.0.1', '::ffff:169.254.169.254', '[::ffff:a9fe:a9fe]', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254'])(
    'refuses %s',
    (address) => {
      expect(isRefusedAddress(address)).toBe(true);
    },
  );
  it.each(['10.0.0.1', '192.168.1.1', '127.0.0.1', '::1', 'fd00::1', '8.8.8.8', 'host.example.net'])('lets %s pass', (address) => {
    expect(isRefusedAddress(address)).toBe(false);
  });
});
