import { domainNameIn } from '@hostwright/core';
import type { DnsRecordType, JsonObject } from '@hostwright/sdk';
import { objectIn, readable, textIn, wrong } from './paymenter-input.js';

type Given = Readonly<Record<string, unknown>>;

/** Which zone a call is about, and whose it must be: callers that name no user act for all of them. */
export interface ZoneCall {
  readonly domain: string;
  readonly userId: string | undefined;
}

/** A record to be added. Its name may leave out the zone where `zoneId` names that. */
export interface RecordCall {
  readonly zoneId: string | undefined;
  readonly userId: string | undefined;
  readonly name: string;
  readonly type: DnsRecordType;
  readonly content: string;
  readonly ttl: number;
  readonly priority?: number;
}

export interface RecordRemovalCall {
  readonly zoneId: string;
  readonly recordId: string;
  readonly userId: string | undefined;
}

/** Type → the field that holds the record's content. */
const contentFields: Readonly<Record<DnsRecordType, string>> = {
  A: 'ip',
  AAAA: 'ip',
  CNAME: 'target',
  MX: 'exchange',
  TXT: 'txt',
  NS: 'ns',
};
/** Stands for the address of our proxy. */
const proxyAlias = 'PROXYSRV';

/** Throws `invalid_input` naming the field, as all of these. */
export function userIdIn(body: unknown): string {
  const userId = userOf(objectIn(body));
  if (userId === undefined) throw wrong('user_id', 'is missing');
  return userId;
}

export function newZoneIn(body: unknown): ZoneCall & { readonly userId: string } {
  return { ...zoneIn(body), userId: userIdIn(body) };
}

export function zoneIn(body: unknown): ZoneCall {
  const given = objectIn(body);
  return { domain: domainNameIn(textIn(given, 'domain').trim()), userId: userOf(given) };
}

export function newRecordIn(body: unknown): RecordCall {
  const given = objectIn(body);
  const named = textIn(given, 'type').toUpperCase();
  const types = Object.keys(contentFields);
  const type = types.find((one): one is DnsRecordType => one === named);
  if (!type) throw wrong('type', `must be one of ${types.join(', ').toLowerCase()}`);
  const content = readable(textIn(given, contentFields[type]), contentFields[type]).trim();
  return {
    zoneId: given['zone_id'] === undefined || given['zone_id'] === null ? undefined : idIn(given, 'zone_id'),
    userId: userOf(given),
    name: readable(textIn(given, 'name'), 'name').trim(),
    type,
    content: content.toUpperCase() === proxyAlias ? proxyAlias : content,
    ttl: numberIn(given, 'ttl', 60, 86_400),
    ...(type === 'MX' ? { priority: numberIn(given, 'priority', 0, 65_535) } : {}),
  };
}

export function recordRemovalIn(body: unknown): RecordRemovalCall {
  const given = objectIn(body);
  return { zoneId: idIn(given, 'zone_id'), recordId: idIn(given, 'rc_id'), userId: userOf(given) };
}

/** The record's whole name, without a dot at the end. `zone`: what completes a name that does not end in it. */
export function wholeName(name: string, zone: string | undefined): string {
  const text = name.toLowerCase();
  if (zone === undefined || text.endsWith('.')) return text.replace(/\.$/, '');
  if (text === '@') return zone;
  return text === zone || text.endsWith(`.${zone}`) ? text : `${text}.${zone}`;
}

/** Every zone that a name may be in, the nearest first. */
export function zonesAround(name: string): readonly string[] {
  const labels = name.split('.').slice(-10);
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
}

/** The values of the button that adds such a record. */
export function recordValues({ type, content, ttl, priority }: RecordCall, name: string): JsonObject {
  return { name, type, content, ttl, ...(priority === undefined ? {} : { priority }) };
}

/** What that panel calls a user: it becomes part of an address. */
function userOf(given: Given): string | undefined {
  const value = given['user_id'];
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text))
    throw wrong('user_id', 'must be 1–63 of the characters a–z, 0–9 and -');
  return text;
}

function idIn(given: Given, field: string): string {
  const value = given[field];
  if (value === undefined || value === null || value === '') throw wrong(field, 'is missing');
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^[1-9]\d{0,17}$/.test(text)) throw wrong(field, 'must be an id, in digits');
  return text;
}

function numberIn(given: Given, field: string, min: number, max: number): number {
  const value = given[field];
  if (value === undefined || value === null || value === '') throw wrong(field, 'is missing');
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max)
    throw wrong(field, `must be a whole number from ${min} to ${max}`);
  return number;
}
