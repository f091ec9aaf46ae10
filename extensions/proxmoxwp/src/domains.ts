import {
  done,
  failed,
  isPanelError,
  operation,
  PanelError,
  pending,
  type Ctx,
  type DomainFacts,
  type DomainShape,
  type DomainTarget,
  type Operation,
  type Polled,
  type ProxyHostKey,
  type Skip,
  type Step,
} from '@hostwright/sdk';
import {
  plans,
  type order,
  type product,
  type ProductConfig,
  type properties,
  type server,
  type ServerConfig,
  type SiteProperties,
} from './config.js';

type WithDomain = DomainShape<typeof server, typeof product, typeof order, typeof properties>;

/** How long a new zone may take to be known everywhere. */
const spreadMs = 30 * 60_000;
const lookMs = 10_000;

export const domainQuota = ({ plan }: Pick<ProductConfig, 'plan'>): number => plans[plan].domains;

export const ownZones = ({ domain }: Pick<ProductConfig, 'domain'>): readonly string[] => [domain];

export function domainTarget({
  server: at,
  properties: made,
}: {
  readonly server: Pick<ServerConfig, 'nameServers'>;
  readonly properties: Pick<SiteProperties, 'publicIp'>;
}): DomainTarget {
  return { addresses: [made.publicIp], nameServers: nameServersOf(at) };
}

export const addDomain: Operation<WithDomain> = operation({
  steps: ['create zone', 'publish DNS', 'wait for DNS', 'open proxy'],
  async run({ ctx, server: at, product: sold, properties: made, domain, step, skip }) {
    const { privateIp, publicIp } = made;
    const { name, zone } = domain;
    const hosts = hostsOf(domain);
    if (zone) {
      await step('create zone', ctx.dns.ensureZone({ name, nameServers: nameServersOf(at), addresses: [publicIp] }));
      for (const host of hosts)
        await step(['publish DNS', host], ctx.dns.ensureRecord({ name: host, type: 'A', content: publicIp, ttl: sold.dnsTtl }));
    } else {
      skip('create zone', 'the domain leads here already');
      skip('publish DNS', 'the domain leads here already');
    }
    // The certificate is validated over HTTP at that name, and few that fail are allowed.
    await step('wait for DNS', {
      run: async () => new Date(Date.parse(ctx.now()) + spreadMs).toISOString(),
      until: (deadline) => allLeadTo(ctx, hosts, publicIp, deadline),
    });
    await step(
      'open proxy',
      ctx.proxy.ensureHost({
        ...proxyOf(domain, privateIp),
        forwardPort: 80,
        forwardScheme: 'http',
        certificate: 'letsencrypt',
        http2: true,
        caching: true,
        websockets: true,
      }),
    );
  },
});

export const removeDomain: Operation<WithDomain> = operation({
  steps: ['close proxy', 'remove zone'],
  async run({ ctx, properties: { privateIp }, domain, step, skip }) {
    const { name, zone } = domain;
    await step('close proxy', ctx.proxy.removeHost(proxyOf(domain, privateIp)));
    if (zone) await step('remove zone', ctx.dns.removeZone({ name }));
    else skip('remove zone', 'none was made for it');
  },
});

/** The steps that take the domains of a whole service away. */
export const removeDomainsSteps = ['close domain', 'remove zone'] as const;

interface RemoveDomainsArguments {
  readonly ctx: Ctx;
  readonly domains: readonly DomainFacts[];
  readonly privateIp: string;
  readonly step: Step<(typeof removeDomainsSteps)[number]>;
  readonly skip: Skip<(typeof removeDomainsSteps)[number]>;
}

export async function removeDomains({ ctx, domains, privateIp, step, skip }: RemoveDomainsArguments): Promise<void> {
  if (domains.length === 0) skip('close domain', 'it has no domain of its own');
  if (!domains.some(({ zone }) => zone)) skip('remove zone', 'none was made for it');
  await Promise.all(
    domains.map(async (domain) => {
      const { name, zone } = domain;
      await step(['close domain', name], ctx.proxy.removeHost(proxyOf(domain, privateIp)));
      if (zone) await step(['remove zone', name], ctx.dns.removeZone({ name }));
    }),
  );
}

/** The names that lead here: with a zone of ours, which says so, `www` too. */
function hostsOf({ name, zone }: DomainFacts): readonly string[] {
  return zone ? [name, `www.${name}`] : [name];
}

function proxyOf(domain: DomainFacts, privateIp: string): ProxyHostKey {
  const aliases = hostsOf(domain).slice(1);
  return { domain: domain.name, ...(aliases.length === 0 ? {} : { aliases }), forwardHost: privateIp };
}

/** `deadline`: ISO 8601. Until then a name that cannot be looked up is one that is not known everywhere yet. */
async function allLeadTo(ctx: Ctx, hosts: readonly string[], publicIp: string, deadline: string): Promise<Polled<string, undefined>> {
  const all = await Promise.all(hosts.map((host) => leadsTo(ctx, host, publicIp, deadline)));
  return all.find(({ state }) => state === 'failed') ?? all.find(({ state }) => state === 'pending') ?? done();
}

async function leadsTo(ctx: Ctx, name: string, publicIp: string, deadline: string): Promise<Polled<string, undefined>> {
  const [ipv4, ipv6] = await Promise.all([addressesOf(ctx, name, 'A'), addressesOf(ctx, name, 'AAAA')]);
  if (ipv4.length > 0 && ipv4.every((address) => address === publicIp) && ipv6.length === 0) return done();
  if (ctx.now() < deadline) return pending(deadline, lookMs);
  const where = [...ipv4, ...ipv6].slice(0, 3).join(' and ') || 'nowhere';
  return failed(new PanelError('conflict', `${name} leads to ${where}, not to ${publicIp} alone`));
}

async function addressesOf(ctx: Ctx, name: string, type: 'A' | 'AAAA'): Promise<readonly string[]> {
  try {
    return await ctx.resolve(name, type);
  } catch (error) {
    if (isPanelError(error) && error.code === 'unavailable') return [];
    throw error;
  }
}

function nameServersOf({ nameServers = '' }: Pick<ServerConfig, 'nameServers'>): readonly string[] {
  return nameServers
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== '');
}
