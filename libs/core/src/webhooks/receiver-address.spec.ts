import { describe, expect, it } from '@jest/globals';
import { checkReceiverUrl, isCallable } from './index.js';

const rules = { networks: ['10.1.0.0/16', 'fd00:1::/32', '127.0.0.1'], plainHttp: false };

describe('where a receiver may be', () => {
  it.each([
    ['loopback', '127.0.0.1'],
    ['all of loopback', '127.255.255.254'],
    ['private', '10.0.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['link-local, where clouds have credentials', '169.254.169.254'],
    ['the address of carriers', '100.64.0.1'],
    ['metadata of one cloud', '100.100.100.200'],
    ['metadata of another', '168.63.129.16'],
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['of benchmarks', '198.18.0.1'],
    ['of examples', '203.0.113.1'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unspecified', '::'],
    ['mapped loopback', '::ffff:127.0.0.1'],
    ['mapped private, in hexadecimal', '::ffff:a00:1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['unique local', 'fd12:3456::1'],
    ['metadata over IPv6', 'fd00:ec2::254'],
    ['IPv6 link-local', 'fe80::1'],
    ['IPv6 link-local with its zone', 'fe80::1%eth0'],
    ['IPv6 site-local', 'fec0::1'],
    ['IPv6 multicast', 'ff02::1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['teredo', '2001::1'],
    ['translated private', '64:ff9b::10.0.0.1'],
    ['translated by a local prefix', '64:ff9b:1::808:808'],
    ['documentation', '2001:db8::1'],
    ['no address', 'localhost'],
    ['nothing', ''],
  ])('is not %s', (_, address) => {
    expect(isCallable(address, [])).toBe(false);
  });

  it.each(['93.184.216.34', '2606:4700::1111', '::ffff:93.184.216.34', '64:ff9b::93.184.216.34', '[2606:4700::1111]'])(
    'may be public: %s',
    (address) => {
      expect(isCallable(address, [])).toBe(true);
    },
  );

  it('may be in a private network that the installation names, and in no other', () => {
    const { networks } = rules;
    expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd00:1::5', '127.0.0.1'].map((address) => isCallable(address, networks))).toEqual(
      Array(4).fill(true),
    );
    expect(['10.2.0.1', 'fd00:2::5', '127.0.0.2'].map((address) => isCallable(address, networks))).toEqual(Array(3).fill(false));
  });

  it('is never where clouds give out credentials, whatever the settings say', () => {
    const all = ['0.0.0.0/0', '::/0'];
    expect(['169.254.169.254', '168.63.129.16', 'fd00:ec2::254', '0.0.0.0', '224.0.0.1'].map((one) => isCallable(one, all))).toEqual(
      Array(5).fill(false),
    );
    expect(isCallable('192.168.1.1', all)).toBe(true);
  });
});

describe('the address of a receiver', () => {
  it.each([
    ['is no address', 'hooks.example.com/x'],
    ['is of another kind', 'ftp://hooks.example.com/'],
    ['is a file', 'file:///etc/passwd'],
    ['goes over http', 'http://hooks.example.com/'],
    ['holds a password', 'https://user:hunter2@hooks.example.com/'],
    ['ends with a fragment', 'https://hooks.example.com/#x'],
    ['is private', 'https://192.168.0.1/'],
    ['is private in disguise', 'https://0xc0.0xa8.1/'],
    ['is loopback as one number', 'https://2130706434/'],
    ['is mapped', 'https://[::ffff:169.254.169.254]/'],
    ['is too long', `https://hooks.example.com/${'x'.repeat(2_048)}`],
  ])('is refused when it %s', (_, text) => {
    const refused = () => checkReceiverUrl(text, rules);
    expect(refused).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'url' }));
    expect(refused).not.toThrow(/hunter2/);
  });

  it('is kept as it is meant', () => {
    expect(checkReceiverUrl('HTTPS://Hooks.Example.com/a?b=c', rules)).toBe('https://hooks.example.com/a?b=c');
    expect(checkReceiverUrl('https://10.1.0.9:8443/', rules)).toBe('https://10.1.0.9:8443/');
    expect(checkReceiverUrl('http://hooks.example.com/', { networks: [], plainHttp: true })).toBe('http://hooks.example.com/');
  });
});
