import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '@hostwright/sdk';
import type { LedgerEntry } from '@hostwright/sdk-testing';

export interface SandboxMember {
  readonly id: string;
  readonly email: string;
  readonly roles: readonly string[];
  status: string;
}

export interface SandboxSubscription {
  readonly id: string;
  ratePlan: string;
  state: string;
  frequency: string;
  readonly startedAt: string;
}

export interface SandboxHostname {
  readonly id: string;
  readonly hostname: string;
  readonly origin: string | undefined;
  readonly createdAt: string;
  /** As it was sent last. */
  ssl: JsonObject & { readonly method: string };
  /** Both are pending unless a test says otherwise. */
  states?: { readonly status: string; readonly certificate: string };
  hasProofs: boolean;
  revalidated: number;
}

export interface SandboxRecord {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly content: string;
  readonly comment: string | null;
  readonly ttl: number;
}

export interface SandboxZone {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly type: string;
  readonly createdOn: string;
  status: string;
  paused: boolean;
  plan: SandboxSubscription | undefined;
  /** The lesser one that begins when the paid period ends. */
  planToCome?: SandboxSubscription;
  isCheckedLately: boolean;
  readonly records: Map<string, SandboxRecord>;
  readonly hostnames: Map<string, SandboxHostname>;
  /** Bytes by day, `2026-11-25`. */
  readonly traffic: Map<string, number>;
}

export interface SandboxAccount {
  readonly id: string;
  name: string;
  readonly type: string;
  readonly createdOn: string;
  settings: { enforce_twofactor: boolean };
  /** False: the user belongs to it, and the tenant does not have it. */
  readonly isOfTenant: boolean;
  readonly members: Map<string, SandboxMember>;
  readonly subscriptions: Map<string, SandboxSubscription>;
}

/** What a caller must never do. */
export type Violations = { push(violation: string): unknown };

/** What can be set through the control API. */
export interface Switches {
  tokenStatus: string;
  tokenExpiresOn: string | null;
  /** Whether the token also reaches accounts that the tenant does not have. */
  isTokenBroad: boolean;
  /** What the token may not touch within accounts: `billing`, `members`. */
  tokenLacks: readonly string[];
  permissions: readonly string[] | null;
  tenantStatus: string;
  units: readonly string[];
  memberEmails: readonly string[];
  /** Whether a repeated key answers the account that was made with it. */
  honoursIdempotencyKeys: boolean;
  /** Rate plans the account has no access to. */
  denied: readonly string[];
  /** How many of the next plans of zones are refused, and with what: both were seen right after a zone was made. */
  planRefusals: number;
  planRefusalStatus: number;
  /** Names at which there is a CNAME. */
  clashes: readonly string[];
  /** From here on: unconfirmed at Cloudflare, so it can be either. */
  /** Whether a lesser plan begins at the end of the paid period only. */
  delaysDowngrades: boolean;
  refusesToDeletePaidZones: boolean;
  hasSslSettings: boolean;
  /** How many zones a page has at the most, whatever is asked for. */
  mostPerPage: number;
  /** Whether `name` finds whole names of accounts only, or parts of them too. */
  findsWholeNames: boolean;
  /** How an account is refused that is not there. */
  goneAccountRefusal: Refused;
  /** How a second invitation is refused. */
  memberRefusal: Refused;
  /** How a check of the name servers is refused that comes too early. */
  checkRefusal: Refused;
  /** How a pause, or its end, is refused that is there already. */
  pauseRefusal: Refused;
  /** How zones are refused that another owner holds, and which those are. */
  holdRefusal: Refused;
  held: readonly string[];
  /** Whether the deletion of a zone is answered with its id, or with nothing. */
  namesDeletedZone: boolean;
  /** Whether the deletion of a custom hostname has the envelope. */
  wrapsDeletedHostname: boolean;
  /** With which code an identical record is refused: both were seen. */
  sameRecordCode: number;
  /** Whether a subscription is answered with its price. */
  tellsPrices: boolean;
  frequencies: readonly string[];
  /** In answers, in place of the one that was asked for. */
  answeredFrequency: string | null;
  /** Of new subscriptions and plans. */
  newState: string;
}

/** HTTP status, code and message. Without a message it says what it is. */
export interface Refused {
  readonly status: number;
  readonly code: number;
  readonly message?: string;
}

export const apiToken = 'sandbox-cloudflare-token-7b2d91';
export const globalKey = 'sandbox-cloudflare-key-40c7aa';
export const email = 'tenant-admin@example.net';
export const tenantTag = 'b5f4a2d0c1e94e0b8a6d7c3f2e1d0c9b';
export const unitTag = '1a2b3c4d5e6f7a8b';

