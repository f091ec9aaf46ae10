import type { JsonObject } from '@hostwright/sdk';
import {
  json,
  type LedgerEntry,
  type SandboxAnswer,
  type SandboxClock,
  type SandboxRequest,
  type SandboxRoute,
} from '@hostwright/sdk-testing';
import { apiPath, CallLimit, failure, noRoute, page, success } from '@hostwright/vendor-cloudflare/sandbox';
import { anId, answered, SandboxZone, type SandboxRecord } from './zones.js';

/** A sandbox's token; it opens nothing else. */
export const apiToken = 'sandbox-cloudflare-token-1f4a0c';

/** One Cloudflare account with a token that may edit the DNS of its zones. */
export class CloudflareProvider {
  readonly #accountId = anId();
  readonly #tokenId = anId();
  readonly #zones: SandboxZone[];
  #tokenStatus = 'active';
  #permissions: readonly string[] = ['#zone:read', '#dns_records:read', '#dns_records:edit'];
  #ownedByAccount = false;
  #zoneStatus = 'active';
  readonly #limit: CallLimit;

  constructor(zones: readonly string[], clock: SandboxClock) {
    this.#limit = new CallLimit(clock);
    this.#zones = zones.map((name) => new SandboxZone(name, this.#accountId, 'Sandbox account'));
  }

