import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { operation, type DomainFacts, type Operation, type OperationShape } from '@hostwright/sdk';
import {
  failureOf,
  runOperation,
  startNameServer,
  testCtx,
  type NameServer,
  type Run,
  type RunOptions,
  type TestCtxOptions,
} from '@hostwright/sdk-testing';
import { anOrder, aProduct, aServer } from '../test/settings.js';
import { addDomain, domainQuota, domainTarget, ownZones, removeDomain, removeDomains, removeDomainsSteps } from './domains.js';

const publicIp = '203.0.113.20';
const properties = {
  vmid: 905,
  privateIp: '192.168.1.105',
  subdomain: 'customer',
  hostname: 'customer.example.net',
  publicIp,
  plan: 'basic',
  failover: true,
} as const;
const server = aServer({ nameServers: 'NS1.panel.example, ns2.panel.example' });

let names: NameServer;
beforeEach(async () => {
  names = await startNameServer();
});
afterEach(() => names.stop());

interface Given extends RunOptions, TestCtxOptions {
  readonly domain?: Partial<DomainFacts>;
}

function run<Shape extends OperationShape>(made: Operation<Shape>, { domain = {}, ...options }: Given = {}): Promise<Run<Shape['output']>> {
  const input = {
    service: { id: '7' },
    server,
    product: aProduct(),
    order: anOrder(),
    reserved: {},
    remoteId: '905',
    properties,
    domain: { name: 'shop.example', zone: false, ...domain },
  };
  const ctx = testCtx({ owner: 'hw-test-7', dnsServers: [names.address], ...options });
  return runOperation(made, { ctx, ...input } as unknown as Parameters<typeof runOperation<Shape>>[1], { pauseMs: 5, ...options });
}

const asked = ({ asked: calls }: Run<unknown>) =>
  [...calls].map(([step, { kind, operation: call, input }]) => [step, `${kind}.${call}`, input]);

describe('what is said of domains', () => {
  it('is how many a plan allows, where they must lead, and which names are ours', () => {
    expect((['basic', 'standard', 'premium'] as const).map((plan) => domainQuota({ plan }))).toEqual([3, 5, 10]);
    expect(domainTarget({ server, properties })).toEqual({
      addresses: [publicIp],
      nameServers: ['ns1.panel.example', 'ns2.panel.example'],
    });
    expect(domainTarget({ server: aServer(), properties })).toEqual({ addresses: [publicIp], nameServers: [] });
    expect(ownZones({ domain: 'example.net' })).toEqual(['example.net']);
  });
});

