import { PanelError, type Ctx } from '@hostwright/sdk';
import type { RemoteRecord, Zone, Zones } from './client/index.js';

/*
 * A zone has neither tags nor a comment, so whose it is stands in it: a TXT record `_hostwright.<zone>` with the service's mark.
 */

/** The record in which a zone's mark stands. */
export function markName(domain: string): string {
  return `_hostwright.${domain}`;
}

type ZoneMark = RemoteRecord & { readonly mark: string };

/** Marks of whichever services and installations, with their records. */
export async function marksIn(zones: Zones, zoneId: string, domain: string): Promise<readonly ZoneMark[]> {
  return zoneMarksOf(await zones.texts(zoneId, markName(domain)), domain);
}

function zoneMarksOf(records: readonly RemoteRecord[], domain: string): readonly ZoneMark[] {
  return records.flatMap((record) => {
    const mark = textOf(record);
    return record.name === markName(domain) && mark.startsWith('hw-') ? [{ ...record, mark }] : [];
  });
}

function addOnMarksOf(records: readonly RemoteRecord[], domain: string): readonly AddOnMark[] {
  return records.flatMap((record) => {
    const [, owner, ratePlan] = /^(hw-[a-z0-9-]{1,57}) ([0-9A-Za-z_]{1,64})$/.exec(textOf(record)) ?? [];
    if (record.name !== addOnMarkName(domain) || owner === undefined || ratePlan === undefined) return [];
    return [{ id: record.id, owner, ratePlan }];
  });
}

/** Content is answered in quotes, in several of them where it is long. */
function textOf({ content }: RemoteRecord): string {
  return content.replace(/"\s*"/g, '').replace(/^"|"$/g, '');
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

/** The record in which it stands that a service has an add-on for the zone: one for each, `<mark> <rate plan>`. */
export function addOnMarkName(domain: string): string {
  return `_hostwright-add-on.${domain}`;
}

export interface AddOnMark {
  /** Of the record. */
  readonly id: string;
  readonly owner: string;
  readonly ratePlan: string;
}

/** Add-ons that services have for the zone, whichever services. */
export async function addOnMarksIn(zones: Zones, zoneId: string, domain: string): Promise<readonly AddOnMark[]> {
  return addOnMarksOf(await zones.texts(zoneId, addOnMarkName(domain)), domain);
}

/** What a listing needs of a zone, by one call: whose it is, and the add-ons that services have for it. */
export async function allMarksIn(
  zones: Zones,
  zoneId: string,
  domain: string,
): Promise<{ readonly owners: readonly string[]; readonly addOns: readonly AddOnMark[] }> {
  const records = await zones.textsFrom(zoneId, '_hostwright');
  return { owners: zoneMarksOf(records, domain).map(({ mark }) => mark), addOns: addOnMarksOf(records, domain) };
}

/**
 * The zone of that name in the account, when it bears the mark of a service that this one is added to.
 * Throws: `not_found` when there is none; `not_owned` when it is somebody else's.
 */
export async function demandZoneAbove(zones: Zones, { above }: Pick<Ctx, 'above'>, accountId: string, domain: string): Promise<Zone> {
  const [zone] = await zones.inAccount(accountId, domain);
  if (zone === undefined) throw new PanelError('not_found', `the zone ${domain} is not in the account of the customer`);
  const marks = await marksIn(zones, zone.id, domain);
  if (marks.length === 1 && marks.every(({ mark }) => above.includes(mark))) return zone;
  const found = marks.length === 0 ? 'no mark' : `the mark ${marks.map(({ mark }) => mark).join(' and ')}`;
  throw new PanelError('not_owned', `${domain} bears ${found}, not that of the service that this one is added to`);
}

/** The mark of another service of this installation. */
export function markOfService(owner: string, serviceId: string): string {
  return `${owner.slice(0, owner.lastIndexOf('-'))}-${serviceId}`;
}

/** The prefix of the marks of this installation's customers, from the mark of any service of it, or of none. */
export function isCustomersAccount(owner: string, accountName: string): boolean {
  const prefix = owner.slice(0, owner.lastIndexOf('-'));
  return accountName.startsWith(`${prefix}-c`) && /^\d+(-closing)?$/.test(accountName.slice(prefix.length + 2));
}
