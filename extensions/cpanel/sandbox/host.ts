import type { JsonObject } from '@hostwright/sdk';
import type { LedgerEntry, SandboxClock } from '@hostwright/sdk-testing';
import { No } from './envelope.js';

/** A mailbox, a database, a user of one. */
export interface Database {
  readonly name: string;
  readonly users: Set<string>;
}

/** What was installed on a site, PEM. */
export interface Installed {
  readonly certificate: string;
  readonly key: string;
  readonly chain: string;
}

export interface Account {
  readonly user: string;
  readonly domain: string;
  readonly contact: string;
  /** Unix time, seconds. */
  readonly madeAt: number;
  owner: string;
  plan: string;
  password: string;
  suspended: boolean;
  locked: boolean;
  suspendReason: string;
  reseller: boolean;
  /** As a reseller: what he may do, and what he may have. */
  privileges: readonly string[];
  limits: JsonObject;
  /** What cannot be removed now, such as one that is being transferred. */
  stuck: boolean;
  certificate: 'self-signed' | 'autossl' | 'installed';
  installed: Installed | undefined;
  readonly mailboxes: Map<string, { readonly password: string; readonly quotaMib: number }>;
  readonly databases: Map<string, Database>;
  /** Name → password. */
  readonly databaseUsers: Map<string, string>;
  autoSslRunning: boolean;
  autoSslProblem: string | undefined;
}

export interface NewAccount {
  readonly user: string;
  readonly domain: string;
  readonly contact: string;
  readonly plan: string;
  readonly password: string;
  readonly owner: string;
  readonly takesZone: boolean;
}

/** When the first account was made; the next ones a minute later each, so that a life is the same every time. */
const firstMadeAt = 1_763_632_800;
/** The strength that this host asks for, of 100. */
const strengthNeeded = 65;
const autoSslMs = 180_000;

/** One cPanel host: accounts, their things, and the zones that may outlive them. */
export class CpanelHost {
  readonly accounts = new Map<string, Account>();
  /** Domain → the account it is of; one that outlived its account has none. */
  readonly zones = new Map<string, string | undefined>();
  readonly packages = new Set(['basic', 'large', 'reseller1_gold']);
  /** What root has put together for resellers. */
  readonly aclLists = new Map<string, readonly string[]>([
    ['standard', ['acct-summary', 'create-acct', 'kill-acct', 'list-accts', 'suspend-acct']],
    ['small', ['acct-summary', 'list-accts']],
    ['everything', ['all']],
  ]);
  /** Of accounts that are there no more. */
  readonly removed: { readonly user: string; readonly domain: string; readonly owner: string; readonly bytes: number }[] = [];
  readonly traffic = new Map<string, number>();
  /** What the feature list of the packages leaves out. */
  featuresOff: ReadonlySet<string> = new Set();
  /** Groups of the system that are no account's. */
  readonly groups = new Set<string>();
  /** Most accounts the panel's user may make. */
  accountLimit = Number.POSITIVE_INFINITY;
  /** Whether the domains of accounts lead here. */
  domainsLeadHere = true;
  /** Of MySQL. `prefixLength`: how much of the user name goes before every name; 0: prefixes are switched off. */
  readonly databaseRules = { prefixLength: 8, maxDatabaseLength: 64, maxUserLength: 32 };
  #made = 0;

  constructor(private readonly clock: SandboxClock) {}

  get(user: string): Account {
    const account = this.accounts.get(user);
    if (account === undefined) throw new No(`You do not have access to an account named “${user}”.`);
    return account;
  }

  verifyName(user: string): void {
    if (!/^[a-z][a-z0-9]{0,15}$/.test(user) || user.startsWith('test')) throw new No(`(XID k3b9d2) “${user}” is not a valid username.`);
    if (this.accounts.has(user)) throw new No(`(XID 8n3v2q) This system already has an account named “${user}”.`);
    if (this.groups.has(user)) throw new No(`(XID 4c7q1z) This system already has a group named “${user}”.`);
    const length = this.databaseRules.prefixLength;
    if (length === 0 || user.length < length) return;
    const alike = [...this.accounts.keys()].some((other) => other.slice(0, length) === user.slice(0, length));
    if (alike)
      throw new No(
        `(XID z5x2pn) The name of another account on this server has the same initial ${length} characters as the given username.`,
      );
  }

