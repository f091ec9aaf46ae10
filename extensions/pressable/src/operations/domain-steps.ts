import { absent, done, PanelError, type TaskStep } from '@hostwright/sdk';
import type { SiteDomain } from '../answers.js';
import { isRejected } from '../refusal.js';
import type { Sites } from '../sites.js';

type DomainClaim = { readonly siteId: number; readonly name: string };

/** How Pressable says that something is taken; the exact words are not confirmed. */
const inUse = /taken|in use|already|exists/i;

/** Pressable adds `www.` to a domain by itself. */
const twinOf = (name: string): string => `www.${name}`;

/** One domain of a site, until it shows. Pressable refuses one that another site has. */
export function addDomainStep(sites: Sites, claim: DomainClaim, now: () => string): TaskStep<DomainClaim, string, undefined> {
  return {
    strength: 'unique',
    claim,
    find: async ({ siteId, name }) => {
      // As it is when its service has ended meanwhile.
      if ((await sites.find(siteId)) === undefined) return absent;
      return named(await sites.client.domains(siteId), name) === undefined ? absent : done();
    },
    run: async ({ siteId, name }) => {
      await sites.demand(siteId);
      await addDomain(sites, siteId, name);
      return now();
    },
    until: async (since) => {
      const domains = await sites.client.domains(claim.siteId);
      return named(domains, claim.name) === undefined ? sites.until<undefined>(claim.siteId, since, () => undefined) : done();
    },
    undo: (_nothing, { siteId, name }) => takeDomain(sites, siteId, name),
  };
}

/** Throws `conflict` for a domain that another site has, which is for whoever has the domain to mend. */
async function addDomain(sites: Sites, siteId: number, name: string): Promise<void> {
  try {
    await sites.client.addDomain(siteId, name);
  } catch (error) {
    if (!isRejected(error) || !inUse.test(error.message)) throw error;
    throw new PanelError('conflict', `${name} is in use at another site: take it off there, then add it here`, { cause: error });
  }
}

/** Makes it the one that all others lead to, unless `onlyIfNone` and there is one already. */
export function primaryStep(
  sites: Sites,
  { siteId, name }: DomainClaim,
  now: () => string,
  { onlyIfNone }: { readonly onlyIfNone: boolean },
): TaskStep<undefined, string, { readonly primary: boolean }> {
  const look = async (): Promise<{ readonly primary: boolean } | undefined> => {
    if ((await sites.find(siteId)) === undefined) return undefined;
    const domains = await sites.client.domains(siteId);
    if (named(domains, name)?.primary) return { primary: true };
    return onlyIfNone && domains.some((domain) => domain.primary) ? { primary: false } : undefined;
  };
  return {
    find: async () => {
      const found = await look();
      return found === undefined ? absent : done(found);
    },
    run: async () => {
      await sites.demand(siteId);
      const domain = named(await sites.client.domains(siteId), name);
      if (domain === undefined) throw new PanelError('conflict', `site ${siteId} has no domain ${name}`);
      await sites.client.makePrimary(siteId, domain.id);
      return now();
    },
    until: async (since) => {
      const found = await look();
      return found === undefined ? sites.until<{ readonly primary: boolean }>(siteId, since, () => undefined) : done(found);
    },
    undo: () => Promise.resolve(),
  };
}

/** Removes a domain and its `www.`. Where it was the primary one, another of the site becomes that first. None there counts as done. */
export async function takeDomain(sites: Sites, siteId: number, name: string): Promise<void> {
  if ((await sites.find(siteId)) === undefined) return;
  const domains = await sites.client.domains(siteId);
  // The primary one last: it may not go while there are others.
  const going = domains
    .filter((domain) => domain.name === name || domain.name === twinOf(name))
    .sort((a, b) => Number(a.primary) - Number(b.primary));
  const next = domains.find((domain) => !going.includes(domain));
  if (next !== undefined && going.some((domain) => domain.primary)) await sites.client.makePrimary(siteId, next.id);
  for (const domain of going) await sites.client.removeDomain(siteId, domain.id);
}

export function named(domains: readonly SiteDomain[], name: string): SiteDomain | undefined {
  return domains.find((domain) => domain.name === name);
}
