import { PanelError, type Ctx } from '@hostwright/sdk';
import {
  readAccounts,
  readBandwidth,
  readCertificate,
  readDatabaseRules,
  readDatabases,
  readFailures,
  readFlag,
  readNames,
  readPackages,
  readPrivileges,
  readProblems,
  readSession,
  readTotal,
  readUsers,
  readVersion,
  type DatabaseRules,
  type RemoteAccount,
  type RemoteDatabase,
  type UserSession,
} from './answers.js';
import type { ServerConfig } from './config.js';
import { isNameTaken, isRefusal, openUapi, openWhm, Refusal, type Answer, type WhmAnswer } from './refusal.js';

type Params = Readonly<Record<string, string | number>>;

/** Creating and removing an account is answered when it is done; modules elsewhere allow it as long. */
const slowTimeoutMs = 240_000;
const listTimeoutMs = 60_000;
/** Accounts asked for at a time: a thousand take WHM ten seconds. */
const chunkSize = 500;

export interface NewAccount {
  readonly username: string;
  readonly domain: string;
  readonly contact: string;
  readonly package: string;
  readonly password: string;
  readonly takesLeftoverZone: boolean;
}

/** Everything that talks to WHM, and through it to the cPanel of an account. */
export class WhmClient {
  constructor(
    private readonly ctx: Pick<Ctx, 'fetch'>,
    private readonly server: Pick<ServerConfig, 'host' | 'port' | 'user' | 'token'>,
  ) {}

  async version(): Promise<string> {
    return this.#read('version', {}, ({ data }, what) => readVersion(data, what));
  }

  async privileges(): Promise<ReadonlySet<string>> {
    return this.#read('myprivs', {}, ({ data }, what) => readPrivileges(data, what));
  }

  async packages(): Promise<readonly string[]> {
    return this.#read('listpkgs', { want: 'creatable' }, ({ data }, what) => readPackages(data, what));
  }

  /** Throws a `Refusal` when there is no such package. */
  async requirePackage(name: string): Promise<void> {
    await this.#read('getpkginfo', { pkg: name }, () => undefined);
  }

  /** Throws a `Refusal` when the name is taken or not allowed. */
  async verifyUsername(username: string): Promise<void> {
    await this.#read('verify_new_username', { user: username }, () => undefined);
  }

  async listUsers(): Promise<readonly string[]> {
    return this.#read('list_users', {}, ({ data }, what) => readUsers(data, what));
  }

  async findAccount(username: string): Promise<RemoteAccount | undefined> {
    try {
      const found = await this.#read('accountsummary', { user: username }, ({ data }, what) => readAccounts(data, what));
      return found.find(({ user }) => user === username);
    } catch (error) {
      if (isRefusal(error, 'not_found')) return undefined;
      throw error;
    }
  }

