import { describe, expect, it } from '@jest/globals';
import { readAccounts, readBandwidth, readCertificate, readDatabaseRules, readPrivileges, readSession, sizeOf } from './answers.js';

const account = {
  user: 'acme',
  domain: 'Acme.example',
  owner: 'root',
  plan: 'basic',
  email: 'a@example.net',
  ip: '192.0.2.10',
  diskused: '14M',
  disklimit: '1024M',
  suspended: 0,
  is_locked: 0,
  unix_startdate: 1763632800,
};
const read = (over: object) => readAccounts({ acct: [{ ...account, ...over }] }, 'listaccts')[0];
const session = { url: 'https://server.example.net:2083/cpsess1/login/?session=a', expires: 1795176000 };

describe('what WHM answers', () => {
  it('may have its numbers as texts, as older builds do', () => {
    expect(read({ suspended: '1', is_locked: '0', unix_startdate: '1763632800' })).toEqual(read({ suspended: 1 }));
  });

  it('may leave out what a version does not know', () => {
    const { madeAt, locked, diskUsedBytes, diskLimitBytes } = read({
      unix_startdate: undefined,
      is_locked: undefined,
      diskused: '*unknown*',
      disklimit: 'unlimited',
    })!;
    expect([madeAt, locked, diskUsedBytes, diskLimitBytes]).toEqual([undefined, false, undefined, undefined]);
  });

  it('may have no domain and no package, as a reseller may', () => {
    expect(read({ domain: '', plan: '' })).toMatchObject({ user: 'acme', domain: '', plan: '' });
  });

  it.each([
    ['no list', { acct: {} }],
    ['nothing', {}],
    ['an account that is none', { acct: ['acme'] }],
    ['no user', { acct: [{ ...account, user: '' }] }],
    ['a user that is more than a name', { acct: [{ ...account, user: 'acme&user=root' }] }],
    ['no domain', { acct: [{ ...account, domain: undefined }] }],
    ['a state that is none', { acct: [{ ...account, suspended: 2 }] }],
  ])('is not believed with %s', (_what, data) => {
    expect(() => readAccounts(data as never, 'listaccts')).toThrow(expect.objectContaining({ code: 'unknown_outcome' }));
  });

  it('has sizes as texts with a suffix, in MiB without one', () => {
    expect([sizeOf('14M'), sizeOf('1G'), sizeOf('512K'), sizeOf('3'), sizeOf(3)]).toEqual(
      [14, 1024, 0.5, 3, 3].map((mib) => mib * 2 ** 20),
    );
    expect(['unlimited', 'none', '*unknown*', '', null, undefined, '-1M', '1e9M'].map(sizeOf)).toEqual(Array(8).fill(undefined));
  });

  it('counts traffic in bytes, and tells that of a removed account of the same name apart', () => {
    const acct = [
      { user: 'acme', owner: 'root', totalbytes: 52428800, deleted: 0 },
      { user: 'acme', owner: 'root', totalbytes: '9', deleted: '1' },
    ];
    expect(readBandwidth({ acct }, 'showbw')).toEqual([
      { user: 'acme', owner: 'root', bytes: 52428800, removed: false },
      { user: 'acme', owner: 'root', bytes: 9, removed: true },
    ]);
  });

  it('grants what is 1', () => {
    expect([...readPrivileges({ privileges: [{ all: 0, 'create-acct': 1, passwd: '1' }] }, 'myprivs')]).toEqual(['create-acct', 'passwd']);
  });

  it('names a host of its own for a log-in, and never one that is not encrypted', () => {
    expect(readSession(session, 'create_user_session')).toEqual(session);
    for (const url of ['http://server.example.net:2083/cpsess1', '/cpsess1/login', 'javascript:alert(1)', '']) {
      expect(() => readSession({ ...session, url }, 'create_user_session')).toThrow(expect.objectContaining({ code: 'unknown_outcome' }));
    }
  });

  it('may have no prefix for databases', () => {
    expect(readDatabaseRules({ prefix: null, max_database_name_length: 64, max_username_length: 32 }, 'x').prefix).toBe('');
  });

  it('takes a certificate that the server signed itself for none', () => {
    expect(readCertificate({ certificate: { is_self_signed: 1 } }, 'x')).toBe(false);
    expect(readCertificate({ certificate: null }, 'x')).toBe(false);
    expect(readCertificate({ certificate: { is_self_signed: 0 } }, 'x')).toBe(true);
  });
});
