import { listed, type ServerConfig } from './config.js';
import type { Site } from './answers.js';

/** Of a host name's first part. */
const mostLetters = 63;

/**
 * The name of a new site: letters, digits and hyphens, chosen before the first call. It ends with the owner mark, because the tag that
 * bears it can only be set once there is a site.
 */
export function siteName(label: string, owner: string): string {
  const beginning = label
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, mostLetters - 1 - owner.length)
    .replace(/^-+|-+$/g, '');
  return beginning === '' ? owner : `${beginning}-${owner}`;
}

/** The mark of this installation that a name ends with. `owner`: of any service of it. */
export function markIn(name: string, owner: string): string | undefined {
  const installation = owner.slice(0, owner.lastIndexOf('-'));
  return new RegExp(`(?:^|-)(${installation}-[1-9]\\d{0,17})$`).exec(name)?.[1];
}

/** Where a site answers before it has a domain of its own. */
export function hostOf(site: Site): string {
  return site.host ?? `${site.name}.mystagingwebsite.com`;
}

/** Where domains of a site must lead: as Pressable says, or else as the server's settings do. */
export function addressesOf(site: Pick<Site, 'addresses'>, server: Pick<ServerConfig, 'siteAddresses'>): readonly string[] {
  return site.addresses.length > 0 ? site.addresses : listed(server.siteAddresses);
}