  /** Every account that the token may see, or those of one reseller. All of them or an error. */
  async listAccounts(owner?: string): Promise<readonly RemoteAccount[]> {
    // `search` is a regular expression; user names hold no character that means anything in one.
    const search: Params = owner === undefined ? {} : { searchtype: 'owner', search: `^${owner}$` };
    const found = new Map<string, RemoteAccount>();
    for (let start = 1; ;) {
      const chunk = { 'api.chunk.enable': 1, 'api.chunk.size': chunkSize, 'api.chunk.start': start };
      const { accounts, total } = await this.#read(
        'listaccts',
        { ...search, ...chunk },
        ({ data, metadata }, what) => ({ accounts: readAccounts(data, what), total: readTotal(metadata) }),
        listTimeoutMs,
      );
      for (const account of accounts) found.set(account.user, account);
      start += accounts.length;
      // Without a total, one that is not full is the last; so is one that is larger than asked for.
      const last = total === undefined ? accounts.length !== chunkSize : start > total || accounts.length === 0;
      if (last) return requireAll([...found.values()], total);
    }
  }

  /** Throws `conflict` when the name is taken, `rejected` when something else of it is, such as the domain. */
  async createAccount(account: NewAccount): Promise<void> {
    const { username, domain, contact, password } = account;
    const params = {
      username,
      domain,
      password,
      contactemail: contact,
      plan: account.package,
      forcedns: account.takesLeftoverZone ? 1 : 0,
    };
    try {
      await this.#write('createacct', params, slowTimeoutMs);
    } catch (error) {
      if (!isRefusal(error, 'conflict') || isNameTaken(error)) throw error;
      throw new Refusal('rejected', error.message, error.reason);
    }
  }

  /** Gone counts as removed. */
  async removeAccount(username: string, keepDns: boolean): Promise<void> {
    await goneIsFine(this.#write('removeacct', { username, keepdns: keepDns ? 1 : 0 }, slowTimeoutMs));
  }

  async suspendAccount(username: string, reason: string, locked: boolean): Promise<void> {
    await this.#write('suspendacct', { user: username, reason, disallowun: locked ? 1 : 0 });
  }

  async unsuspendAccount(username: string): Promise<void> {
    await this.#write('unsuspendacct', { user: username });
  }

  async changePackage(username: string, name: string): Promise<void> {
    await this.#write('changepackage', { user: username, pkg: name });
  }

  /** Not of the database user of the same name, whose password stands in the site's settings. */
  async changePassword(username: string, password: string): Promise<void> {
    await this.#write('passwd', { user: username, password, db_pass_update: 0 });
  }

  async makeReseller(username: string): Promise<void> {
    await this.#write('setupreseller', { user: username, makeowner: 1 });
  }

  async unmakeReseller(username: string): Promise<void> {
    await goneIsFine(this.#write('unsetupreseller', { user: username }));
  }

  /** With all his accounts. */
  async suspendReseller(username: string, reason: string, locked: boolean): Promise<void> {
    await this.#write('suspendreseller', { user: username, reason, disallow: locked ? 1 : 0 }, slowTimeoutMs);
  }

  async unsuspendReseller(username: string): Promise<void> {
    await this.#write('unsuspendreseller', { user: username }, slowTimeoutMs);
  }

  /** With all his accounts and his own. Answers what could not be removed, with the reasons; gone counts as removed. */
  async removeReseller(username: string): Promise<readonly string[]> {
    try {
      const params = { user: username, terminatereseller: 1 };
      const answer = await this.#send('terminatereseller', {}, params, slowTimeoutMs);
      return readFailures(openWhm(answer).data, answer.what);
    } catch (error) {
      if (isRefusal(error, 'not_found')) return [];
      throw error;
    }
  }

  /** Bytes of one calendar month by user. */
  async bandwidth(year: number, month: number): Promise<ReadonlyMap<string, number>> {
    return this.#read('showbw', { year, month }, ({ data }, what) => readBandwidth(data, what), listTimeoutMs);
  }

  /** One log-in, for a few minutes. */
  async createSession(username: string, service: 'cpaneld' | 'whostmgrd'): Promise<UserSession> {
    const answer = await this.#send('create_user_session', {}, { user: username, service });
    return readSession(openWhm(answer).data, answer.what);
  }

  async mailboxes(username: string): Promise<readonly string[]> {
    return this.#readUser(username, 'Email/list_pops', {}, (data, what) => readNames(data, 'email', what));
  }

  async createMailbox(username: string, mailbox: { local: string; domain: string; password: string; quotaMib: number }): Promise<void> {
    const { local, domain, password, quotaMib } = mailbox;
    await this.#writeUser(username, 'Email/add_pop', { email: local, domain, password, quota: quotaMib, send_welcome_email: 0 });
  }

  async databaseRules(username: string): Promise<DatabaseRules> {
    return this.#readUser(username, 'Mysql/get_restrictions', {}, readDatabaseRules);
  }

  async databases(username: string): Promise<readonly RemoteDatabase[]> {
    return this.#readUser(username, 'Mysql/list_databases', {}, readDatabases);
  }

  async databaseUsers(username: string): Promise<readonly string[]> {
    return this.#readUser(username, 'Mysql/list_users', {}, (data, what) => readNames(data, 'user', what));
  }

  async createDatabase(username: string, name: string): Promise<void> {
    await this.#writeUser(username, 'Mysql/create_database', { name });
  }

  async createDatabaseUser(username: string, name: string, password: string): Promise<void> {
    await this.#writeUser(username, 'Mysql/create_user', { name, password });
  }

  async grantDatabase(username: string, database: string, user: string): Promise<void> {
    await this.#writeUser(username, 'Mysql/set_privileges_on_database', { user, database, privileges: 'ALL PRIVILEGES' });
  }

  async installCertificate(username: string, domain: string, pem: { certificate: string; key: string; chain?: string }): Promise<void> {
    const params = { domain, cert: pem.certificate, key: pem.key, ...(pem.chain === undefined ? {} : { cabundle: pem.chain }) };
    await this.#writeUser(username, 'SSL/install_ssl', params);
  }

  async startAutoSsl(username: string): Promise<void> {
    await this.#writeUser(username, 'SSL/start_autossl_check', {});
  }

  async isAutoSslRunning(username: string): Promise<boolean> {
    return this.#readUser(username, 'SSL/is_autossl_check_in_progress', {}, readFlag);
  }

  async autoSslProblems(username: string): Promise<ReadonlyMap<string, string>> {
    return this.#readUser(username, 'SSL/get_autossl_problems', {}, readProblems);
  }

  /** Whether the domain has a certificate of an authority: a new account has one that the server signed itself. */
  async hasCertificate(username: string, domain: string): Promise<boolean> {
    return this.#readUser(username, 'SSL/installed_host', { domain }, readCertificate);
  }

  async #read<R>(name: string, params: Params, read: (answer: WhmAnswer, what: string) => R, timeoutMs?: number): Promise<R> {
    const answer = await this.#send(name, params, undefined, timeoutMs);
    return read(openWhm(answer), answer.what);
  }

  /** By POST, so that no secret stands in the address, which servers log. */
  async #write(name: string, params: Params, timeoutMs?: number): Promise<void> {
    openWhm(await this.#send(name, {}, params, timeoutMs));
  }

  async #readUser<R>(username: string, name: string, params: Params, read: (data: unknown, what: string) => R): Promise<R> {
    const answer = await this.#send('uapi_cpanel', { ...uapi(username, name), ...params });
    return read(openUapi(answer), name);
  }

  async #writeUser(username: string, name: string, params: Params): Promise<void> {
    openUapi(await this.#send('uapi_cpanel', uapi(username, name), params));
  }

  async #send(name: string, query: Params, form?: Params, timeoutMs?: number): Promise<Answer> {
    const { host, port, user, token } = this.server;
    const address = `https://${host}:${port}/json-api/${name}?${encoded({ 'api.version': 1, ...query })}`;
    const response = await this.ctx.fetch(address, {
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        authorization: `whm ${user}:${token}`,
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { body: encoded(form) }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    const inner = name === 'uapi_cpanel' ? `${String(query['cpanel.module'])}/${String(query['cpanel.function'])}` : name;
    return { what: inner, status: response.status, headers: response.headers, text: await response.text() };
  }
}

function uapi(username: string, name: string): Params {
  const [module = '', fn = ''] = name.split('/');
  return { 'cpanel.user': username, 'cpanel.module': module, 'cpanel.function': fn };
}

/** As a form: spaces become `+`, and everything else that means something is escaped. */
function encoded(params: Params): string {
  const escape = (value: string | number): string => encodeURIComponent(value).replace(/%20/g, '+');
  return Object.entries(params)
    .map(([name, value]) => `${escape(name)}=${escape(value)}`)
    .join('&');
}

async function goneIsFine(asked: Promise<void>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!isRefusal(error, 'not_found')) throw error;
  }
}

/** What was added or removed while the list was read makes it another list: what is not on it would count as gone. */
function requireAll(accounts: readonly RemoteAccount[], total: number | undefined): readonly RemoteAccount[] {
  if (total === undefined || accounts.length >= total) return accounts;
  throw new PanelError('unknown_outcome', `listaccts: ${accounts.length} of ${total} accounts were listed`);
}
