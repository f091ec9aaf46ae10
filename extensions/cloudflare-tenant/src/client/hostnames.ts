import { PanelError } from '@hostwright/sdk';
import {
  asId,
  asObject,
  asText,
  codes,
  isGone,
  listOf,
  maybeObject,
  maybeText,
  Refusal,
  refusedWith,
  type Shape,
} from '@hostwright/vendor-cloudflare';
import type { Transport } from './transport.js';

/** What its owner has to show for a hostname, one of them. */
export type Proof =
  | { readonly type: 'txt'; readonly name: string; readonly value: string }
  | { readonly type: 'http'; readonly url: string; readonly body: string };

/** Both states must be `active`. Source: Cloudflare docs, "custom hostnames"; npm cloudflare 7.3.0, `customHostnames.*`. */
export interface CustomHostname {
  readonly id: string;
  readonly hostname: string;
  readonly status: string;
  readonly certificateStatus: string;
  readonly method: string;
  readonly minTlsVersion: TlsVersion | undefined;
  readonly createdAt: string | undefined;
  /** That the hostname is the customer's. */
  readonly ownership: readonly Proof[];
  /** That a certificate may be issued. May be missing at first (cloudflare-docs#14460). */
  readonly certificate: readonly Proof[];
}

export type ValidationMethod = 'txt' | 'http';

const tlsVersions = ['1.0', '1.1', '1.2', '1.3'] as const;
type TlsVersion = (typeof tlsVersions)[number];

/** Source: Cloudflare docs, "custom hostnames, status codes". */
const refusedNames: readonly (readonly [number, (hostname: string) => string])[] = [
  [codes.hostnameInvalid, (hostname) => `${hostname} is no name that Cloudflare takes`],
  [codes.hostnameNotAscii, (hostname) => `${hostname} has to be written in ASCII, as its xn-- name`],
  [codes.hostnameReserved, (hostname) => `no certificate can be had for ${hostname}: what it ends with is reserved for tests`],
  [codes.hostnameProhibited, () => 'Cloudflare takes no name under example.com, example.net or example.org'],
];

/** Cloudflare for SaaS. */
export class Hostnames {
  constructor(private readonly transport: Transport) {}

  all(zoneId: string): Promise<readonly CustomHostname[]> {
    return this.list(zoneId);
  }

  /** Of exactly that name: the filter finds longer ones too. */
  async find(zoneId: string, hostname: string): Promise<CustomHostname | undefined> {
    return (await this.list(zoneId, hostname)).find((one) => one.hostname === hostname);
  }

  /** Throws: `conflict` when Cloudflare has it already; `invalid_input` when it takes no such name, origin or method. */
  async create(zoneId: string, hostname: string, method: ValidationMethod, origin: string | undefined): Promise<CustomHostname> {
    const common = { zone_id: zoneId, hostname, ...(origin === undefined ? {} : { custom_origin_server: origin }) };
    const ask = (ssl: { readonly settings?: { readonly min_tls_version: '1.2' } }) =>
      this.transport.call('resources', (sdk) => sdk.customHostnames.create({ ...common, ssl: { method, type: 'dv', ...ssl } }));
    try {
      return readHostname(await ask({ settings: { min_tls_version: '1.2' } }), 'POST /zones/…/custom_hostnames');
    } catch (error) {
      // Without the entitlement for settings the whole body is said to be unreadable.
      if (!refusedWith(error, codes.undecodable)) throw inPlainWords(error, hostname, origin);
    }
    try {
      return readHostname(await ask({}), 'POST /zones/…/custom_hostnames');
    } catch (error) {
      throw inPlainWords(error, hostname, origin);
    }
  }

  /** Has the proofs looked at again: the same `ssl` once more. Its settings go along, or they would be as in a new one. */
  async revalidate(zoneId: string, { id, method, minTlsVersion }: CustomHostname): Promise<CustomHostname> {
    const sent = method === 'http' ? 'http' : method === 'email' ? 'email' : 'txt';
    const settings = minTlsVersion === undefined ? {} : { settings: { min_tls_version: minTlsVersion } };
    const answer = await this.transport.call('resources', (sdk) =>
      sdk.customHostnames.edit(id, { zone_id: zoneId, ssl: { method: sent, type: 'dv', ...settings } }),
    );
    return readHostname(answer, 'PATCH /zones/…/custom_hostnames/…');
  }

