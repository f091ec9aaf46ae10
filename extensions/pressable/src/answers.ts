import { PanelError, type Choice } from '@hostwright/sdk';
import { asObject } from './refusal.js';
import type { Login } from './session.js';

/*
 * What we read of Pressable's answers, checked field by field: an answer of another shape is never taken for a success. What callers
 * have not confirmed is optional, and read when it is there.
 */

export interface Site {
  readonly id: number;
  readonly name: string;
  readonly displayName: string;
  /** Lower case; empty when not told. */
  readonly state: string;
  /** Without a scheme; undefined when not told. */
  readonly host: string | undefined;
  readonly staging: boolean;
  readonly datacenter: string | undefined;
  readonly phpVersion: string | undefined;
  readonly environment: string | undefined;
  /** Names; undefined when not told. */
  readonly tags: readonly string[] | undefined;
  readonly addresses: readonly string[];
  readonly sftpHost: string | undefined;
  readonly fileBytes: number | undefined;
  readonly databaseBytes: number | undefined;
}

export interface SiteDomain {
  readonly id: number;
  /** In lower case. */
  readonly name: string;
  readonly primary: boolean;
}

export interface SftpUser {
  readonly username: string;
  readonly isOwner: boolean;
}

/** One of Pressable's own: a moment that the files, the database or both can go back to. */
export interface Backup {
  readonly takenAt: string;
  readonly filesystemId: number | undefined;
  readonly databaseId: number | undefined;
}

export type BackupType = 'fs' | 'db';

export interface OnDemandBackup {
  /** Of the backup, or of the request for it while it is made. */
  readonly id: string;
  /** Both numbers, as far as they are told: the backup need not have that of its request. */
  readonly numbers: readonly string[];
  /** False while it has nothing but a request. */
  readonly isMade: boolean;
  readonly type: BackupType;
  /** In Pressable's words; empty when not told. */
  readonly status: string;
  readonly sizeBytes: number | undefined;
}

export interface Restore {
  readonly id: string;
  readonly filesystemId: string | undefined;
  readonly databaseId: string | undefined;
  readonly status: string;
  readonly error: string | undefined;
}

export interface Account {
  readonly email: string;
  /** How many live sites more it may have; undefined when not told. */
  readonly sitesLeft: number | undefined;
}

type Shape = Readonly<Record<string, unknown>>;

const hostname = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;

export function readLogin(value: unknown, what: string): Login {
  const login = demandObject(value, what);
  const token = demandText(login, 'access_token', what);
  // It goes into a header.
  if (!/^[\x21-\x7e]{1,8192}$/.test(token)) throw odd(what, 'access_token');
  const seconds = login['expires_in'];
  return { token, expiresInSeconds: typeof seconds === 'number' && seconds > 0 && seconds <= 86_400 ? seconds : 3_000 };
}

export function readSite(value: unknown, what: string): Site {
  const site = demandObject(value, what);
  const name = demandText(site, 'name', what);
  const host = (text(site['url']) ?? '')
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
  const sftpHost = text(site['sftpDomain'])?.toLowerCase();
  return {
    id: demandId(site, 'id', what),
    name,
    displayName: text(site['displayName']) ?? name,
    state: (text(site['state']) ?? '').toLowerCase(),
    host: hostname.test(host) ? host : undefined,
    staging: site['staging'] === true,
    datacenter: text(site['datacenterCode']),
    phpVersion: phpVersionOf(site['phpVersion']),
    environment: text(site['wpEnvironmentType']),
    tags: tagsOf(site['tags']),
    addresses: addressesOf(site),
    sftpHost: sftpHost !== undefined && hostname.test(sftpHost) ? sftpHost : undefined,
    fileBytes: bytes(site['fileSystemUsageBytes']),
    databaseBytes: bytes(site['databaseUsageBytes']),
  };
}

export function readDomain(value: unknown, what: string): SiteDomain {
  const domain = demandObject(value, what);
  const name = demandText(domain, 'domainName', what).toLowerCase().replace(/\.$/, '');
  return { id: demandId(domain, 'id', what), name, primary: domain['primary'] === true };
}

export function readSftpUser(value: unknown, what: string): SftpUser {
  const user = demandObject(value, what);
  return { username: demandText(user, 'username', what), isOwner: user['owner'] === true };
}

export function readBackup(value: unknown, what: string): Backup {
  const backup = demandObject(value, what);
  return {
    takenAt: demandText(backup, 'timestamp', what),
    filesystemId: id(backup['filesystemBackupId']),
    databaseId: id(backup['databaseBackupId']),
  };
}

