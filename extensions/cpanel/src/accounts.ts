import { absent, done, PanelError, pending, type Ctx, type Done, type Found, type Polled } from '@hostwright/sdk';
import type { RemoteAccount } from './answers.js';
import { WhmClient, type NewAccount } from './client.js';
import type { AccountProperties, ServerConfig } from './config.js';
import { Customers, namesOf, unlessDone, type Customer } from './customers.js';
import { isSame, requireOurs, type Made } from './ownership.js';
import { isNameTaken, isNameUnused, isNo, isRefusal } from './refusal.js';

/** What is known of an account before it is made: all of it together is nobody else's. */
export type AccountClaim = { readonly username: string; readonly domain: string; readonly contact: string };
export type MadeAccount = { readonly address: string; readonly madeAt?: number };

type Kind = AccountProperties['account'];

/** Accounts of services: found, made, removed, and switched off and on. Touches none that is not the service's. */
export class Accounts {
  private readonly whm: WhmClient;

  constructor(
    private readonly ctx: Pick<Ctx, 'fetch' | 'owner'>,
    private readonly server: ServerConfig,
  ) {
    this.whm = new WhmClient(ctx, server);
  }

  /** Of a reseller who is there: whose accounts go with him. */
  async customersOf(made: Made): Promise<readonly Customer[]> {
    return (await this.find(made)) === undefined ? [] : new Customers(this.whm, made.username).list();
  }

  /** Throws `not_owned`; `conflict` for one that is called something else now. Undefined only when it is certain that it is gone. */
  async find(made: Made): Promise<RemoteAccount | undefined> {
    const account = await this.whm.findAccount(made.username);
    if (account !== undefined) {
      requireOurs(account, made, this.ctx.owner);
      return account;
    }
    const calledNow = await this.findRenamed(made);
    if (calledNow !== undefined) {
      throw new PanelError(
        'conflict',
        `the account ${made.username} is called ${calledNow} on ${this.server.host}: give it its name back in WHM, Modify an Account, and try again`,
      );
    }
    await this.#requireGone(made.username);
    return undefined;
  }

  /** What the account is called that has its domain and was made when it was. */
  async findRenamed(made: Made): Promise<string | undefined> {
    const account = await this.whm.findAccountOf(made.domain);
    return account !== undefined && account.user !== made.username && isSame(account, made, this.ctx.owner) ? account.user : undefined;
  }

