import { PanelError } from '@hostwright/sdk';

/*
 * What we read of ISPConfig's answers, checked field by field: an answer of another shape is never taken for a success. Numbers come as
 * strings or as numbers; "nothing" as null, false, 0 or an empty string, each of which means something else in another method.
 */

export interface RemoteZone {
  readonly id: number;
  readonly serverId: number;
  /** Lower case, without the dot at the end. */
  readonly name: string;
  /** Lower case, without the dot at the end; its first dot stands for an @. */
  readonly mailbox: string;
  readonly serial: number;
  readonly isActive: boolean;
}

export interface RemoteRecord {
  readonly id: number;
  readonly zoneId: number;
  /** As it was given: relative, `@`, empty, or absolute with a dot at the end. */
  readonly name: string;
  readonly type: string;
  readonly data: string;
  /** The priority of an MX. */
  readonly aux: number;
  readonly ttl: number;
  readonly isActive: boolean;
}

export interface RemoteServer {
  readonly id: number;
  readonly name: string;
}

type Shape = Readonly<Record<string, unknown>>;

export function readZone(value: unknown, what: string): RemoteZone {
  const zone = asObject(value, what);
  return {
    id: asId(zone, 'id', what),
    serverId: asNumber(zone, 'server_id', what),
    name: withoutDot(asText(zone, 'origin', what)),
    mailbox: withoutDot(asText(zone, 'mbox', what)),
    serial: asNumber(zone, 'serial', what),
    isActive: asFlag(zone, 'active', what),
  };
}

export function readRecord(value: unknown, what: string): RemoteRecord {
  const record = asObject(value, what);
  const { name, data } = record;
  if (typeof name !== 'string') throw odd(what, 'name');
  if (typeof data !== 'string') throw odd(what, 'data');
  return {
    id: asId(record, 'id', what),
    zoneId: asId(record, 'zone', what),
    name: name.toLowerCase(),
    type: asText(record, 'type', what).toUpperCase(),
    data,
    aux: asNumber(record, 'aux', what),
    ttl: asNumber(record, 'ttl', what),
    isActive: asFlag(record, 'active', what),
  };
}

export function readServer(value: unknown, what: string): RemoteServer {
  const server = asObject(value, what);
  return { id: asId(server, 'server_id', what), name: asText(server, 'server_name', what) };
}

/** One thing by its id: `null` is none. */
export function readOne<Item>(value: unknown, what: string, read: (item: unknown, what: string) => Item): Item | undefined {
  return value === null ? undefined : read(value, what);
}

export function readList<Item>(value: unknown, what: string, read: (item: unknown, what: string) => Item): Item[] {
  if (!Array.isArray(value)) throw odd(what, 'response');
  return value.map((item: unknown) => read(item, what));
}

/** The id of something just made. `false`, 0 and the like say neither that it was made nor that it was not. */
export function readNewId(value: unknown, what: string): number {
  return asId({ response: value }, 'response', what);
}

/** How many rows were changed; 0 is an answer too. */
export function readCount(value: unknown, what: string): number {
  return asNumber({ response: value }, 'response', what);
}

export function readSessionId(value: unknown, what: string): string {
  if (typeof value !== 'string' || !/^[0-9A-Za-z,-]{16,128}$/.test(value)) throw odd(what, 'response');
  return value;
}

function withoutDot(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function asObject(value: unknown, what: string): Shape {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw odd(what, 'response');
  return value as Shape;
}

function asNumber(value: Shape, key: string, what: string): number {
  const given = value[key];
  const number = typeof given === 'number' ? given : typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : NaN;
  if (!Number.isSafeInteger(number) || number < 0) throw odd(what, key);
  return number;
}

function asId(value: Shape, key: string, what: string): number {
  const id = asNumber(value, key, what);
  if (id === 0) throw odd(what, key);
  return id;
}

function asText(value: Shape, key: string, what: string): string {
  const text = value[key];
  if (typeof text !== 'string' || text === '') throw odd(what, key);
  return text;
}

function asFlag(value: Shape, key: string, what: string): boolean {
  const flag = asText(value, key, what).toUpperCase();
  if (flag !== 'Y' && flag !== 'N') throw odd(what, key);
  return flag === 'Y';
}

/** The call was answered, but not as documented: it may have been carried out. */
function odd(what: string, key: string): PanelError {
  return new PanelError('unknown_outcome', `${what}: ISPConfig's answer has an unexpected "${key}"`);
}