/** A tenant with its accounts, an account of the reseller's own, and everything in them. */
export class World {
  readonly accounts = new Map<string, SandboxAccount>();
  readonly zones = new Map<string, SandboxZone>();
  readonly idempotency = new Map<string, string>();
  readonly switches: Switches = {
    tokenStatus: 'active',
    tokenExpiresOn: null,
    isTokenBroad: false,
    tokenLacks: [],
    permissions: ['#zone:read', '#zone:edit', '#dns_records:read', '#dns_records:edit', '#billing:edit'],
    tenantStatus: 'active',
    units: [unitTag],
    memberEmails: [email],
    honoursIdempotencyKeys: true,
    denied: [],
    planRefusals: 0,
    planRefusalStatus: 403,
    clashes: [],
    delaysDowngrades: false,
    refusesToDeletePaidZones: false,
    hasSslSettings: true,
    mostPerPage: 50,
    findsWholeNames: false,
    goneAccountRefusal: { status: 404, code: 1001 },
    memberRefusal: { status: 400, code: 1005 },
    checkRefusal: { status: 400, code: 1224 },
    pauseRefusal: { status: 400, code: 1022 },
    holdRefusal: { status: 400, code: 1200 },
    held: [],
    namesDeletedZone: true,
    wrapsDeletedHostname: false,
    sameRecordCode: 81058,
    tellsPrices: true,
    frequencies: ['weekly', 'monthly', 'quarterly', 'yearly'],
    answeredFrequency: null,
    newState: 'Paid',
  };
  readonly #made = new Map<string, number>();

  constructor() {
    const own = this.addAccount('Reseller BV', false);
    this.addZone(own.id, 'reseller.example', 'active');
  }

  /** 32 hexadecimal characters, as Cloudflare's ids are; the same in every life of the sandbox. */
  id(kind: string, name: string): string {
    const nth = (this.#made.get(`${kind} ${name}`) ?? 0) + 1;
    this.#made.set(`${kind} ${name}`, nth);
    return createHash('sha256').update(`${kind} ${name} ${nth}`).digest('hex').slice(0, 32);
  }

  addAccount(name: string, isOfTenant = true, type = 'standard'): SandboxAccount {
    const account: SandboxAccount = {
      id: this.id('account', name),
      name,
      type,
      createdOn: new Date().toISOString(),
      settings: { enforce_twofactor: false },
      isOfTenant,
      members: new Map(),
      subscriptions: new Map(),
    };
    this.accounts.set(account.id, account);
    return account;
  }

  addZone(accountId: string, name: string, status = 'pending', type = 'full'): SandboxZone {
    const zone: SandboxZone = {
      id: this.id('zone', name),
      name,
      accountId,
      type,
      createdOn: new Date().toISOString(),
      status,
      paused: false,
      plan: undefined,
      isCheckedLately: false,
      records: new Map(),
      hostnames: new Map(),
      traffic: new Map(),
    };
    this.zones.set(zone.id, zone);
    return zone;
  }

  subscription(of: string, ratePlan: string, frequency: string): SandboxSubscription {
    const id = this.id('subscription', `${of} ${ratePlan}`);
    return { id, ratePlan, state: this.switches.newState, frequency, startedAt: new Date().toISOString() };
  }

  zoneNamed(name: string): SandboxZone | undefined {
    return [...this.zones.values()].find((zone) => zone.name === name);
  }

  ledger(): readonly LedgerEntry[] {
    const accounts = [...this.accounts.values()].filter(({ isOfTenant }) => isOfTenant);
    const ids = new Set(accounts.map(({ id }) => id));
    const live = ({ state }: SandboxSubscription): boolean => state !== 'Cancelled';
    return [
      ...accounts.flatMap((account) => [
        { kind: 'account', id: account.id, owner: account.name.replace(/-closing$/, ''), details: { name: account.name } },
        ...[...account.members.values()].map((member) =>
          entry('member', member.id, `account ${account.id}`, { account: account.id, email: member.email, roles: [...member.roles] }),
        ),
        ...[...account.subscriptions.values()]
          .filter(live)
          .map(({ id, ratePlan, frequency }) =>
            entry('subscription', id, `account ${account.id}`, { account: account.id, ratePlan, frequency }),
          ),
      ]),
      ...[...this.zones.values()]
        .filter((zone) => ids.has(zone.accountId))
        .flatMap((zone) => {
          const [within, ofZone] = [`account ${zone.accountId}`, `zone ${zone.id}`];
          const mark = [...zone.records.values()].find(({ name }) => name === `_hostwright.${zone.name}`);
          const details = {
            account: zone.accountId,
            name: zone.name,
            status: zone.status,
            paused: zone.paused,
            plan: zone.plan?.ratePlan ?? 'free',
          };
          return [
            { kind: 'zone', id: zone.id, within, ...(mark === undefined ? {} : { owner: mark.content.replace(/"/g, '') }), details },
            ...[...zone.records.values()].map(({ id, type, name, content }) =>
              entry('dns-record', id, ofZone, { zone: zone.id, type, name, content }),
            ),
            ...[...zone.hostnames.values()].map(({ id, hostname, ssl }) =>
              entry('custom-hostname', id, ofZone, { zone: zone.id, hostname, method: ssl.method }),
            ),
          ];
        }),
    ];
  }
}

function entry(kind: string, id: string, within: string, details: Readonly<Record<string, Json>>): LedgerEntry {
  return { kind, id, within, details };
}
