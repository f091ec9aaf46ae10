import { PanelError, type ValidationRecord } from '@hostwright/sdk';

export type CertificateState = 'requested' | 'pending' | 'issued' | 'declined' | 'rejected' | 'revoked' | 'expired';

export interface RemoteCertificate {
  readonly state: CertificateState;
  /** Where our mark is. */
  readonly marks: readonly string[];
  /** ISO 8601. */
  readonly expires: string | undefined;
}

export interface RemoteName {
  readonly name: string;
  readonly state: 'pending' | 'validated' | 'failed';
  readonly message: string;
}

export interface RemoteValidation {
  readonly names: readonly RemoteName[];
  readonly records: readonly ValidationRecord[];
}

type Value = Readonly<Record<string, unknown>>;

/** The id of an order, which is that of its certificate. */
export function readId(text: string, what: string): string {
  const { sslId } = objectIn(text, what);
  if (typeof sslId !== 'number' || !Number.isSafeInteger(sslId) || sslId < 1) throw strange(what, 'sslId');
  return String(sslId);
}

export function readIds(text: string, what: string): readonly string[] {
  return listIn(text, what).map((one) => readId(JSON.stringify(one), what));
}

export function readCount(text: string, what: string): readonly unknown[] {
  return listIn(text, what);
}

export function readCertificate(text: string, what: string): RemoteCertificate {
  const { status, externalRequester, comments, expires } = objectIn(text, what);
  if (typeof status !== 'string' || status === '') throw strange(what, 'status');
  return {
    state: states[status.toLowerCase().replaceAll(' ', '')] ?? 'pending',
    marks: [externalRequester, comments].filter((one): one is string => typeof one === 'string'),
    expires: typeof expires === 'string' && !Number.isNaN(Date.parse(expires)) ? new Date(expires).toISOString() : undefined,
  };
}

/** `Replaced`: another took its place under another id. `SA Approved`, `Approved`, `Applied`, `Init` and what may come are under way. */
const states: Readonly<Record<string, CertificateState>> = {
  requested: 'requested',
  issued: 'issued',
  declined: 'declined',
  rejected: 'rejected',
  invalid: 'rejected',
  revoked: 'revoked',
  replaced: 'revoked',
  expired: 'expired',
};

/** One object, or a list of them: the documents have both. */
export function readValidation(text: string, what: string): RemoteValidation {
  const value = parsed(text, what);
  const parts = (Array.isArray(value) ? value : [value]).filter(isObject);
  const logs = parts.flatMap(({ dcvLog }) => listOf(isObject(dcvLog) ? dcvLog['log'] : undefined));
  const instructions = parts.flatMap((part) => listOf(part['instructions']));
  return {
    names: logs.flatMap(({ domainName, dcvStatus }) =>
      typeof domainName === 'string' && typeof dcvStatus === 'string'
        ? [{ name: domainName.toLowerCase(), state: nameState(dcvStatus), message: dcvStatus.slice(0, 200) }]
        : [],
    ),
    records: distinct(instructions.flatMap((one) => recordIn(one) ?? [])),
  };
}

function nameState(said: string): RemoteName['state'] {
  if (/^\s*validated\s*$/i.test(said)) return 'validated';
  return /fail|reject/i.test(said) ? 'failed' : 'pending';
}

/** It ends up in the DNS, so nothing but two names is taken. */
function recordIn({ dcvMode, host, point }: Value): ValidationRecord | undefined {
  if (dcvMode !== 'CNAME' || typeof host !== 'string' || typeof point !== 'string') return undefined;
  const [name, content] = [plain(host), plain(point)];
  return hostName.test(name) && hostName.test(content) ? { name, type: 'CNAME', content } : undefined;
}

const plain = (name: string): string => name.trim().toLowerCase().replace(/\.$/, '');
const hostName = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/;

/** A name and its wildcard are shown by one record. */
function distinct(records: readonly ValidationRecord[]): readonly ValidationRecord[] {
  return [...new Map(records.map((record) => [JSON.stringify(record), record])).values()];
}

/** Throws `unknown_outcome` for a page of something else, which does not say that the call was carried out. */
export function requireNothing(text: string, what: string): void {
  if (text.trim() !== '') parsed(text, what);
}

/** PEM texts. */
export function readPems(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

export interface Token {
  readonly token: string;
  readonly lastsMs: number;
}

export function readToken(text: string, what: string): Token {
  const { access_token: token, expires_in: seconds } = objectIn(text, what);
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,16384}$/.test(token)) throw strange(what, 'access_token');
  return { token, lastsMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : 60_000 };
}

function objectIn(text: string, what: string): Value {
  const value = parsed(text, what);
  if (!isObject(value)) throw strange(what, 'object');
  return value;
}

function listIn(text: string, what: string): readonly unknown[] {
  const value = parsed(text, what);
  if (!Array.isArray(value)) throw strange(what, 'list');
  return value;
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new PanelError('unknown_outcome', `${what}: Sectigo's answer cannot be read`, { cause: error });
  }
}

const isObject = (value: unknown): value is Value => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly Value[] => (Array.isArray(value) ? value.filter(isObject) : []);

function strange(what: string, name: string): PanelError {
  return new PanelError('unknown_outcome', `${what}: Sectigo's answer has no ${name} that can be read`);
}
