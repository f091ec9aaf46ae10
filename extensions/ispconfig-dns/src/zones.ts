import { absent, done, PanelError, type Ctx, type Found } from '@hostwright/sdk';
import type { RemoteRecord, RemoteZone } from './answers.js';
import type { IspConfigClient } from './client.js';
import { isOurZone, isZoneMark, markMailbox, notOurs } from './ownership.js';
import { outgoingContent, outgoingName } from './record-content.js';
import { isIdentical, markLabel, type WantedRecord } from './record-rules.js';
import { isDuplicateRecord, isZoneTaken } from './refusal.js';

/** Our zone as the journal keeps it. */
export type ZoneHandle = {
  readonly zoneId: number;
  /** It was finished before: neither filled again nor undone. */
  readonly isFinished: boolean;
};

/** A record's content that is an address. */
type Address = Pick<WantedRecord, 'type' | 'content'>;

export type ZoneClaim = { readonly name: string; readonly nameServer: string };

/** What the steps of one zone work with. */
export interface ZoneWork {
  readonly isp: IspConfigClient;
  readonly ctx: Ctx;
  readonly name: string;
}

/** Throws `invalid_input`, naming what is missing, unless the domain is delegated to every one of the name servers. */
export async function checkDelegation({ ctx, name }: ZoneWork, nameServers: readonly string[]): Promise<void> {
  const delegated = await ctx.resolve(name, 'NS');
  const missing = nameServers.filter((server) => !delegated.includes(server));
  if (missing.length === 0) return;
  const now = delegated.length === 0 ? 'it has none, or does not exist' : `it has ${[...delegated].sort().slice(0, 10).join(', ')}`;
  const message = `${name} must have the name servers ${nameServers.join(', ')}; ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: ${now}`;
  throw new PanelError('invalid_input', message, { field: 'name' });
}

/** Our zone, or absent. Throws `not_owned` when the name is somebody else's zone. */
export async function findZone({ isp, ctx, name }: ZoneWork): Promise<Found<undefined, ZoneHandle>> {
  const zone = await isp.findZone(name);
  if (zone === undefined) return absent;
  if (!isOurZone(zone, await isp.listRecords(zone.id), ctx.owner)) throw notOurs(name);
  return done({ zoneId: zone.id, isFinished: zone.mailbox !== markMailbox(ctx.owner, name) });
}

/** Makes the zone, inactive and with our mark in it. */
export async function createZone(work: ZoneWork, claim: ZoneClaim): Promise<ZoneHandle> {
  const { isp, ctx, name } = work;
  try {
    return { zoneId: await isp.addZone({ ...claim, mailbox: markMailbox(ctx.owner, name) }), isFinished: false };
  } catch (error) {
    if (!isZoneTaken(error)) throw error;
    // Somebody was faster since we looked; it may have been an earlier call of ours that took effect late.
    const found = await findZone(work);
    if (found.state === 'done') return found.output;
    throw notOurs(name); // a zone that the remote user does not see
  }
}

/** The lasting mark, a TXT record; absent while only the hostmaster tells. */
export async function findMark(work: ZoneWork, zoneId: number): Promise<Found<undefined, number>> {
  const mark = (await findOwnRecords(work, zoneId)).records.find((record) => isZoneMark(record, work.name));
  return mark === undefined ? absent : done(mark.id);
}

export async function createMark(work: ZoneWork, zoneId: number, ttl: number): Promise<number> {
  const { isp, ctx } = work;
  await getOurs(work, zoneId);
  return isp.addRecord({ zoneId, name: markLabel, type: 'TXT', data: ctx.owner, aux: 0, ttl });
}

/** What a new zone begins with: its name servers, and where its own name and `www` lead. */
export function firstRecords(
  name: string,
  {
    nameServers,
    addresses,
    ttl,
  }: { readonly nameServers: readonly string[]; readonly addresses: readonly Address[]; readonly ttl: number },
): readonly WantedRecord[] {
  const common = { ttl, priority: 0 };
  return [
    ...nameServers.map((content): WantedRecord => ({ ...common, name, type: 'NS', content })),
    ...[name, `www.${name}`].flatMap((each) => addresses.map((address): WantedRecord => ({ ...common, ...address, name: each }))),
  ];
}

/** Done when all of them stand; in a zone that is no more, when anything is left to be undone. */
export async function findRecords(work: ZoneWork, zoneId: number, wanted: readonly WantedRecord[]): Promise<Found<undefined, undefined>> {
  const { records, isGone } = await findOwnRecords(work, zoneId);
  if (isGone) return records.length > 0 ? done() : absent;
  return wanted.every((each) => records.some((record) => isIdentical(record, each, work.name))) ? done() : absent;
}

/** Makes those that do not stand yet. */
export async function createRecords(work: ZoneWork, zoneId: number, wanted: readonly WantedRecord[]): Promise<undefined> {
  const missing = async (): Promise<readonly WantedRecord[]> => {
    const { records } = await getOurs(work, zoneId);
    return wanted.filter((one) => !records.some((record) => isIdentical(record, one, work.name)));
  };
  for (const each of await missing()) {
    const { type, ttl } = each;
    try {
      const data = outgoingContent(type, each.content);
      await work.isp.addRecord({ zoneId, name: outgoingName(each.name, work.name), type, data, aux: 0, ttl });
    } catch (error) {
      // Perhaps an earlier call of ours that took effect late.
      if (!isDuplicateRecord(error) || (await missing()).includes(each)) throw error;
    }
  }
  return undefined;
}