  /** Who may not do everything is told alike of an account that is not there and of one that is not his any more. */
  async #requireGone(username: string): Promise<void> {
    const { user } = this.server;
    try {
      await this.whm.verifyUsername(username);
    } catch (error) {
      if (isNameUnused(error)) return;
      if (isNameTaken(error)) {
        const what = `there is an account ${username} that ${user} does not see: it went to another owner, or its removal left its system user behind`;
        throw new PanelError('not_owned', what, { cause: error });
      }
      if (!isNo(error)) throw error;
      // A name that could not be given to a new account is not asked after, so that it is not there is all there is to know.
      if (user === 'root') return;
      throw new PanelError('rejected', `whether the account ${username} is gone cannot be told, look as root in WHM: ${error.reason}`, {
        cause: error,
      });
    }
  }

  /** Throws `not_found`, `not_owned`, `conflict`. */
  async get(made: Made): Promise<RemoteAccount> {
    const account = await this.find(made);
    if (account === undefined) throw new PanelError('not_found', `there is no account ${made.username} on ${this.server.host}`);
    return account;
  }

  /** Throws `conflict` when the name is taken, or its first eight characters are, which databases have as their prefix. */
  async requireFree(username: string): Promise<void> {
    await this.whm.verifyUsername(username);
    const begin = username.slice(0, prefixLength);
    const near = (await this.whm.listUsers()).find((user) => user.slice(0, prefixLength) === begin);
    if (near !== undefined) throw new PanelError('conflict', `${username} begins as the account ${near}: their databases would collide`);
  }

  async findCreated(claim: AccountClaim): Promise<Found<AccountClaim, MadeAccount>> {
    const account = await this.whm.findAccount(claim.username);
    return account === undefined ? absent : this.#created(account, claim);
  }

  /**
   * Throws `rejected` when the domain is another account's; `conflict` when something else is in the way, which may be what an earlier call
   * is still making.
   */
  async create(account: NewAccount): Promise<void> {
    try {
      await this.whm.createAccount(account);
    } catch (error) {
      if (!isRefusal(error, 'conflict') || isNameTaken(error)) throw error;
      const { domain, username } = account;
      const holder = await this.whm.findAccountOf(domain);
      if (holder !== undefined && holder.user !== username) {
        const what = `${domain} is the domain of the account ${holder.user} on ${this.server.host}: remove it there and try again, or order another domain`;
        throw new PanelError('rejected', what, { cause: error });
      }
      const what = `${error.message}: remove what is left of it in WHM, or let the product take over a leftover zone`;
      throw new PanelError('conflict', what, { cause: error });
    }
  }

  /** It may be there a little later than the answer. */
  async createdState(claim: AccountClaim): Promise<Polled<undefined, MadeAccount>> {
    const account = await this.whm.findAccount(claim.username);
    return account === undefined ? pending() : this.#created(account, claim);
  }

  async removeCreated(claim: AccountClaim): Promise<void> {
    const account = await this.whm.findAccount(claim.username);
    if (account === undefined) return;
    this.#created(account, claim);
    await this.whm.removeAccount(claim.username, false);
  }

  async findRemoved(made: Made, kind: Kind): Promise<Found<undefined, undefined>> {
    const account = await this.find(made);
    if (account !== undefined) return absent;
    if (kind === 'reseller') await this.#requireNoneLeft(made.username);
    return done();
  }

  /** Throws `rejected` for an account that owns others by now: removed alone, it would leave them to nobody. */
  async remove(made: Made, kind: Kind, keepDns: boolean): Promise<undefined> {
    const customers = await new Customers(this.whm, made.username).list();
    if (kind === 'hosting' && customers.length > 0) {
      throw new PanelError(
        'rejected',
        `${made.username} owns accounts of others by now: ${namesOf(customers)}; give them another owner in WHM, and try again`,
      );
    }
    const asked = kind === 'hosting' ? this.whm.removeAccount(made.username, keepDns) : this.#removeReseller(made.username);
    await unlessDone(asked, () => this.findRemoved(made, kind));
  }

  /** Whoever comes again to a removal that stopped half way finds a reseller who is none any more, and a plain account. */
  async #removeReseller(username: string): Promise<void> {
    let failures: readonly string[];
    try {
      failures = await this.whm.resellers.remove(username);
    } catch (error) {
      if (!isNo(error)) throw error;
      if ((await new Customers(this.whm, username).list()).length > 0) throw error;
      await this.whm.resellers.unmake(username);
      await this.whm.removeAccount(username, false);
      return;
    }
    if (failures.length > 0) throw new PanelError('rejected', `not all of reseller ${username} could be removed: ${failures.join('; ')}`);
  }

  async removedState(made: Made, kind: Kind): Promise<Polled<undefined, undefined>> {
    const found = await this.findRemoved(made, kind);
    return found.state === 'done' ? found : pending();
  }

  async findSuspended(made: Made, kind: Kind, suspended: boolean): Promise<Found<undefined, undefined>> {
    const account = await this.get(made);
    if (account.suspended !== suspended) return absent;
    // The suspension of his own account alone leaves a reseller's customers as they are.
    const others = kind === 'reseller' ? await this.whm.listAccounts(made.username) : [];
    return others.every((other) => other.suspended === suspended) ? done() : absent;
  }

  async suspend(made: Made, kind: Kind): Promise<void> {
    const { suspendReason, lockSuspensions } = this.server;
    const { username } = made;
    const asked =
      kind === 'reseller'
        ? this.whm.resellers.suspend(username, suspendReason, lockSuspensions)
        : this.whm.suspendAccount(username, suspendReason, lockSuspensions);
    await unlessDone(asked, () => this.findSuspended(made, kind, true));
  }

  /** Throws `rejected` with what to do when the suspension is locked and the panel's user may not lift it. */
  async unsuspend(made: Made, kind: Kind): Promise<void> {
    const { user } = this.server;
    if (user !== 'root' && (await this.get(made)).locked) {
      throw new PanelError(
        'rejected',
        `the suspension of ${made.username} is locked and ${user} may not lift it: unlock it as root in WHM, Manage Account Suspension`,
      );
    }
    const asked = kind === 'reseller' ? this.whm.resellers.unsuspend(made.username) : this.whm.unsuspendAccount(made.username);
    await unlessDone(asked, () => this.findSuspended(made, kind, false));
  }

  async findPackage(made: Made, name: string): Promise<Found<undefined, undefined>> {
    return isPackage((await this.get(made)).plan, name, this.server.user) ? done() : absent;
  }

  /** Throws `not_owned` for an account that is not as it was asked for. */
  #created(account: RemoteAccount, { username, domain, contact }: AccountClaim): Done<MadeAccount> {
    const contacts = account.email.toLowerCase().split(/[\s,;]+/);
    if (account.user !== username || account.domain !== domain.toLowerCase() || !contacts.includes(contact.toLowerCase())) {
      throw new PanelError('not_owned', `the account ${username} was made by somebody else, for ${account.domain}`);
    }
    return done({ address: account.ip, ...(account.madeAt === undefined ? {} : { madeAt: account.madeAt }) });
  }

  async #requireNoneLeft(reseller: string): Promise<void> {
    const left = await new Customers(this.whm, reseller).list();
    if (left.length === 0) return;
    throw new PanelError(
      'rejected',
      `reseller ${reseller} is gone and accounts of his are not: ${namesOf(left)}; remove them in WHM or give them another owner, and try again`,
    );
  }
}

const prefixLength = 8;

/** A reseller's package is listed as `reseller_name`, and may be called `name` by himself. */
function isPackage(plan: string, name: string, user: string): boolean {
  return plan === name || plan === `${user}_${name}`;
}
