import { PanelError } from '@hostwright/sdk';

/*
 * What we read of Nginx Proxy Manager's answers, checked field by field: an answer of another shape is never taken for a success.
 * Source: its OpenAPI document 2.15.1; what 2.12 does not have is optional.
 */

export interface RemoteHost {
  readonly id: number;
  readonly ownerUserId: number;
  readonly createdAt: string;
  /** Lower case, sorted. */
  readonly domains: readonly string[];
  readonly forwardScheme: 'http' | 'https';
  readonly forwardHost: string;
  readonly forwardPort: number;
  /** 0 without one. */
  readonly certificateId: number;
  readonly sslForced: boolean;
  readonly http2: boolean;
  readonly caching: boolean;
  readonly websockets: boolean;
  readonly enabled: boolean;
  readonly advancedConfig: string;
  /** Undefined until its configuration was tried. */
  readonly online: boolean | undefined;
  /** What nginx said when it refused the configuration. */
  readonly problem: string | undefined;
  /** When it was asked for. */
  readonly certificate: RemoteCertificate | undefined;
}

export interface RemoteCertificate {
  readonly id: number;
  readonly ownerUserId: number;
  readonly provider: 'letsencrypt' | 'other';
  /** The domains with Let's Encrypt, else as it was given. */
  readonly name: string;
  /** Lower case, sorted. */
  readonly domains: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface RemoteUser {
  readonly id: number;
  readonly isDisabled: boolean;
  readonly isAdmin: boolean;
  /** `manage`, `view` or `hidden`; undefined when not told. */
  readonly mayProxyHosts: string | undefined;
  readonly mayCertificates: string | undefined;
}

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly revision: number;
}

type Shape = Readonly<Record<string, unknown>>;

export function readHost(value: unknown, what: string): RemoteHost {
  const host = asObject(value, what);
  const scheme = host['forward_scheme'];
  if (scheme !== 'http' && scheme !== 'https') throw odd(what, 'forward_scheme');
  const meta = asObject(host['meta'] ?? {}, what);
  const certificate = host['certificate'];
  return {
    id: asId(host, 'id', what),
    ownerUserId: asId(host, 'owner_user_id', what),
    createdAt: asTime(host, 'created_on', what),
    domains: asDomains(host, what),
    forwardScheme: scheme,
    forwardHost: asText(host, 'forward_host', what),
    forwardPort: asId(host, 'forward_port', what),
    certificateId: asNumber(host, 'certificate_id', what),
    sslForced: asBoolean(host, 'ssl_forced', what),
    http2: asBoolean(host, 'http2_support', what),
    caching: asBoolean(host, 'caching_enabled', what),
    websockets: asBoolean(host, 'allow_websocket_upgrade', what),
    enabled: asBoolean(host, 'enabled', what),
    advancedConfig: typeof host['advanced_config'] === 'string' ? host['advanced_config'] : '',
    online: typeof meta['nginx_online'] === 'boolean' ? meta['nginx_online'] : undefined,
    problem: typeof meta['nginx_err'] === 'string' ? meta['nginx_err'] : undefined,
    certificate: certificate === undefined || certificate === null ? undefined : readCertificate(certificate, what),
  };
}

export function readCertificate(value: unknown, what: string): RemoteCertificate {
  const certificate = asObject(value, what);
  const provider = certificate['provider'];
  if (provider !== 'letsencrypt' && provider !== 'other') throw odd(what, 'provider');
  return {
    id: asId(certificate, 'id', what),
    ownerUserId: asId(certificate, 'owner_user_id', what),
    provider,
    name: typeof certificate['nice_name'] === 'string' ? certificate['nice_name'] : '',
    domains: asDomains(certificate, what),
    createdAt: asTime(certificate, 'created_on', what),
    expiresAt: asTime(certificate, 'expires_on', what),
  };
}

export function readUser(value: unknown, what: string): RemoteUser {
  const user = asObject(value, what);
  const roles = user['roles'];
  const permissions = asObject(user['permissions'] ?? {}, what);
  const level = (key: string): string | undefined => (typeof permissions[key] === 'string' ? permissions[key] : undefined);
  return {
    id: asId(user, 'id', what),
    isDisabled: user['is_disabled'] === true,
    isAdmin: Array.isArray(roles) && roles.includes('admin'),
    mayProxyHosts: level('proxy_hosts'),
    mayCertificates: level('certificates'),
  };
}

export function readVersion(value: unknown, what: string): Version {
  const health = asObject(value, what);
  if (health['status'] !== 'OK') throw odd(what, 'status');
  const version = asObject(health['version'], what);
  return {
    major: asNumber(version, 'major', what),
    minor: asNumber(version, 'minor', what),
    revision: asNumber(version, 'revision', what),
  };
}

/** A token with its end, or that the account wants a second factor. */
export function readLogin(value: unknown, what: string): { readonly token: string; readonly expiresAt: string } | 'second factor' {
  const login = asObject(value, what);
  if (login['requires_2fa'] === true) return 'second factor';
  const token = asText(login, 'token', what);
  // It goes into a header.
  if (!/^[\x21-\x7e]{1,8192}$/.test(token)) throw odd(what, 'token');
  return { token, expiresAt: asTime(login, 'expires', what) };
}

/** What enabling, disabling and deleting answer. */
export function readTrue(value: unknown, what: string): void {
  if (value !== true) throw new PanelError('unknown_outcome', `${what}: the answer is not the expected "true"`);
}

export function readList<Item>(value: unknown, what: string, read: (item: unknown, what: string) => Item): Item[] {
  if (!Array.isArray(value)) throw odd(what, 'list');
  return value.map((item: unknown) => read(item, what));
}

function asObject(value: unknown, what: string): Shape {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw odd(what, 'object');
  return value as Shape;
}

function asNumber(value: Shape, key: string, what: string): number {
  const number = value[key];
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) throw odd(what, key);
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

function asBoolean(value: Shape, key: string, what: string): boolean {
  const flag = value[key];
  if (typeof flag !== 'boolean') throw odd(what, key);
  return flag;
}

function asDomains(value: Shape, what: string): readonly string[] {
  const domains = value['domain_names'];
  if (!Array.isArray(domains) || !domains.every((domain) => typeof domain === 'string')) throw odd(what, 'domain_names');
  return domains.map((domain) => domain.toLowerCase()).sort();
}

/** Times come as ISO 8601 or as `YYYY-MM-DD HH:mm:ss`; answered as ISO 8601 in UTC. */
function asTime(value: Shape, key: string, what: string): string {
  const text = asText(value, key, what);
  const time = new Date(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? `${text.replace(' ', 'T')}Z` : text);
  if (Number.isNaN(time.getTime())) throw odd(what, key);
  return time.toISOString();
}

/** The call was answered, but not as documented: it may have been carried out. */
function odd(what: string, key: string): PanelError {
  return new PanelError('unknown_outcome', `${what}: the answer has an unexpected "${key}"`);
}