  create({ user, domain, contact, plan, password, owner, takesZone }: NewAccount): Account {
    this.verifyName(user);
    if (!/^(?=.{4,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(domain)) throw new No(`(XID p2m4xx) “${domain}” is not a valid domain.`);
    if ([...this.accounts.values()].some((account) => account.domain === domain))
      throw new No(`(XID 5jr7aa) The domain “${domain}” already exists in the userdata.`);
    if (this.zones.has(domain) && !takesZone) throw new No(`(XID q8c4t7) A DNS entry for “${domain}” already exists.`);
    this.requirePackage(plan);
    requireStrength(password);
    if (this.accounts.size >= this.accountLimit) throw new No('(XID h6w2zz) You have reached the maximum number of accounts.');
    const account: Account = {
      user,
      domain,
      contact,
      madeAt: firstMadeAt + 60 * this.#made,
      owner,
      plan,
      password,
      suspended: false,
      locked: false,
      suspendReason: 'not suspended',
      reseller: false,
      privileges: [],
      limits: {},
      stuck: false,
      certificate: 'self-signed',
      installed: undefined,
      mailboxes: new Map(),
      databases: new Map(),
      databaseUsers: new Map(),
      autoSslRunning: false,
      autoSslProblem: undefined,
    };
    this.#made += 1;
    this.accounts.set(user, account);
    this.zones.set(domain, user);
    return account;
  }

  requirePackage(plan: string): void {
    if (!this.packages.has(plan)) throw new No(`(XID r9f3kk) The package “${plan}” does not exist.`);
  }

  remove(user: string, keepDns: boolean): void {
    const account = this.get(user);
    if (account.stuck) throw new No(`(XID t6k2mm) The account “${user}” is locked by a transfer.`);
    this.accounts.delete(user);
    this.removed.push({ user, domain: account.domain, owner: account.owner, bytes: this.traffic.get(user) ?? 0 });
    this.traffic.delete(user);
    if (keepDns) this.zones.set(account.domain, undefined);
    else this.zones.delete(account.domain);
  }

  rename(user: string, to: string): void {
    const account = this.get(user);
    this.accounts.delete(user);
    this.accounts.set(to, Object.assign(account, { user: to }));
    for (const [domain, of] of this.zones) if (of === user) this.zones.set(domain, to);
  }

  /** His own account among them when he is its owner. */
  ownedBy(reseller: string): readonly Account[] {
    return [...this.accounts.values()].filter(({ owner }) => owner === reseller);
  }

  startAutoSsl(account: Account): void {
    account.autoSslRunning = true;
    account.autoSslProblem = undefined;
    this.clock.later(autoSslMs, () => {
      account.autoSslRunning = false;
      if (this.domainsLeadHere) account.certificate = 'autossl';
      else account.autoSslProblem = `DNS DCV: “${account.domain}” does not resolve to any IP addresses on the internet.`;
    });
  }

  ledger(): readonly LedgerEntry[] {
    const entry = (kind: string, id: string, details: JsonObject, owner?: string): LedgerEntry => ({
      kind,
      id,
      details,
      ...(owner === undefined ? {} : { owner }),
    });
    const accounts = [...this.accounts.values()].flatMap((account) => {
      const { user, domain, plan, suspended, locked, reseller, owner, certificate, password, contact } = account;
      const mark = /\+(hw-[a-z0-9-]+)@/.exec(contact)?.[1];
      const { suspendReason } = account;
      const sold = reseller ? { privileges: account.privileges.join(' '), limits: account.limits } : {};
      return [
        entry('account', user, { domain, plan, suspended, suspendReason, locked, reseller, owner, certificate, password, ...sold }, mark),
        ...[...account.mailboxes].map(([address, { quotaMib }]) => entry('mailbox', address, { user, quotaMib })),
        ...[...account.databases.values()].map(({ name, users }) => entry('database', name, { user, users: [...users] })),
        ...[...account.databaseUsers].map(([name, secret]) => entry('database-user', name, { user, password: secret })),
      ];
    });
    return [...accounts, ...[...this.zones].map(([domain, user]) => entry('zone', domain, { user: user ?? null }))];
  }
}

/** Eight characters of three kinds are strong enough here. */
export function requireStrength(password: string): void {
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  if (password.length >= 8 && kinds >= 2) return;
  throw new No(
    `(XID w7e5pp) Sorry, the password you selected cannot be used because it is too weak and would be too easy to crack. Please select a password with strength rating of ${strengthNeeded} or higher.`,
  );
}
