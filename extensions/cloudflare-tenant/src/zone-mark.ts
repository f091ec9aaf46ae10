import { PanelError } from '@hostwright/sdk';
import type { RemoteRecord, Zone, Zones } from './client/index.js';

/*
 * A zone has neither tags nor a comment, so whose it is stands in it: a TXT record `_hostwright.<zone>` with the service's mark.
 */

/** The record in which a zone's mark stands. */
export function markName(domain: string): string {
  return `_hostwright.${domain}`;
}

/** Marks of whichever services and installations, with their records. */
export async function marksIn(
  zones: Zones,
  zoneId: string,
  domain: string,
): Promise<readonly (RemoteRecord & { readonly mark: string })[]> {
  const records = await zones.texts(zoneId, markName(domain));
  return records.flatMap((record) => {
    // Content is answered in quotes, in several of them where it is long.
    const mark = record.content.replace(/"\s*"/g, '').replace(/^"|"$/g, '');
    return mark.startsWith('hw-') ? [{ ...record, mark }] : [];
  });
}

/** The zone, when it bears our mark and no other; undefined when it is gone. Throws `not_owned`. */
export async function findOwned(zones: Zones, owner: string, { zoneId, accountId, domain }: MarkedZone): Promise<Zone | undefined> {
  const zone = await zones.find(zoneId);
  if (zone === undefined) return undefined;
  if (zone.account.id !== accountId || zone.name !== domain)
    throw new PanelError(
      'not_owned',
      `the zone ${zoneId} is ${zone.name} in the account ${zone.account.id} now, not ${domain} in ${accountId}`,
    );
  const marks = await marksIn(zones, zoneId, domain);
  requireOurs(marks, owner, domain);
  if (marks.length === 0) {
    const remedy = `if it is the service’s, write the TXT record ${markName(domain)} with the text ${owner} again`;
    throw new PanelError('not_owned', `${domain} bears no mark any more; ${remedy}`);
  }
  return zone;
}

/** As `findOwned`. Throws `not_found` too. */
export async function demandOwned(zones: Zones, owner: string, where: MarkedZone): Promise<Zone> {
  const zone = await findOwned(zones, owner, where);
  if (zone === undefined) throw new PanelError('not_found', `the zone ${where.domain} is not at Cloudflare any more`);
  return zone;
}

export interface MarkedZone {
  readonly zoneId: string;
  readonly accountId: string;
  readonly domain: string;
}

/** Throws `not_owned` for the mark of another service. */
export function requireOurs(marks: readonly { readonly mark: string }[], owner: string, domain: string): void {
  const stranger = marks.find(({ mark }) => mark !== owner);
  if (stranger) throw new PanelError('not_owned', `${domain} bears the mark ${stranger.mark}`);
}

/** The prefix of the marks of this installation's customers, from the mark of any service of it, or of none. */
export function isCustomersAccount(owner: string, accountName: string): boolean {
  const prefix = owner.slice(0, owner.lastIndexOf('-'));
  return accountName.startsWith(`${prefix}-c`) && /^\d+(-closing)?$/.test(accountName.slice(prefix.length + 2));
}
