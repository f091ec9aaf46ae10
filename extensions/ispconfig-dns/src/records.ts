import { absent, done, isPanelError, PanelError, type Ctx, type DnsRecord, type Found } from '@hostwright/sdk';
import type { RemoteRecord, RemoteZone } from './answers.js';
import type { IspConfigClient } from './client.js';
import { isSharedZone, type ServerConfig } from './config.js';
import { isOurZone, isRecordMark, notOurs, recordMark, recordMarkName } from './ownership.js';
import { fullName, incomingContent, outgoingContent, outgoingName } from './record-content.js';
import { clashes, isDualStack, isIdentical, recordTypes, wrong, type RecordKey, type WantedRecord } from './record-rules.js';
import { isDuplicateRecord } from './refusal.js';

/** The zone a name is in. */
export type ZonePlace = {
  readonly zoneId: number;
  readonly zone: string;
  /** With records of several services, of which ours have a mark each: made by hand, or of the service that this one is added to. */
  readonly isShared: boolean;
};

/** What identifies a record, committed before the call. */
export type RecordClaim = RecordKey & { readonly zoneId: number; readonly zone: string };

export interface RecordWork {
  readonly isp: IspConfigClient;
  readonly ctx: Ctx;
  readonly settings: ServerConfig;
}

/** A names are kept in 64 characters. */
const longestName = 64;

/** The nearest zone above a name in which we may work; undefined when there is none at all. Throws `not_owned` when it is not ours. */
export async function findPlace({ isp, ctx, settings }: RecordWork, name: string): Promise<ZonePlace | undefined> {
  const zone = await nearestZone(isp, name);
  if (zone === undefined) return undefined;
  const place = { zoneId: zone.id, zone: zone.name };
  if (isSharedZone(settings, zone.name)) return { ...place, isShared: true };
  const records = await isp.listRecords(zone.id);
  if (isOurZone(zone, records, ctx.owner)) return { ...place, isShared: false };
  if (ctx.above.some((mark) => isOurZone(zone, records, mark))) return { ...place, isShared: true };
  throw notOurs(zone.name);
}

/** As `findPlace`; in somebody else's zone there is nothing of ours to remove. */
export async function findPlaceToClear(work: RecordWork, name: string): Promise<ZonePlace | null> {
  try {
    return (await findPlace(work, name)) ?? null;
  } catch (error) {
    if (!isPanelError(error) || error.code !== 'not_owned') throw error;
    work.ctx.log.info('left the zone of somebody else alone', { name });
    return null;
  }
}

/** The nearest zone at or above a name, whoever's it is. */
export async function nearestZone(isp: IspConfigClient, name: string): Promise<RemoteZone | undefined> {
  for (let candidate = name.replace(/^\*\./, ''); candidate.includes('.'); candidate = candidate.slice(candidate.indexOf('.') + 1)) {
    const zone = await isp.findZone(candidate);
    if (zone !== undefined) return zone;
  }
  return undefined;
}

/**
 * The mark beside a record in a shared zone, or absent.
 * Throws as `findRecord` does, before anything is made: a record of somebody else must not come to look like ours.
 */
export async function findRecordMark(work: RecordWork, place: ZonePlace, claim: RecordClaim): Promise<Found<undefined, number>> {
  const records = await work.isp.listRecords(claim.zoneId);
  const mark = records.find((record) => isRecordMark(record, claim, work.ctx.owner, claim.zone));
  if (mark !== undefined) return done(mark.id);
  requireRoom(work, place, claim, records);
  return absent;
}

export async function createRecordMark({ isp, ctx }: RecordWork, claim: RecordClaim, ttl: number): Promise<number> {
  const { name, data } = recordMark(claim, ctx.owner);
  return isp.addRecord({ zoneId: claim.zoneId, name: outgoingName(name, claim.zone), type: 'TXT', data, aux: 0, ttl });
}

/** Deletes the marks beside one record but the one to keep. */
export async function removeRecordMarks({ isp, ctx }: RecordWork, claim: RecordClaim, keep?: number): Promise<void> {
  const marks = (await isp.listRecords(claim.zoneId)).filter((record) => isRecordMark(record, claim, ctx.owner, claim.zone));
  for (const mark of marks.filter(({ id }) => id !== keep)) await isp.deleteRecord(mark);
}

