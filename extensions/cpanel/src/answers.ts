import { PanelError } from '@hostwright/sdk';

/*
 * What we read of WHM's and UAPI's answers, checked field by field. Numbers and flags come as numbers or as texts, sizes as texts with a
 * suffix; what a version leaves out is left out here.
 */

type Shape = Readonly<Record<string, unknown>>;

export interface RemoteAccount {
  readonly user: string;
  /** Empty: a reseller without one. */
  readonly domain: string;
  readonly owner: string;
  /** Empty: none. */
  readonly plan: string;
  /** As it stands there: one address, several, or `*unknown*`. */
  readonly email: string;
  readonly ip: string;
  readonly suspended: boolean;
  /** Its suspension can be lifted by root alone. */
  readonly locked: boolean;
  /** Unix time, seconds. */
  readonly madeAt?: number;
  readonly diskUsedBytes?: number;
  /** Absent: no limit, or unknown. */
  readonly diskLimitBytes?: number;
}

export function readAccounts(data: Shape, what: string): readonly RemoteAccount[] {
  return listIn(data, 'acct', what).map((value) => {
    const account = asObject(value, 'acct', what);
    const madeAt = numberOr(account['unix_startdate']);
    const used = sizeOf(account['diskused']);
    const limit = sizeOf(account['disklimit']);
    return {
      user: userName(account, what),
      domain: asMaybeEmpty(account, 'domain', what).toLowerCase(),
      owner: asText(account, 'owner', what),
      plan: asMaybeEmpty(account, 'plan', what),
      email: typeof account['email'] === 'string' ? account['email'] : '',
      ip: asText(account, 'ip', what),
      suspended: asFlag(account, 'suspended', what),
      locked: account['is_locked'] !== undefined && asFlag(account, 'is_locked', what),
      ...(madeAt === undefined ? {} : { madeAt }),
      ...(used === undefined ? {} : { diskUsedBytes: used }),
      ...(limit === undefined ? {} : { diskLimitBytes: limit }),
    };
  });
}

/** How many accounts there are in all, where the answer to one chunk tells it. */
export function readTotal(metadata: unknown): number | undefined {
  const chunk = (metadata as { readonly chunk?: Shape } | null | undefined)?.chunk;
  return typeof chunk === 'object' && chunk !== null ? numberOr(chunk['records']) : undefined;
}

/** What one account has used of a month. */
export interface Traffic {
  readonly user: string;
  readonly owner: string;
  readonly bytes: number;
  /** It is there no more; one of the same name is another. */
  readonly removed: boolean;
}

export function readBandwidth(data: Shape, what: string): readonly Traffic[] {
  return listIn(data, 'acct', what).map((value) => {
    const account = asObject(value, 'acct', what);
    const bytes = numberOr(account['totalbytes']);
    if (bytes === undefined) throw odd(what, 'totalbytes');
    const owner = typeof account['owner'] === 'string' ? account['owner'] : '';
    return { user: userName(account, what), owner, bytes, removed: numberOr(account['deleted']) === 1 };
  });
}

export function readUsers(data: Shape, what: string): readonly string[] {
  return listIn(data, 'users', what).filter((user): user is string => typeof user === 'string');
}

export function readPackages(data: Shape, what: string): readonly string[] {
  return listIn(data, 'pkg', what).map((value) => asText(asObject(value, 'pkg', what), 'name', what));
}

export function readVersion(data: Shape, what: string): string {
  const version = asText(data, 'version', what);
  if (!/^\d+(?:\.\d+){1,4}$/.test(version)) throw odd(what, 'version');
  return version;
}

/** The privileges that are granted. `all` stands for every one. */
export function readPrivileges(data: Shape, what: string): ReadonlySet<string> {
  return new Set(listIn(data, 'privileges', what).flatMap((value) => [...grantedIn(asObject(value, 'privileges', what))]));
}

function grantedIn(flags: Shape): ReadonlySet<string> {
  return new Set(Object.entries(flags).flatMap(([name, flag]) => (numberOr(flag) === 1 ? [name] : [])));
}

/** Privileges that root has put together under a name. */
export interface PrivilegeList {
  readonly name: string;
  readonly privileges: ReadonlySet<string>;
}

export function readPrivilegeLists(data: Shape, what: string): readonly PrivilegeList[] {
  return listIn(data, 'acl', what).map((value) => {
    const list = asObject(value, 'acl', what);
    return { name: asText(list, 'name', what), privileges: grantedIn(asObject(list['privileges'], 'privileges', what)) };
  });
}

export interface UserSession {
  readonly url: string;
  /** Unix time, seconds. */
  readonly expires: number;
}

/** An address on the server's own name, whatever that is; it must be https, or whoever listens on the way logs in. */
export function readSession(data: Shape, what: string): UserSession {
  const url = asText(data, 'url', what);
  const expires = numberOr(data['expires']);
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:' || url.length > 2000) throw odd(what, 'url');
  if (expires === undefined || expires > 32_503_680_000) throw odd(what, 'expires');
  return { url, expires };
}

/** What `terminatereseller` could not remove, with the reasons. */
export function readFailures(data: Shape, what: string): readonly string[] {
  return listIn(data, 'acct', what).flatMap((value) => {
    const account = asObject(value, 'acct', what);
    return numberOr(account['result']) === 1
      ? []
      : [`${userName(account, what)}: ${String(account['reason'] ?? 'no reason').slice(0, 200)}`];
  });
}