/** Removes what took effect after the zone was gone. Before, records go with their zone. */
export async function undoRecords(work: ZoneWork, zoneId: number): Promise<void> {
  if ((await findOwnRecords(work, zoneId)).isGone) await removeRecords(work, zoneId);
}

/** Of each thing that stands more than once in our zone, deletes all but the oldest. */
export async function removeTwins(
  work: ZoneWork,
  zoneId: number,
  isTwin: (one: RemoteRecord, other: RemoteRecord) => boolean,
): Promise<void> {
  const { records, isGone } = await findOwnRecords(work, zoneId);
  if (isGone) return;
  const oldestFirst = [...records].sort((one, other) => one.id - other.id);
  for (const [index, record] of oldestFirst.entries()) {
    if (oldestFirst.slice(0, index).some((older) => isTwin(older, record))) await work.isp.deleteRecord(record);
  }
}

/** Puts the zone on the name servers, with its real hostmaster. One that is there already stays as it is. */
export async function activateZone(work: ZoneWork, zoneId: number, hostmaster: string | undefined): Promise<void> {
  const { isp, name } = work;
  if ((await getOurs(work, zoneId)).zone.isActive) return;
  await changeZone(work, zoneId, true, (hostmaster ?? `hostmaster@${name}`).toLowerCase().replace('@', '.'));
  const zone = await isp.findZoneById(zoneId);
  if (zone?.isActive !== true) throw new PanelError('unknown_outcome', `the zone ${name} did not become active`);
}

/**
 * Removes our zone with every record in it, whoever made the record, and looks that nothing is left. Gone counts as removed.
 * Throws `not_owned` when the zone no longer bears our mark; `unknown_outcome` when something is still there.
 */
export async function removeZone(work: ZoneWork, zoneId: number): Promise<void> {
  await takeDown(work, zoneId);
  await removeRecords(work, zoneId);
  await deleteZone(work, zoneId);
}

/** Takes the zone off the name servers, and puts our mark where it stays until the zone is deleted. */
export async function takeDown(work: ZoneWork, zoneId: number): Promise<void> {
  const { isp, ctx, name } = work;
  if ((await isp.findZoneById(zoneId)) === undefined) return;
  await changeZone(work, zoneId, false, markMailbox(ctx.owner, name));
  const zone = await isp.findZoneById(zoneId);
  if (zone !== undefined && (zone.isActive || zone.mailbox !== markMailbox(ctx.owner, name))) {
    throw new PanelError('unknown_outcome', `the zone ${name} did not become inactive`);
  }
}

export async function removeRecords(work: ZoneWork, zoneId: number): Promise<void> {
  const { isp } = work;
  // Records of a zone that is no more answer to nobody: ISPConfig leaves them behind when it deletes a zone.
  const zone = await isp.findZoneById(zoneId);
  const records = zone === undefined ? await isp.listRecords(zoneId) : (await getOurs(work, zoneId)).records;
  for (const record of records) await isp.deleteRecord(record);
  const left = (await isp.listRecords(zoneId)).length;
  if (left > 0) throw new PanelError('unknown_outcome', `${left} records of the zone ${work.name} are still there`);
}

export async function deleteZone(work: ZoneWork, zoneId: number): Promise<void> {
  const { isp, name } = work;
  if ((await isp.findZoneById(zoneId)) !== undefined) {
    await getOurs(work, zoneId);
    await isp.deleteZone(zoneId);
  }
  if ((await isp.findZoneById(zoneId)) !== undefined) throw new PanelError('unknown_outcome', `the zone ${name} is still there`);
  // One that was under way when the others were deleted.
  await removeRecords(work, zoneId);
}

async function changeZone(work: ZoneWork, zoneId: number, isActive: boolean, mailbox: string): Promise<void> {
  const { zone } = await getOurs(work, zoneId);
  if (zone.isActive !== isActive || zone.mailbox !== mailbox) {
    await work.isp.changeZone(zoneId, { isActive, mailbox, serial: zone.serial + 1 });
  }
}

/** The records of our zone; those left behind when the zone is no more, which are nobody's. */
async function findOwnRecords(
  work: ZoneWork,
  zoneId: number,
): Promise<{ readonly records: readonly RemoteRecord[]; readonly isGone: boolean }> {
  if ((await work.isp.findZoneById(zoneId)) === undefined) return { records: await work.isp.listRecords(zoneId), isGone: true };
  return { records: (await getOurs(work, zoneId)).records, isGone: false };
}

/** The zone and its records, after reading back that it is ours. */
async function getOurs(
  { isp, ctx, name }: ZoneWork,
  zoneId: number,
): Promise<{ readonly zone: RemoteZone; readonly records: readonly RemoteRecord[] }> {
  const zone = await isp.findZoneById(zoneId);
  if (zone === undefined) throw new PanelError('rejected', `the zone ${name} was deleted by somebody else`);
  const records = await isp.listRecords(zoneId);
  if (zone.name !== name || !isOurZone(zone, records, ctx.owner)) throw notOurs(name);
  return { zone, records };
}