/**
 * Our record as claimed, or absent.
 * Throws: `not_owned` when the identical record, or one that clashes with it, is somebody else's; `conflict` when the name already leads
 * elsewhere by a record of ours, which whoever asks must remove first.
 */
export async function findRecord(work: RecordWork, place: ZonePlace, wanted: WantedRecord): Promise<Found<undefined, DnsRecord>> {
  const claim = claimOf(place, wanted);
  const records = await ownRecords(work, place);
  const [identical] = records.filter((record) => isStanding(record, claim));
  if (identical !== undefined && isOurs(work, place, identical, records)) return done(answered(claim, identical.id, identical.ttl));
  requireRoom(work, place, claim, records);
  return absent;
}

/** Makes the record. Throws as `findRecord` does when somebody was faster. */
export async function createRecord(work: RecordWork, place: ZonePlace, wanted: WantedRecord): Promise<DnsRecord> {
  const claim = claimOf(place, wanted);
  const name = outgoingName(wanted.name, place.zone);
  if (wanted.type === 'A' && name.length > longestName) throw wrong('name', `ISPConfig keeps names of at most ${longestName} characters`);
  if ((await work.isp.findZoneById(place.zoneId)) === undefined) throw new PanelError('rejected', `the zone ${place.zone} was deleted`);
  try {
    const data = outgoingContent(wanted.type, wanted.content);
    const id = await work.isp.addRecord({ zoneId: place.zoneId, name, type: wanted.type, data, aux: wanted.priority, ttl: wanted.ttl });
    return answered(claim, id, wanted.ttl);
  } catch (error) {
    if (!isDuplicateRecord(error)) throw error;
    // Perhaps an earlier call of ours that took effect late.
    const found = await findRecord(work, place, wanted);
    if (found.state === 'done') return found.output;
    throw error;
  }
}

/** Deletes our records that say the same, but the one to keep: ISPConfig refuses a second one for some types only. */
export async function sweepRecords(work: RecordWork, place: ZonePlace, wanted: RecordKey, keepId?: string): Promise<void> {
  const records = await ownRecords(work, place);
  for (const record of records) {
    if (!isIdentical(record, wanted, place.zone) || String(record.id) === keepId) continue;
    if (isOurs(work, place, record, records)) await work.isp.deleteRecord(record);
  }
}

/** Deletes what was made, after reading back that it is ours. Gone counts as done. */
export async function undoRecord(work: RecordWork, place: ZonePlace, wanted: RecordKey, made: DnsRecord): Promise<void> {
  const records = await ownRecords(work, place);
  const record = records.find(({ id }) => String(id) === made.remoteId);
  if (record !== undefined && !isOurs(work, place, record, records)) {
    throw new PanelError('not_owned', `${record.type} record ${wanted.name} no longer bears our mark and was not deleted`);
  }
  await sweepRecords(work, place, wanted);
}

export interface RecordsToGo extends Pick<RecordKey, 'name' | 'type'> {
  /** Undefined: whichever. */
  readonly content: string | undefined;
  /** Of MX records. Undefined: whichever. */
  readonly priority: number | undefined;
}

/**
 * Deletes our records of a name and type, or of those only the ones with that content and priority, and their marks after them.
 * Throws `invalid_input` for the name servers of our own zone, which go with the zone.
 */
export async function removeRecords(
  work: RecordWork,
  place: ZonePlace,
  { name, type, content, priority }: RecordsToGo,
  nameServers: readonly string[],
): Promise<void> {
  const { isp, ctx } = work;
  const records = await ownRecords(work, place);
  const standing = records.filter((record) => {
    if (record.type !== type || fullName(record.name, place.zone) !== name) return false;
    if (type === 'MX' && priority !== undefined && record.aux !== priority) return false;
    return content === undefined || incomingContent(type, record.data, place.zone) === content;
  });
  const ours = standing.filter((record) => isOurs(work, place, record, records));
  if (!place.isShared && type === 'NS' && name === place.zone) {
    const kept = ours.map((record) => incomingContent('NS', record.data, place.zone)).filter((server) => nameServers.includes(server));
    if (kept.length > 0) throw wrong('name', `the name servers of ${name} go with the zone: ${kept.join(', ')}`);
  }
  if (ours.length < standing.length)
    ctx.log.info('left records of somebody else alone', { name, type, count: standing.length - ours.length });
  for (const record of ours) await isp.deleteRecord(record);
  if (place.isShared) await removeMarksOf(work, place, { name, type });
}