export function readOnDemandBackup(value: unknown, what: string): OnDemandBackup {
  const backup = demandObject(value, what);
  const type = backup['type'] ?? backup['backupType'];
  if (type !== 'fs' && type !== 'db') throw odd(what, 'type');
  const own = id(backup['id']);
  const numbers = [own, id(backup['requestId'])].flatMap((one) => (one === undefined ? [] : [String(one)]));
  const [first] = numbers;
  if (first === undefined) throw odd(what, 'id');
  const status = text(backup['status'])?.toLowerCase() ?? '';
  const isMade = status === 'completed' || (own !== undefined && status !== 'creating');
  return { id: first, numbers, isMade, type, status, sizeBytes: bytes(backup['bytes']) };
}

export function readRestore(value: unknown, what: string): Restore {
  const restore = demandObject(value, what);
  const known = id(restore['id']);
  if (known === undefined) throw odd(what, 'id');
  const asText = (one: unknown): string | undefined => (id(one) === undefined ? undefined : String(id(one)));
  return {
    id: String(known),
    filesystemId: asText(restore['filesystemId']),
    databaseId: asText(restore['databaseId']),
    status: text(restore['status'])?.toLowerCase() ?? '',
    error: text(restore['error']),
  };
}

export function readAccount(value: unknown, what: string): Account {
  const account = demandObject(value, what);
  const sites = asObject(asObject(account['capacity'])?.['sites']);
  const most = sites?.['maxBillable'];
  const used = sites?.['billable'];
  return {
    email: text(account['email']) ?? 'unknown',
    sitesLeft: typeof most === 'number' && typeof used === 'number' ? most - used : undefined,
  };
}

export function readDatacenter(value: unknown, what: string): Choice {
  const datacenter = demandObject(value, what);
  const code = demandText(datacenter, 'code', what);
  const name = text(datacenter['name']);
  return { value: code, label: name === undefined ? code : `${code}, ${name}` };
}

export function readText(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw odd(what, 'data');
  return value;
}

/** A password goes to a customer as it is, so it is a line of printable text. */
export function readPassword(value: unknown, what: string): string {
  const password = readText(value, what);
  if (password.length > 1_000 || !/^[\x20-\x7e]+$/.test(password)) throw odd(what, 'data');
  return password;
}

/** An address that a customer's browser is sent to. */
export function readAddress(value: unknown, what: string): string {
  const address = readText(value, what);
  if (address.length > 4_000 || !URL.canParse(address) || new URL(address).protocol !== 'https:') throw odd(what, 'data');
  return address;
}

/** An empty list may come as `null`. */
export function readList<Item>(value: unknown, what: string, read: (item: unknown, what: string) => Item): Item[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw odd(what, 'list');
  return value.map((item: unknown) => read(item, what));
}

/** `8.2`; seen as `8,2` and as null too. */
function phpVersionOf(value: unknown): string | undefined {
  const version = typeof value === 'number' ? value.toFixed(1) : text(value)?.replace(',', '.');
  return version !== undefined && /^\d{1,2}\.\d{1,2}$/.test(version) ? version : undefined;
}

function tagsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((tag: unknown) => text(tag) ?? text(asObject(tag)?.['name']) ?? []);
}

function addressesOf(site: Shape): readonly string[] {
  const told = [site['ipAddressOne'], site['ipAddressTwo'], site['ipAddress']].flatMap((one) => text(one) ?? []);
  return [...new Set(told)].filter((one) => /^\d{1,3}(\.\d{1,3}){3}$/.test(one) || /^[0-9a-fA-F:]*:[0-9a-fA-F:]+$/.test(one));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Ids come as numbers and as texts of digits. */
function id(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function bytes(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function demandObject(value: unknown, what: string): Shape {
  const object = asObject(value);
  if (object === undefined) throw odd(what, 'object');
  return object;
}

function demandId(value: Shape, key: string, what: string): number {
  const number = id(value[key]);
  if (number === undefined) throw odd(what, key);
  return number;
}

function demandText(value: Shape, key: string, what: string): string {
  const found = text(value[key]);
  if (found === undefined) throw odd(what, key);
  return found;
}

/** The call was answered, but not as documented: it may have been carried out. */
export function odd(what: string, key: string): PanelError {
  return new PanelError('unknown_outcome', `${what}: the answer has an unexpected "${key}"`);
}