  ledger(): readonly LedgerEntry[] {
    return this.#zones.flatMap((zone) =>
      zone.records().map((record) => ({
        kind: 'dns-record',
        id: record.id,
        ...(record.comment === null ? {} : { owner: record.comment }),
        details: { zone: zone.name, name: record.name, type: record.type, content: record.content, ttl: record.ttl },
      })),
    );
  }

  /** What Cloudflare checks before anything else: its limit, then the token. */
  before(request: SandboxRequest): SandboxAnswer | undefined {
    const refused = this.#limit.count();
    if (refused !== undefined) return refused;
    const both = request.headers['x-auth-key'] !== undefined || request.headers['x-auth-email'] !== undefined;
    if (both || request.headers.authorization !== `Bearer ${apiToken}` || this.#tokenStatus !== 'active')
      return failure(403, 10000, 'Authentication error');
    return undefined;
  }

  routes(): readonly SandboxRoute[] {
    const inZone =
      (act: (zone: SandboxZone, request: SandboxRequest) => SandboxAnswer) =>
      (request: SandboxRequest): SandboxAnswer => {
        const id = request.params['zoneId'] ?? '';
        if (!/^[0-9a-f]{32}$/.test(id)) return noRoute(`/zones/${id}`);
        const zone = this.#zones.find((each) => each.id === id);
        return zone === undefined ? failure(404, 1001, 'Invalid zone identifier') : act(zone, request);
      };
    const changing =
      (act: (zone: SandboxZone, request: SandboxRequest) => SandboxAnswer) =>
      (zone: SandboxZone, request: SandboxRequest): SandboxAnswer =>
        this.#permissions.includes('#dns_records:edit') ? act(zone, request) : failure(403, 10000, 'Authentication error');
    const records = `${apiPath}/zones/:zoneId/dns_records`;
    return [
      { method: 'GET', path: `${apiPath}/user/tokens/verify`, handle: () => this.#verify(!this.#ownedByAccount) },
      {
        method: 'GET',
        path: `${apiPath}/accounts/:accountId/tokens/verify`,
        handle: ({ params }) => this.#verify(params['accountId'] === this.#accountId),
      },
      { method: 'GET', path: `${apiPath}/zones`, handle: ({ query }) => page(this.#listedZones(query), query) },
      { method: 'GET', path: `${apiPath}/zones/:zoneId`, handle: inZone((zone) => success(this.#zoneAnswer(zone))) },
      {
        method: 'GET',
        path: records,
        handle: inZone((zone, { query }) =>
          page(
            zone
              .records()
              .filter((record) => matches(record, query))
              .map(answered),
            query,
            { perPage: 100, mostPerPage: 5_000_000 },
          ),
        ),
      },
      { method: 'POST', path: records, latencyMs: 300, handle: inZone(changing((zone, { body }) => zone.create(body))) },
      { method: 'GET', path: `${records}/:recordId`, handle: inZone((zone, { params }) => this.#one(zone.find(params['recordId'] ?? ''))) },
      {
        method: 'DELETE',
        path: `${records}/:recordId`,
        latencyMs: 200,
        handle: inZone(
          changing((zone, { params }) => {
            const id = params['recordId'] ?? '';
            return zone.remove(id) ? success({ id }) : failure(404, 81044, 'Record does not exist.');
          }),
        ),
      },
    ];
  }

  /** Switches of the control API beside the faults. */
  control(): readonly SandboxRoute[] {
    return [
      this.#limit.control(),
      {
        // { "status": "active" | "expired" | "disabled", "mayEdit": false, "mayAlso": ["#zone:edit"], "ownedByAccount": true }: what the
        // token is worth.
        method: 'PUT',
        path: '/token',
        handle: ({ body }) => {
          const given = (body ?? {}) as { status?: unknown; mayEdit?: unknown; mayAlso?: unknown; ownedByAccount?: unknown };
          if (typeof given.status === 'string') this.#tokenStatus = given.status;
          if (typeof given.ownedByAccount === 'boolean') this.#ownedByAccount = given.ownedByAccount;
          if (typeof given.mayEdit === 'boolean')
            this.#permissions = ['#zone:read', '#dns_records:read', ...(given.mayEdit ? ['#dns_records:edit'] : [])];
          if (Array.isArray(given.mayAlso)) this.#permissions = [...this.#permissions, ...given.mayAlso.map(String)];
          return json(200, {});
        },
      },
      {
        // { "status": "pending" }: the zone's name servers do not point here yet.
        method: 'PUT',
        path: '/zone',
        handle: ({ body }) => {
          const status = (body as { status?: unknown } | undefined)?.status;
          if (typeof status !== 'string') return json(400, { error: 'status: a text' });
          this.#zoneStatus = status;
          return json(200, {});
        },
      },
      {
        // { "zones": [{ "name": "shop.example", "account": "hw-test-c1" }] }: all there are, each in the account of that name.
        method: 'PUT',
        path: '/zones',
        handle: ({ body }) => {
          const zones = (body as { zones?: readonly { readonly name: string; readonly account: string }[] } | undefined)?.zones;
          if (!Array.isArray(zones)) return json(400, { error: 'zones: a list' });
          const made = zones.map(({ name, account }) => new SandboxZone(name, anId(), account));
          this.#zones.splice(0, this.#zones.length, ...made);
          return json(200, {});
        },
      },
    ];
  }

  #verify(known: boolean): SandboxAnswer {
    return known ? success({ id: this.#tokenId, status: this.#tokenStatus }) : failure(401, 1000, 'Invalid API Token');
  }

  #one(record: SandboxRecord | undefined): SandboxAnswer {
    return record === undefined ? failure(404, 81044, 'Record does not exist.') : success(answered(record));
  }

  #listedZones(query: URLSearchParams): readonly JsonObject[] {
    const name = query
      .get('name')
      ?.replace(/^equal:/, '')
      .toLowerCase();
    const account = query.get('account.id');
    return this.#zones
      .filter((zone) => (name === undefined || zone.name === name) && (account === null || zone.accountId === account))
      .map((zone) => this.#zoneAnswer(zone));
  }

  #zoneAnswer(zone: SandboxZone): JsonObject {
    const at = '2026-01-05T09:00:00.000000Z';
    return {
      id: zone.id,
      name: zone.name,
      status: this.#zoneStatus,
      paused: false,
      type: 'full',
      development_mode: 0,
      name_servers: ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com'],
      original_name_servers: null,
      original_registrar: null,
      original_dnshost: null,
      created_on: at,
      modified_on: at,
      activated_on: this.#zoneStatus === 'active' ? at : null,
      meta: { step: 4, custom_certificate_quota: 0, page_rule_quota: 3, phishing_detected: false },
      owner: { id: null, type: 'user', email: null },
      account: { id: zone.accountId, name: zone.accountName },
      permissions: this.#permissions,
      plan: { id: '0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee', name: 'Free Website', price: 0, currency: 'USD', frequency: '', legacy_id: 'free' },
    };
  }
}

/** List filters: `type`, and `name`, `content`, `comment` with `.exact`, `.contains`, `.startswith`, `.endswith` (exact without). */
function matches(record: SandboxRecord, query: URLSearchParams): boolean {
  const type = query.get('type');
  if (type !== null && record.type !== type) return false;
  return (['name', 'content', 'comment'] as const).every((key) => {
    const value = record[key] ?? '';
    const test = (suffix: string, holds: (wanted: string) => boolean): boolean => {
      const wanted = query.get(`${key}${suffix}`);
      return wanted === null || holds(wanted);
    };
    return (
      test('', (wanted) => value === wanted) &&
      test('.exact', (wanted) => value === wanted) &&
      test('.contains', (wanted) => value.includes(wanted)) &&
      test('.startswith', (wanted) => value.startsWith(wanted)) &&
      test('.endswith', (wanted) => value.endsWith(wanted))
    );
  });
}