/** Marks whose record is gone too, as after a crash between the two. */
async function removeMarksOf(
  { isp, ctx }: RecordWork,
  { zoneId, zone }: ZonePlace,
  removed: Pick<RecordKey, 'name' | 'type'>,
): Promise<void> {
  const { name, type } = removed;
  const left = (await isp.listRecords(zoneId)).filter((record) => record.type === 'TXT' || record.type === type);
  const still = left.filter((record) => record.type === type).map((record) => keyOf(record, type, zone));
  for (const mark of left) {
    if (mark.type !== 'TXT' || fullName(mark.name, zone) !== recordMarkName({ name, type }) || !mark.data.startsWith(`${ctx.owner} `))
      continue;
    if (!still.some((key) => isRecordMark(mark, key, ctx.owner, zone))) await isp.deleteRecord(mark);
  }
}

/**
 * All records of the zone we work in; of a zone that is not shared after reading back that it is ours. What is left behind of a zone that
 * is no more is nobody's.
 */
async function ownRecords({ isp, ctx }: RecordWork, { zoneId, zone, isShared }: ZonePlace): Promise<readonly RemoteRecord[]> {
  const records = await isp.listRecords(zoneId);
  if (isShared) return records;
  const standing = await isp.findZoneById(zoneId);
  if (standing !== undefined && (standing.name !== zone || !isOurZone(standing, records, ctx.owner))) throw notOurs(zone);
  return records;
}

/** Throws when what stands leaves no room for the record. */
function requireRoom(work: RecordWork, place: ZonePlace, claim: RecordClaim, records: readonly RemoteRecord[]): void {
  const inTheWay = records.filter((record) => record.isActive && (isStanding(record, claim) || clashes(record, claim, claim.zone)));
  const theirs = inTheWay.find((record) => !isOurs(work, place, record, records));
  if (theirs !== undefined) throw new PanelError('not_owned', `${theirs.type} record ${claim.name} exists and does not bear our mark`);
  const other = inTheWay.find((record) => !isStanding(record, claim) && !isDualStack(record, claim));
  if (other !== undefined) {
    throw new PanelError('conflict', `${claim.name} already has a ${other.type} record of this service with another content`);
  }
}

function isStanding(record: RemoteRecord, claim: RecordClaim): boolean {
  return record.isActive && isIdentical(record, claim, claim.zone);
}

/** In our own zone everything is ours; in a shared one what has our mark beside it. */
function isOurs({ ctx }: RecordWork, { zone, isShared }: ZonePlace, record: RemoteRecord, records: readonly RemoteRecord[]): boolean {
  if (!isShared) return true;
  const type = recordTypes.find((each) => each === record.type);
  return type !== undefined && records.some((other) => isRecordMark(other, keyOf(record, type, zone), ctx.owner, zone));
}

function keyOf(record: RemoteRecord, type: RecordKey['type'], zone: string): RecordKey {
  return {
    name: fullName(record.name, zone),
    type,
    content: incomingContent(type, record.data, zone),
    priority: type === 'MX' ? record.aux : 0,
  };
}

export function claimOf({ zoneId, zone }: ZonePlace, { name, type, content, priority }: RecordKey): RecordClaim {
  return { zoneId, zone, name, type, content, priority };
}

function answered(claim: RecordClaim, id: number, ttl: number): DnsRecord {
  const { name, type, content, priority, zone } = claim;
  return { remoteId: String(id), zone, name, type, content, ttl, ...(type === 'MX' ? { priority } : {}) };
}
