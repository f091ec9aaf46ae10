import { operation, PanelError, type DomainTarget, type Operation } from '@hostwright/sdk';
import { listed, type ProductConfig, type ServerConfig, type SiteProperties } from '../config.js';
import { addDomainStep, primaryStep, takeDomain } from './domain-steps.js';
import type { WithDomain } from './shapes.js';
import { convertStep } from './site-steps.js';
import { Sites } from '../sites.js';

export const domainQuota = ({ domains }: Pick<ProductConfig, 'domains'>): number => domains;

export const ownZones = ({ zone }: Pick<ProductConfig, 'zone'>): readonly string[] => (zone === undefined ? [] : [zone.toLowerCase()]);

/** Throws `invalid_config` when neither Pressable nor the settings named an address. */
export function domainTarget({
  server: at,
  properties: made,
}: {
  readonly server: Pick<ServerConfig, 'siteAddresses'>;
  readonly properties: Pick<SiteProperties, 'addresses'>;
}): DomainTarget {
  const own = listed(made.addresses);
  const addresses = own.length > 0 ? own : listed(at.siteAddresses);
  if (addresses.length > 0) return { addresses };
  throw new PanelError('invalid_config', 'the settings of the server name no address of the sites', { field: 'siteAddresses' });
}

/** The first domain of a site becomes its primary one, to which Pressable sends the visitors of all others. */
export const addDomain: Operation<WithDomain> = operation({
  steps: ['convert to live', 'add domain', 'set primary domain'],
  async run({ ctx, server: at, properties: { siteId }, domain: { name }, step }) {
    const sites = new Sites(ctx, at);
    const now = () => ctx.now();
    // A staging site takes no domain; one that is live already is left as it is.
    await step('convert to live', convertStep(sites, siteId, now, 'live'));
    await step('add domain', addDomainStep(sites, { siteId, name }, now));
    await step('set primary domain', primaryStep(sites, { siteId, name }, now, { onlyIfNone: true }));
  },
});

export const removeDomain: Operation<WithDomain> = operation({
  steps: ['remove domain'],
  async run({ ctx, server: at, properties: { siteId }, domain: { name }, step }) {
    await step('remove domain', { run: () => takeDomain(new Sites(ctx, at), siteId, name) });
  },
});
