import { Resolver } from 'node:dns/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startNameServer, type NameServer } from './name-server.js';
import { NameServerSwitch } from './name-server-switch.js';
import { playedDns } from './played-dns.js';

let names: NameServer;
beforeEach(async () => void (names = await startNameServer()));
afterEach(() => names.stop());

const ensure = (content: string) =>
  ({ kind: 'dns', operation: 'ensureRecord', input: { name: '_a.example.net', type: 'TXT', content } }) as never;
const remove = (content: string) =>
  ({ kind: 'dns', operation: 'removeRecord', input: { name: '_a.example.net', type: 'TXT', content } }) as never;

describe('the dns module, played', () => {
  it('adds values beside those there are, each once, and removes its own only; a name server answers them', async () => {
    const { answer, zone } = playedDns(names);
    const resolver = new Resolver({ timeout: 1_000, tries: 1 });
    resolver.setServers([names.address]);
    for (const content of ['one', 'two', 'one']) answer(ensure(content));
    expect((await resolver.resolveTxt('_a.example.net')).flat().sort()).toEqual(['one', 'two']);
    answer(remove('one'));
    answer(remove('three'));
    expect([zone.get('_a.example.net'), await resolver.resolveTxt('_a.example.net')]).toEqual([['two'], [['two']]]);
    answer(remove('two'));
    expect(zone.size).toBe(0);
  });

  it('has nothing to do with what is asked of other modules', () => {
    const { answer, zone } = playedDns(names);
    answer({ kind: 'site', operation: 'installCertificate', input: { names: ['a.example.net'] } } as never);
    expect(zone.size).toBe(0);
  });
});

describe('a sandbox that looks names up', () => {
  it('finds nothing until it is told where', async () => {
    names.set('_b.example.net', 'CNAME', ['C.example.com']);
    const looks = new NameServerSwitch();
    const record = { name: '_b.example.net', value: 'c.example.com' };
    expect(await looks.hasCname(record)).toBe(false);
    await looks.route.handle({ body: { address: names.address } } as never);
    expect(await looks.hasCname(record)).toBe(true);
    expect(await looks.hasCname({ ...record, value: 'd.example.com' })).toBe(false);
    expect([looks.route.method, looks.route.path]).toEqual(['PUT', '/name-server']);
  });
});
