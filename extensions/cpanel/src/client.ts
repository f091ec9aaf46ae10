import { PanelError, type Ctx } from '@hostwright/sdk';
import {
  readAccounts,
  readBandwidth,
  readCertificate,
  readDatabaseRules,
  readDatabases,
  readFlag,
  readInstalled,
  readNames,
  readPackages,
  readPrivileges,
  readProblems,
  readSession,
  readTotal,
  readUsers,
  readVersion,
  type DatabaseRules,
  type InstalledCertificate,
  type RemoteAccount,
  type RemoteDatabase,
  type Traffic,
  type UserSession,
} from './answers.js';
import type { ServerConfig } from './config.js';
import { isRefusal, openWhm } from './refusal.js';
import { ResellerClient } from './reseller-client.js';
import { slowTimeoutMs, WhmCalls, type Params } from './whm-calls.js';

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
  /** What is asked of resellers alone. */
  readonly resellers: ResellerClient;
  private readonly calls: WhmCalls;

  constructor(ctx: Pick<Ctx, 'fetch'>, server: Pick<ServerConfig, 'host' | 'port' | 'user' | 'token'>) {
    this.calls = new WhmCalls(ctx, server);
    this.resellers = new ResellerClient(this.calls);
  }

  async version(): Promise<string> {
    return this.calls.read('version', {}, ({ data }, what) => readVersion(data, what));
  }

  async privileges(): Promise<ReadonlySet<string>> {
    return this.calls.read('myprivs', {}, ({ data }, what) => readPrivileges(data, what));
  }

  async packages(): Promise<readonly string[]> {
    return this.calls.read('listpkgs', { want: 'creatable' }, ({ data }, what) => readPackages(data, what));
  }

  /** Throws a `Refusal` when there is no such package. */
  async requirePackage(name: string): Promise<void> {
    await this.calls.read('getpkginfo', { pkg: name }, () => undefined);
  }

  /** Throws a `Refusal` when the name is taken or not allowed. */
  async verifyUsername(username: string): Promise<void> {
    await this.calls.read('verify_new_username', { user: username }, () => undefined);
  }

  async listUsers(): Promise<readonly string[]> {
    return this.calls.read('list_users', {}, ({ data }, what) => readUsers(data, what));
  }

  async findAccount(username: string): Promise<RemoteAccount | undefined> {
    return (await this.#summary({ user: username })).find(({ user }) => user === username);
  }

  /** By its main domain. */
  async findAccountOf(domain: string): Promise<RemoteAccount | undefined> {
    return (await this.#summary({ domain })).find((account) => account.domain === domain);
  }

  async #summary(of: Params): Promise<readonly RemoteAccount[]> {
    try {
      return await this.calls.read('accountsummary', of, ({ data }, what) => readAccounts(data, what));
    } catch (error) {
      if (isRefusal(error, 'not_found')) return [];
      throw error;
    }
  }

  /** Every account that the token may see, or those of one reseller. All of them or an error. */
  async listAccounts(owner?: string): Promise<readonly RemoteAccount[]> {
    // `search` is a regular expression; of what a user name may hold, the dot alone means something in one.
    const search: Params = owner === undefined ? {} : { searchtype: 'owner', search: `^${owner.replaceAll('.', '\\.')}$` };
    const found = new Map<string, RemoteAccount>();
    let before: string | undefined;
    for (let start = 1; ;) {
      const chunk = { 'api.chunk.enable': 1, 'api.chunk.verbose': 1, 'api.chunk.size': chunkSize, 'api.chunk.start': start };
      const { accounts, total } = await this.calls.read(
        'listaccts',
        { ...search, ...chunk },
        ({ data, metadata }, what) => ({ accounts: readAccounts(data, what), total: readTotal(metadata) }),
        listTimeoutMs,
      );
      if (before !== undefined && accounts[0]?.user !== before) throw changedMeanwhile();
      for (const account of accounts) found.set(account.user, account);
      // Each begins with the last of the one before: were one removed meanwhile, another would stand there, and one be skipped.
      before = accounts.at(-1)?.user;
      start += accounts.length - 1;
      // Without a total, one that is not full is the last; so is one that is larger than asked for. One account leads no further.
      const last = total === undefined ? accounts.length !== chunkSize : start >= total;
      if (last || accounts.length < 2) return requireAll([...found.values()], total);
    }
  }

  /** Throws `conflict` when the name or the domain is taken, in words that are known. */
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
    await this.calls.write('createacct', params, slowTimeoutMs);
  }

  /** Gone counts as removed. */
  async removeAccount(username: string, keepDns: boolean): Promise<void> {
    await goneIsFine(this.calls.write('removeacct', { username, keepdns: keepDns ? 1 : 0 }, slowTimeoutMs));
  }

  async suspendAccount(username: string, reason: string, locked: boolean): Promise<void> {
    await this.calls.write('suspendacct', { user: username, reason, disallowun: locked ? 1 : 0 });
  }

  async unsuspendAccount(username: string): Promise<void> {
    await this.calls.write('unsuspendacct', { user: username });
  }

  async changePackage(username: string, name: string): Promise<void> {
    await this.calls.write('changepackage', { user: username, pkg: name });
  }

  /** Not of the database user of the same name, whose password stands in the site's settings. */
  async changePassword(username: string, password: string): Promise<void> {
    await this.calls.write('passwd', { user: username, password, db_pass_update: 0 });
  }

  /** Of one calendar month, accounts that were removed since included. */
  async bandwidth(year: number, month: number): Promise<readonly Traffic[]> {
    return this.calls.read('showbw', { year, month }, ({ data }, what) => readBandwidth(data, what), listTimeoutMs);
  }

  /** One log-in, for a few minutes. */
  async createSession(username: string, service: 'cpaneld' | 'whostmgrd'): Promise<UserSession> {
    const answer = await this.calls.send('create_user_session', {}, { user: username, service });
    return readSession(openWhm(answer).data, answer.what);
  }

  async mailboxes(username: string): Promise<readonly string[]> {
    return this.calls.readUser(username, 'Email/list_pops', {}, (data, what) => readNames(data, 'email', what));
  }

  async createMailbox(username: string, mailbox: { local: string; domain: string; password: string; quotaMib: number }): Promise<void> {
    const { local, domain, password, quotaMib } = mailbox;
    await this.calls.writeUser(username, 'Email/add_pop', { email: local, domain, password, quota: quotaMib, send_welcome_email: 0 });
  }

  async databaseRules(username: string): Promise<DatabaseRules> {
    return this.calls.readUser(username, 'Mysql/get_restrictions', {}, readDatabaseRules);
  }

  async databases(username: string): Promise<readonly RemoteDatabase[]> {
    return this.calls.readUser(username, 'Mysql/list_databases', {}, readDatabases);
  }

  async databaseUsers(username: string): Promise<readonly string[]> {
    return this.calls.readUser(username, 'Mysql/list_users', {}, (data, what) => readNames(data, 'user', what));
  }

  async createDatabase(username: string, name: string): Promise<void> {
    await this.calls.writeUser(username, 'Mysql/create_database', { name });
  }

  async createDatabaseUser(username: string, name: string, password: string): Promise<void> {
    await this.calls.writeUser(username, 'Mysql/create_user', { name, password });
  }

  async grantDatabase(username: string, database: string, user: string): Promise<void> {
    await this.calls.writeUser(username, 'Mysql/set_privileges_on_database', { user, database, privileges: 'ALL PRIVILEGES' });
  }

  async installCertificate(username: string, domain: string, pem: { certificate: string; key: string; chain?: string }): Promise<void> {
    const params = { domain, cert: pem.certificate, key: pem.key, ...(pem.chain === undefined ? {} : { cabundle: pem.chain }) };
    await this.calls.writeUser(username, 'SSL/install_ssl', params);
  }

  /** The host then serves the domain with a certificate that it signed itself, or none. */
  async removeCertificate(username: string, domain: string): Promise<void> {
    await this.calls.writeUser(username, 'SSL/delete_ssl', { domain });
  }

  async installedCertificate(username: string, domain: string): Promise<InstalledCertificate | undefined> {
    return this.calls.readUser(username, 'SSL/installed_host', { domain }, readInstalled);
  }

  async startAutoSsl(username: string): Promise<void> {
    await this.calls.writeUser(username, 'SSL/start_autossl_check', {});
  }

  async isAutoSslRunning(username: string): Promise<boolean> {
    return this.calls.readUser(username, 'SSL/is_autossl_check_in_progress', {}, readFlag);
  }

  async autoSslProblems(username: string): Promise<ReadonlyMap<string, string>> {
    return this.calls.readUser(username, 'SSL/get_autossl_problems', {}, readProblems);
  }

  /** Whether the domain has a certificate of an authority: a new account has one that the server signed itself. */
  async hasCertificate(username: string, domain: string): Promise<boolean> {
    return this.calls.readUser(username, 'SSL/installed_host', { domain }, readCertificate);
  }
}

async function goneIsFine(asked: Promise<void>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!isRefusal(error, 'not_found')) throw error;
  }
}

/** What was added or removed while the list was read makes it another list: what is not on it would count as gone. */
function changedMeanwhile(): PanelError {
  return new PanelError('unknown_outcome', 'listaccts: accounts were added or removed while they were listed');
}

function requireAll(accounts: readonly RemoteAccount[], total: number | undefined): readonly RemoteAccount[] {
  if (total === undefined || accounts.length >= total) return accounts;
  throw new PanelError('unknown_outcome', `listaccts: ${accounts.length} of ${total} accounts were listed`);
}