export interface DatabaseRules {
  /** Empty where prefixes are switched off. */
  readonly prefix: string;
  readonly maxDatabaseLength: number;
  readonly maxUserLength: number;
}

export function readDatabaseRules(data: unknown, what: string): DatabaseRules {
  const rules = asObject(data, 'data', what);
  const { prefix } = rules;
  if (prefix !== null && !(typeof prefix === 'string' && /^[a-z0-9_]{0,17}$/.test(prefix))) throw odd(what, 'prefix');
  const database = numberOr(rules['max_database_name_length']);
  const user = numberOr(rules['max_username_length']);
  if (database === undefined || user === undefined) throw odd(what, 'max_username_length');
  return { prefix: prefix ?? '', maxDatabaseLength: database, maxUserLength: user };
}

export interface RemoteDatabase {
  readonly name: string;
  readonly users: readonly string[];
}

export function readDatabases(data: unknown, what: string): readonly RemoteDatabase[] {
  return asList(data, 'data', what).map((value) => {
    const database = asObject(value, 'data', what);
    const users = asList(database['users'], 'users', what);
    return { name: asText(database, 'database', what), users: users.filter((user): user is string => typeof user === 'string') };
  });
}

export function readNames(data: unknown, key: string, what: string): readonly string[] {
  return asList(data, 'data', what).map((value) => asText(asObject(value, 'data', what), key, what));
}

export function readFlag(data: unknown, what: string): boolean {
  return asFlag({ data }, 'data', what);
}

/** What AutoSSL could not do, by domain. */
export function readProblems(data: unknown, what: string): ReadonlyMap<string, string> {
  return new Map(
    asList(data, 'data', what).map((value) => {
      const problem = asObject(value, 'data', what);
      return [asText(problem, 'domain', what).toLowerCase(), asText(problem, 'problem', what)];
    }),
  );
}

/** Whether there is a certificate, and it is no self-signed one. */
export function readCertificate(data: unknown, what: string): boolean {
  const { certificate } = asObject(data, 'data', what);
  if (certificate === null || certificate === undefined) return false;
  return !asFlag(asObject(certificate, 'certificate', what), 'is_self_signed', what);
}

/** A certificate as cPanel tells it. Unix times, seconds. */
export interface InstalledCertificate {
  readonly domains: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  /** Of an RSA key, hexadecimal. */
  readonly modulus?: string;
}

/** What the domain is served with; undefined: nothing. */
export function readInstalled(data: unknown, what: string): InstalledCertificate | undefined {
  const { certificate } = asObject(data, 'data', what);
  if (certificate === null || certificate === undefined) return undefined;
  const { domains, not_before: notBefore, not_after: notAfter, modulus } = asObject(certificate, 'certificate', what);
  const time = (value: unknown, key: string): number => {
    const seconds = Number(value);
    if (!Number.isSafeInteger(seconds) || seconds <= 0) throw odd(what, key);
    return seconds;
  };
  return {
    domains: asList(domains, 'domains', what).map((name) => String(name).toLowerCase()),
    notBefore: time(notBefore, 'not_before'),
    notAfter: time(notAfter, 'not_after'),
    ...(typeof modulus === 'string' && modulus !== '' ? { modulus: modulus.toLowerCase() } : {}),
  };
}

/** `14M`, `1024M`, a number of MiB; `unlimited`, `none` and `*unknown*` are none. Bytes. */
export function sizeOf(value: unknown): number | undefined {
  const match = /^(\d{1,12}(?:\.\d+)?)([KMGT]?)B?$/i.exec(
    typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '',
  );
  if (!match) return undefined;
  const power = { K: 1, M: 2, G: 3, T: 4 }[(match[2] || 'M').toUpperCase()] ?? 2;
  const bytes = Math.round(Number(match[1]) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

function userName(value: Shape, what: string): string {
  const user = asText(value, 'user', what);
  if (!/^[a-z0-9][a-z0-9_.-]{0,31}$/i.test(user)) throw odd(what, 'user');
  return user;
}

function listIn(data: Shape, key: string, what: string): readonly unknown[] {
  return asList(data[key], key, what);
}

function asList(value: unknown, key: string, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw odd(what, key);
  return value;
}

function asObject(value: unknown, key: string, what: string): Shape {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw odd(what, key);
  return value as Shape;
}

function asText(value: Shape, key: string, what: string): string {
  const text = asMaybeEmpty(value, key, what);
  if (text === '') throw odd(what, key);
  return text;
}

function asMaybeEmpty(value: Shape, key: string, what: string): string {
  const text = value[key];
  if (typeof text !== 'string') throw odd(what, key);
  return text;
}

function asFlag(value: Shape, key: string, what: string): boolean {
  const flag = numberOr(value[key]);
  if (flag !== 0 && flag !== 1) throw odd(what, key);
  return flag === 1;
}

function numberOr(given: unknown): number | undefined {
  const number = typeof given === 'number' ? given : typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : NaN;
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** The call was answered, but not as documented: it may have been carried out. */
function odd(what: string, key: string): PanelError {
  return new PanelError('unknown_outcome', `${what}: the answer has an unexpected "${key}"`);
}
