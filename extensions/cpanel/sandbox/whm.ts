import type { Json, JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer, type SandboxRequest, type SandboxRoute } from '@hostwright/sdk-testing';
import { callUapi } from './account-uapi.js';
import { privileges, type Access } from './access.js';
import { accountRow, bandwidthRow, searched } from './account-rows.js';
import { No, uapiResult, whmAnswer, type Outcome } from './envelope.js';
import type { Account, CpanelHost } from './host.js';
import { missingIn, uapiParameters, unknownIn, whmParameters } from './parameters.js';
import { ResellerCalls } from './resellers.js';
import type { Sessions } from './sessions.js';

type Given = Readonly<Record<string, string>>;

/** What calls take, in milliseconds at speed 1; the others 300. */
const takesMs: Readonly<Record<string, number>> = {
  createacct: 20_000,
  removeacct: 15_000,
  terminatereseller: 30_000,
  suspendacct: 4_000,
  unsuspendacct: 4_000,
  suspendreseller: 8_000,
  unsuspendreseller: 8_000,
  listaccts: 1_500,
};

export interface WhmSwitches {
  /** Flags and results as texts, as older builds send them. */
  asText: boolean;
  /** Whether the answer to a chunk says how many there are in all. */
  chunkTotal: boolean;
  version: string;
  /** Whether what is suspended already is refused, or suspended once more. */
  refusesRepeats: boolean;
  /** Whether accounts tell `is_locked`. */
  tellsLocked: boolean;
  /** Whether a reseller may leave out `reseller_` before the name of a package of his. */
  shortPackageNames: boolean;
  /** Whether `terminatereseller` also wants a sentence. */
  wantsVerify: boolean;
  /** Whether `removeacct` refuses who owns accounts of others; without it they are left behind, with an owner that there is not. */
  keepsOwners: boolean;
}

/** WHM API 1 on port 2087. */
export class Whm {
  readonly switches: WhmSwitches = {
    asText: false,
    chunkTotal: true,
    version: '11.136.0.5',
    refusesRepeats: true,
    tellsLocked: true,
    shortPackageNames: false,
    wantsVerify: false,
    keepsOwners: true,
  };
  readonly #resellers: ResellerCalls;

  constructor(
    private readonly host: CpanelHost,
    private readonly access: Access,
    private readonly sessions: Sessions,
    private readonly violate: (what: string) => void,
  ) {
    this.#resellers = new ResellerCalls(host);
  }

  routes(): readonly SandboxRoute[] {
    const names = [...Object.keys(whmParameters), 'uapi_cpanel'];
    return names.flatMap((name) =>
      ['GET', 'POST'].map((method): SandboxRoute => ({
        method,
        path: `/json-api/${name}`,
        latencyMs: takesMs[name] ?? 300,
        handle: (request) => this.#answer(name, request),
      })),
    );
  }

  #answer(name: string, request: SandboxRequest): SandboxAnswer {
    const given = this.#given(request);
    if (given['api.version'] !== '1') return json(200, { result: [{ status: 0, statusmsg: 'legacy answer: api.version was not 1' }] });
    return whmAnswer(name, () => this.#run(name, given), this.switches.asText);
  }

  #run(name: string, given: Given): Outcome {
    if (!this.access.may(name)) throw new No(`Permission denied: ${name}`);
    if (name === 'uapi_cpanel') return { data: { uapi: this.#uapi(given) } };
    const parameters = whmParameters[name] ?? { required: [] };
    for (const unknown of unknownIn(parameters, given)) this.violate(`${name} takes no "${unknown}"`);
    const missing = missingIn(parameters, given);
    if (missing !== undefined) throw new No(`API failure: (XID m1ss1n) Provide the “${missing}” parameter for the “${name}” function.`);
    if (name === 'terminatereseller' && this.switches.wantsVerify) throw new No('API failure: (XID v3r1fy) Provide the “verify” sentence.');
    const call = this.#calls[name];
    if (call !== undefined) return call(given);
    return this.#resellers.call(name, given);
  }

  #uapi(given: Given): JsonObject {
    const { 'cpanel.user': user = '', 'cpanel.module': module = '', 'cpanel.function': fn = '' } = given;
    const account = this.#get(user);
    const name = `${module}/${fn}`;
    const parameters = uapiParameters[name];
    for (const unknown of parameters === undefined ? [] : unknownIn(parameters, given)) this.violate(`${name} takes no "${unknown}"`);
    return uapiResult(() => callUapi(this.host, account, name, given));
  }