  /** One that is gone counts as removed. */
  async remove(zoneId: string, id: string): Promise<void> {
    const what = 'DELETE /zones/…/custom_hostnames/…';
    try {
      const answer = asObject(await this.transport.call('resources', (sdk) => sdk.customHostnames.delete(id, { zone_id: zoneId })), what);
      const named = 'id' in answer ? asId(answer, what) : asId(asObject(answer['result'], what), what);
      if (named !== id) throw new PanelError('unknown_outcome', `${what}: Cloudflare named another hostname`);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /** Where visitors of hostnames without an origin of their own are sent. Answers its state, such as `pending_deployment`. */
  async setFallbackOrigin(zoneId: string, origin: string): Promise<string> {
    const what = 'PUT /zones/…/custom_hostnames/fallback_origin';
    try {
      const answer = await this.transport.call('resources', (sdk) =>
        sdk.customHostnames.fallbackOrigin.update({ zone_id: zoneId, origin }),
      );
      return maybeText(asObject(answer, what), 'status', what) ?? 'initializing';
    } catch (error) {
      throw inPlainWords(error, origin, origin);
    }
  }

  private list(zoneId: string, hostname?: string): Promise<CustomHostname[]> {
    return this.transport.all(
      'resources',
      'GET /zones/…/custom_hostnames',
      (sdk, page) =>
        sdk.customHostnames.list({ zone_id: zoneId, ...(hostname === undefined ? {} : { hostname: { contain: hostname } }), ...page }),
      listOf(readHostname),
    );
  }
}

/** What a customer reads who asked for it: Cloudflare's own words are for staff. */
function inPlainWords(error: unknown, hostname: string, origin: string | undefined): unknown {
  if (!(error instanceof Refusal)) return error;
  if (error.code === 'conflict') {
    const message = `${hostname} is a custom hostname of another zone at Cloudflare; it has to be removed there first`;
    return new PanelError('conflict', message, { field: 'hostname', cause: error });
  }
  if (refusedWith(error, codes.originUnknown)) {
    const message = `origin: ${origin ?? hostname} is no name in the zone; add a DNS record for it there first`;
    return new PanelError('invalid_input', message, { field: 'origin', cause: error });
  }
  const reason = refusedNames.find(([code]) => refusedWith(error, code))?.[1];
  if (reason === undefined) return error;
  return new PanelError('invalid_input', `hostname: ${reason(hostname)}`, { field: 'hostname', cause: error });
}

function readHostname(value: unknown, what: string): CustomHostname {
  const hostname = asObject(value, what);
  const ssl = maybeObject(hostname, 'ssl', what);
  const records = ssl['validation_records'];
  const tlsVersion = maybeObject(ssl, 'settings', what)['min_tls_version'];
  const { name, value: text } = maybeObject(hostname, 'ownership_verification', what);
  const { http_url: url, http_body: body } = maybeObject(hostname, 'ownership_verification_http', what);
  return {
    id: asId(hostname, what),
    hostname: asText(hostname, 'hostname', what).toLowerCase(),
    status: maybeText(hostname, 'status', what) ?? 'pending',
    certificateStatus: maybeText(ssl, 'status', what) ?? 'initializing',
    method: maybeText(ssl, 'method', what) ?? '',
    minTlsVersion: tlsVersions.find((version) => version === tlsVersion),
    createdAt: maybeText(hostname, 'created_at', what),
    ownership: proofs(name, text, url, body),
    certificate: Array.isArray(records) ? records.flatMap((record: unknown) => proofsOf(asObject(record, what))) : [],
  };
}

function proofsOf({ txt_name, txt_value, http_url, http_body }: Shape): Proof[] {
  return proofs(txt_name, txt_value, http_url, http_body);
}

function proofs(name: unknown, value: unknown, url: unknown, body: unknown): Proof[] {
  return [
    ...(typeof name === 'string' && typeof value === 'string' ? [{ type: 'txt' as const, name, value }] : []),
    ...(typeof url === 'string' && typeof body === 'string' ? [{ type: 'http' as const, url, body }] : []),
  ];
}