describe('adding a domain', () => {
  it('that leads here asks for a host with a certificate, and for nothing in the DNS', async () => {
    names.set('shop.example', 'A', [publicIp]);
    const done = await run(addDomain);
    expect(asked(done)).toEqual([
      [
        'open proxy',
        'proxy.ensureHost',
        {
          domain: 'shop.example',
          forwardHost: '192.168.1.105',
          forwardPort: 80,
          forwardScheme: 'http',
          certificate: 'letsencrypt',
          http2: true,
          caching: true,
          websockets: true,
        },
      ],
    ]);
    expect(done.skipped).toEqual(['create zone', 'publish DNS']);
  });

  it('that is delegated to us makes its zone first, and waits until that is known', async () => {
    const started = run(addDomain, { domain: { zone: true } });
    while (names.asked().length < 6) await new Promise((resolve) => setTimeout(resolve, 5));
    names.set('shop.example', 'A', [publicIp]);
    const seen = names.asked().length;
    while (names.asked().length < seen + 12) await new Promise((resolve) => setTimeout(resolve, 5));
    names.set('www.shop.example', 'A', [publicIp]);
    expect(asked(await started)).toMatchObject([
      [
        'create zone',
        'dns.ensureZone',
        { name: 'shop.example', nameServers: ['ns1.panel.example', 'ns2.panel.example'], addresses: [publicIp] },
      ],
      ['publish DNS / shop.example', 'dns.ensureRecord', { name: 'shop.example', type: 'A', content: publicIp, ttl: 300 }],
      ['publish DNS / www.shop.example', 'dns.ensureRecord', { name: 'www.shop.example', type: 'A', content: publicIp, ttl: 300 }],
      ['open proxy', 'proxy.ensureHost', { domain: 'shop.example', aliases: ['www.shop.example'], certificate: 'letsencrypt' }],
    ]);
  });

  it('takes a name server that does not answer for one that does not know it yet', async () => {
    names.fail('shop.example', 'fails');
    let minutes = 0;
    const now = () => new Date(Date.UTC(2026, 0, 1, 0, (minutes += 6))).toISOString();
    const failure = await failureOf(run(addDomain, { now }));
    expect(failure.cause).toMatchObject({ code: 'conflict', message: `shop.example leads to nowhere, not to ${publicIp} alone` });
  });

  it.each([
    ['leads nowhere', {}, 'nowhere'],
    ['leads here and elsewhere', { A: [publicIp, '192.0.2.1'] }, `${publicIp} and 192.0.2.1`],
    ['leads elsewhere over IPv6', { A: [publicIp], AAAA: ['2001:db8::1'] }, `${publicIp} and 2001:db8::1`],
  ])('that %s for half an hour fails before a certificate is asked for', async (_, records, where) => {
    for (const [type, values] of Object.entries(records)) names.set('shop.example', type as 'A' | 'AAAA', values);
    let minutes = 0;
    const now = () => new Date(Date.UTC(2026, 0, 1, 0, (minutes += 6))).toISOString();
    const failure = await failureOf(run(addDomain, { now }));
    expect(failure.cause).toMatchObject({ code: 'conflict', message: `shop.example leads to ${where}, not to ${publicIp} alone` });
    expect([...failure.asked.keys()]).toEqual([]);
  });

  it('may be broken off anywhere and asks for the same again', async () => {
    for (const name of ['shop.example', 'www.shop.example']) names.set(name, 'A', [publicIp]);
    for (const crash of [{ crashAfterCall: 'wait for DNS' }, { crashAtEnd: 'wait for DNS' }]) {
      const { finished } = await run(addDomain, { domain: { zone: true }, ...crash });
      expect(finished).toEqual([
        'create zone',
        'publish DNS / shop.example',
        'publish DNS / www.shop.example',
        'wait for DNS',
        'open proxy',
      ]);
    }
  });
});

describe('removing a domain', () => {
  it('asks for its host to go, and for its zone where one was made', async () => {
    expect(asked(await run(removeDomain))).toEqual([
      ['close proxy', 'proxy.removeHost', { domain: 'shop.example', forwardHost: '192.168.1.105' }],
    ]);
    expect(asked(await run(removeDomain, { domain: { zone: true } }))).toEqual([
      ['close proxy', 'proxy.removeHost', { domain: 'shop.example', aliases: ['www.shop.example'], forwardHost: '192.168.1.105' }],
      ['remove zone', 'dns.removeZone', { name: 'shop.example' }],
    ]);
  });

  it('goes through all that a service has', async () => {
    const all = (domains: readonly DomainFacts[]) =>
      operation<OperationShape>({
        steps: removeDomainsSteps,
        run: ({ ctx, step, skip }) => removeDomains({ ctx, domains, privateIp: '192.168.1.105', step, skip }),
      });
    const three = await run(
      all([
        { name: 'a.example', zone: false },
        { name: 'b.example', zone: true },
        { name: 'c.example', zone: false },
      ]),
    );
    expect(
      asked(three)
        .map(([step]) => step)
        .sort(),
    ).toEqual(['close domain / a.example', 'close domain / b.example', 'close domain / c.example', 'remove zone / b.example']);
    expect((await run(all([]))).skipped).toEqual(['close domain', 'remove zone']);
  });
});