  readonly #calls: Readonly<Record<string, (given: Given) => Outcome>> = {
    version: () => ({ data: { version: this.switches.version } }),
    myprivs: () => ({
      data: {
        privileges: [
          Object.fromEntries([...privileges, ...this.access.granted].map((name) => [name, this.#flag(this.access.granted.has(name))])),
        ],
      },
    }),
    listpkgs: () => ({
      data: { pkg: [...this.host.packages].map((name) => ({ name, QUOTA: '1024', BWLIMIT: 'unlimited', HASSHELL: 'n' })) },
    }),
    getpkginfo: ({ pkg = '' }) => {
      this.#package(pkg);
      return { data: { pkg: { QUOTA: '1024', BWLIMIT: 'unlimited', HASSHELL: 0 } } };
    },
    list_users: () => ({ data: { users: ['root', ...this.#visible().map(({ user }) => user)] } }),
    verify_new_username: ({ user = '' }) => {
      this.host.verifyName(user);
      return {};
    },
    createacct: (given) => this.#create(given),
    accountsummary: ({ user, domain }) => {
      const found = this.#visible().filter((account) => account.user === user || account.domain === domain);
      if (found.length === 0 && !this.access.granted.has('all')) throw new No(`You do not have access to an account named “${user}”.`);
      if (found.length === 0) throw new No('Account does not exist.');
      return { data: { acct: found.map((account) => accountRow(account, this.switches)) } };
    },
    listaccts: (given) => this.#list(given),
    listsuspended: () => ({
      data: {
        account: this.#visible().flatMap(({ user, owner, suspended, suspendReason: reason, locked }) =>
          suspended ? [{ user, owner, reason, unixtime: 1_763_640_000, is_locked: this.#flag(locked) }] : [],
        ),
      },
    }),
    suspendacct: ({ user = '', reason = 'Unknown', disallowun }) => {
      const account = this.#get(user);
      const failed = (why: string) => new No('Failed to suspend account.', undefined, `<pre>${why}</pre>\n`);
      if (account.stuck) throw failed(`The account “${user}” is locked by a transfer.`);
      if (account.suspended && this.switches.refusesRepeats) throw failed('Account Already Suspended');
      Object.assign(account, { suspended: true, suspendReason: reason, locked: disallowun === '1' });
      return {};
    },
    unsuspendacct: ({ user = '' }) => {
      const account = this.#get(user);
      const failed = (why: string) => new No('Failed to unsuspend account.', undefined, why);
      if (account.locked && !this.access.granted.has('all')) throw failed(`The suspension of “${user}” is locked.`);
      if (!account.suspended && this.switches.refusesRepeats) throw failed(`The account “${user}” is not suspended.`);
      Object.assign(account, { suspended: false, suspendReason: 'not suspended', locked: false });
      return {};
    },
    removeacct: ({ username = '', keepdns }) => {
      this.#get(username);
      if (this.switches.keepsOwners && this.host.ownedBy(username).some(({ user }) => user !== username))
        throw new No(`(XID d4s8vv) “${username}” is a reseller that owns accounts and cannot be removed.`);
      this.host.remove(username, keepdns === '1');
      return {};
    },
    changepackage: ({ user = '', pkg = '' }) => {
      const account = this.#get(user);
      account.plan = this.#package(pkg);
      return {};
    },
    passwd: (given) => this.#passwd(given),
    showbw: ({ search = '', searchtype = '', month, year }) => {
      const rows = [
        ...this.#visible().map((account) => bandwidthRow(account, this.host.traffic.get(account.user) ?? 0, false)),
        ...this.host.removed.map((gone) => bandwidthRow({ ...gone, reseller: false }, gone.bytes, true)),
      ];
      const found = search === '' ? rows : rows.filter((row) => searched(row, search, searchtype, 'regex'));
      const totalused = found.reduce((sum, { totalbytes }) => sum + totalbytes, 0);
      return { data: { acct: found, month: Number(month), year: Number(year), reseller: this.access.user, totalused } };
    },
    create_user_session: ({ user = '', service = '' }) => {
      const account = this.#get(user);
      if (!['cpaneld', 'whostmgrd', 'webmaild'].includes(service)) throw new No(`“${service}” is not a valid service.`);
      if (service === 'whostmgrd' && !account.reseller) throw new No(`“${user}” is not a reseller.`);
      return { reason: 'Created session', data: this.sessions.open(user, service) };
    },
  };

  /** A reseller sees what he owns and himself; of anything else he is told that he has no access. */
  #visible(): readonly Account[] {
    const all = [...this.host.accounts.values()];
    const { user, granted } = this.access;
    return granted.has('all') ? all : all.filter((account) => account.owner === user || account.user === user);
  }

  #get(user: string): Account {
    const account = this.host.get(user);
    if (!this.#visible().includes(account)) throw new No(`You do not have access to an account named “${user}”.`);
    return account;
  }

  #create(given: Given): Outcome {
    const { username = '', domain = '', plan = '', password, pass, contactemail = '', forcedns } = given;
    if ((password === undefined) === (pass === undefined)) this.violate('createacct takes one of "password" and "pass"');
    if (forcedns === '1' && !this.access.granted.has('all'))
      throw new No('API failure: (XID f8n2wq) You cannot use the “forcedns” argument because you do not have root access.');
    // A reseller owns what he makes; only root may say otherwise.
    const owner = this.access.granted.has('all') ? (given['owner'] ?? this.access.user) : this.access.user;
    const wanted = {
      user: username,
      domain,
      plan: this.#package(plan),
      contact: contactemail,
      password: password ?? pass ?? '',
      owner,
      takesZone: forcedns === '1',
    };
    this.host.create(wanted);
    const nameservers = {
      nameserver: 'ns1.example.net',
      nameserver2: 'ns2.example.net',
      nameserver3: '',
      nameserver4: '',
      nameserverentry: null,
    };
    const output = { raw: 'Adding User…', warnings: ['The mail server of the domain is elsewhere.'] };
    return { reason: 'Account Creation Ok', data: { ip: '192.0.2.10', ...nameservers, package: plan }, output };
  }

  /** Its name as it is listed. Throws a `No`. */
  #package(name: string): string {
    const { user } = this.access;
    const listed = this.switches.shortPackageNames && !this.host.packages.has(name) ? `${user}_${name}` : name;
    this.host.requirePackage(listed);
    return listed;
  }

  #list(given: Given): Outcome {
    const { search = '', searchtype = 'user', searchmethod = 'regex' } = given;
    const all = this.#visible().map((account) => accountRow(account, this.switches));
    const found = search === '' ? all : all.filter((row) => searched(row, search, searchtype, searchmethod));
    if (given['api.chunk.enable'] !== '1') return { data: { acct: found } };
    const [size, start] = [Number(given['api.chunk.size']), Number(given['api.chunk.start'])];
    const tells = this.switches.chunkTotal && given['api.chunk.verbose'] === '1';
    const total: JsonObject = tells ? { records: found.length } : {};
    return { data: { acct: found.slice(start - 1, start - 1 + size) }, chunk: { size, start, ...total } };
  }

  #passwd({ user = '', password = '', db_pass_update: alsoDatabases = '1' }: Given): Outcome {
    const account = this.#get(user);
    if (password.length < 8 || !/[A-Za-z]/.test(password) || !/[0-9]/.test(password))
      throw new No('Sorry, the password you selected cannot be used because its strength rating is below 65.');
    account.password = password;
    // It breaks every site whose settings hold the old one.
    if (alsoDatabases === '1') for (const name of account.databaseUsers.keys()) account.databaseUsers.set(name, password);
    return { reason: `Password changed for user ${user}.`, data: { app: ['system', 'ftp', 'mail', 'mySQL'] } };
  }

  #flag(on: boolean): Json {
    const flag = on ? 1 : 0;
    return this.switches.asText ? String(flag) : flag;
  }

  /** Query and form together. A name that comes twice would be another one's second value. */
  #given({ query, body }: SandboxRequest): Given {
    const given: Record<string, string> = {};
    const entries = [...query, ...Object.entries((body ?? {}) as Record<string, unknown>)];
    for (const [name, value] of entries) {
      if (Object.hasOwn(given, name) || typeof value !== 'string') this.violate(`the parameter "${name}" comes twice`);
      given[name] = String(value);
    }
    for (const secret of ['password', 'pass', 'key']) if (query.has(secret)) this.violate(`the secret "${secret}" stands in an address`);
    return given;
  }
}
