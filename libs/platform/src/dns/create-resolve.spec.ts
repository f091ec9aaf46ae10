import { afterEach, describe, expect, it } from '@jest/globals';
import type { DnsRecordType } from '@hostwright/sdk';
import { startNameServer, type NameServer } from '@hostwright/sdk-testing';
import { createResolve } from './create-resolve.js';

let running: NameServer[] = [];
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  running = [];
});

async function aNameServer(): Promise<NameServer> {
  const server = await startNameServer();
  running.push(server);
  return server;
}

describe('looking a name up', () => {
  it.each<[DnsRecordType, readonly string[]]>([
    ['A', ['192.0.2.1', '192.0.2.2']],
    ['AAAA', ['2001:db8::1']],
    ['CNAME', ['target.example.org']],
    ['NS', ['ns1.example.net', 'ns2.example.net']],
    ['MX', ['10 mail.example.net', '20 mail2.example.net']],
    ['TXT', ['v=spf1 -all', 'k'.repeat(600)]],
  ])('answers every %s there is', async (type, values) => {
    const server = await aNameServer();
    server.set('example.net', type, values);
    const resolve = createResolve({ servers: [server.address] });
    expect([...(await resolve('Example.NET.', type))].sort()).toEqual([...values].sort());
  });

  it('answers names in lower case and without a dot at the end', async () => {
    const server = await aNameServer();
    server.set('example.net', 'NS', ['NS1.Example.NET']);
    expect(await createResolve({ servers: [server.address] })('example.net', 'NS')).toEqual(['ns1.example.net']);
  });

  it('follows an alias to an address', async () => {
    const server = await aNameServer();
    server.set('www.example.net', 'CNAME', ['example.net']);
    server.set('example.net', 'A', ['192.0.2.1']);
    expect(await createResolve({ servers: [server.address] })('www.example.net', 'A')).toEqual(['192.0.2.1']);
  });

  it.each<DnsRecordType>(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT'])(
    'answers no %s for a name that has none, and for one that is not there',
    async (type) => {
      const server = await aNameServer();
      server.set('there.example.net', type, []);
      const resolve = createResolve({ servers: [server.address] });
      expect(await resolve('there.example.net', type)).toEqual([]);
      expect(await resolve('missing.example.net', type)).toEqual([]);
    },
  );

  it.each<[string, string]>([
    ['nothing', ''],
    ['only a dot', '.'],
    ['an empty label', 'a..example.net'],
    ['a space', 'a b.example.net'],
    ['letters beyond ASCII', 'bücher.example'],
    ['a label that is too long', `${'a'.repeat(64)}.example.net`],
    ['too many characters', `${'a.'.repeat(127)}example.net`],
    ['a line break', 'example.net\n'],
  ])('refuses %s, and asks nobody', async (_what, name) => {
    const server = await aNameServer();
    await expect(createResolve({ servers: [server.address] })(name, 'A')).rejects.toMatchObject({ code: 'invalid_input' });
    expect(server.asked()).toEqual([]);
  });

  it('refuses a type that it does not know', async () => {
    const resolve = createResolve({ servers: ['127.0.0.1:9'] });
    await expect(resolve('example.net', 'ANY' as DnsRecordType)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(resolve('example.net', 'toString' as DnsRecordType)).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('a look-up without a definite answer', () => {
  it.each(['fails', 'refuses'] as const)('is unavailable when the name server %s', async (how) => {
    const server = await aNameServer();
    server.fail('example.net', how);
    await expect(createResolve({ servers: [server.address] })('example.net', 'A')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('A example.net'),
    });
  });

  it('is unavailable when the deadline passes', async () => {
    const server = await aNameServer();
    server.fail('example.net', 'is silent');
    const resolve = createResolve({ servers: [server.address] });
    await expect(resolve('example.net', 'A', { timeoutMs: 150 })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('in time'),
    });
  });

  it('is unavailable when nobody listens', async () => {
    const server = await startNameServer();
    await server.stop();
    await expect(createResolve({ servers: [server.address] })('example.net', 'A', { timeoutMs: 500 })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('ends at once when the work is stopped', async () => {
    const server = await aNameServer();
    server.fail('example.net', 'is silent');
    const stop = new AbortController();
    const looked = createResolve({ servers: [server.address], signal: stop.signal })('example.net', 'A', { timeoutMs: 60_000 });
    setTimeout(() => stop.abort(), 50);
    await expect(looked).rejects.toMatchObject({ code: 'unavailable' });
    await expect(createResolve({ servers: [server.address], signal: stop.signal })('example.net', 'A')).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

describe('a fresh look', () => {
  /** A resolver that remembers that the name was not there, and two name servers of the domain. */
  async function aDomain() {
    const [resolver, first] = [await aNameServer(), await aNameServer()];
    const second = await startNameServer({ at: { host: '127.0.0.2', port: first.port } });
    running.push(second);
    resolver.set('example.net', 'NS', ['ns1.example.net', 'ns2.example.net']);
    resolver.set('ns1.example.net', 'A', ['127.0.0.1']);
    resolver.set('ns2.example.net', 'A', ['127.0.0.2']);
    const resolve = createResolve({ servers: [resolver.address], authorityPort: first.port });
    return { resolver, first, second, look: () => resolve('_acme-challenge.shop.example.net', 'TXT', { fresh: true, timeoutMs: 5_000 }) };
  }
  const name = '_acme-challenge.shop.example.net';

  it('is at what the domain’s own name servers say, and not at what a cache remembers', async () => {
    const { resolver, first, second, look } = await aDomain();
    resolver.set(name, 'TXT', ['old']);
    for (const server of [first, second]) server.set(name, 'TXT', ['new']);
    expect(await look()).toEqual(['new']);
    expect(resolver.asked()).not.toContain(`TXT ${name}`);
  });

  it('sees what all of them have; one that does not answer is passed over', async () => {
    const { first, second, look } = await aDomain();
    first.set(name, 'TXT', ['of both', 'of the first']);
    expect(await look()).toEqual([]);
    second.set(name, 'TXT', ['of both']);
    expect(await look()).toEqual(['of both']);
    second.fail(name, 'fails');
    expect(await look()).toEqual(['of both', 'of the first']);
  });

  it('sees nothing where they have nothing, and where it is an alias its target', async () => {
    const { first, second, look } = await aDomain();
    expect(await look()).toEqual([]);
    for (const server of [first, second]) {
      server.set(name, 'CNAME', ['elsewhere.example.org']);
      server.set('elsewhere.example.org', 'TXT', ['there']);
    }
    expect(await look()).toEqual(['there']);
  });

  it('is the usual one where none of them answers, none is known, or they are at a link-local address', async () => {
    const { resolver, first, second, look } = await aDomain();
    resolver.set(name, 'TXT', ['usual']);
    for (const server of [first, second]) server.fail(name, 'refuses');
    expect(await look()).toEqual(['usual']);
    resolver.set('ns1.example.net', 'A', ['169.254.169.254']);
    resolver.set('ns2.example.net', 'A', []);
    expect(await look()).toEqual(['usual']);
    resolver.set('example.net', 'NS', []);
    expect(await look()).toEqual(['usual']);
  });
});

describe('a domain that was delegated to name servers which do not know it yet', () => {
  /** A resolver, to which the domain is a failure, and its parent's name server. */
  async function aLameDomain(): Promise<{
    readonly resolver: NameServer;
    readonly parent: NameServer;
    look(): Promise<readonly string[]>;
  }> {
    const [resolver, parent] = [await aNameServer(), await aNameServer()];
    resolver.fail('customer.example', 'fails');
    resolver.set('example', 'NS', ['ns.registry.example']);
    resolver.set('ns.registry.example', 'A', ['127.0.0.1']);
    const resolve = createResolve({ servers: [resolver.address], authorityPort: parent.port });
    return { resolver, parent, look: () => resolve('customer.example', 'NS') };
  }

  it('is known by what its parent says', async () => {
    const { parent, look } = await aLameDomain();
    parent.delegate('customer.example', ['NS1.example.net', 'ns2.example.net']);
    expect(await look()).toEqual(['ns1.example.net', 'ns2.example.net']);
    expect(parent.asked()).toEqual(['NS customer.example']);
  });

  it('has none when its parent does not know it either', async () => {
    expect(await (await aLameDomain()).look()).toEqual([]);
  });

  it('is asked of the nearest zone above', async () => {
    const { resolver, parent } = await aLameDomain();
    resolver.fail('shop.customer.co.example', 'fails');
    resolver.set('co.example', 'NS', ['ns.registry.example']);
    parent.delegate('shop.customer.co.example', ['ns1.example.net']);
    const resolve = createResolve({ servers: [resolver.address], authorityPort: parent.port });
    expect(await resolve('shop.customer.co.example', 'NS')).toEqual(['ns1.example.net']);
  });

  it.each(['fails', 'refuses'] as const)('is unavailable when its parent %s as well', async (how) => {
    const { parent, look } = await aLameDomain();
    parent.fail('customer.example', how);
    await expect(look()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is unavailable when its parent is silent until the deadline', async () => {
    const { resolver, parent } = await aLameDomain();
    parent.fail('customer.example', 'is silent');
    const resolve = createResolve({ servers: [resolver.address], authorityPort: parent.port });
    await expect(resolve('customer.example', 'NS', { timeoutMs: 300 })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is unavailable when its parent lives at a link-local address, which is not asked', async () => {
    const { resolver, parent, look } = await aLameDomain();
    resolver.set('ns.registry.example', 'A', ['169.254.169.254']);
    await expect(look()).rejects.toMatchObject({ code: 'unavailable' });
    expect(parent.asked()).toEqual([]);
  });

  it('tells nothing but its name servers', async () => {
    const { resolver, parent } = await aLameDomain();
    const resolve = createResolve({ servers: [resolver.address], authorityPort: parent.port });
    await expect(resolve('customer.example', 'A')).rejects.toMatchObject({ code: 'unavailable' });
    expect(parent.asked()).toEqual([]);
  });
});
