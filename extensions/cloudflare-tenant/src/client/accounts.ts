import { PanelError } from '@hostwright/sdk';
import { asId, asObject, asText, isGone, listOf, maybeObject, maybeText, odd, Refusal } from '@hostwright/vendor-cloudflare';
import type { Transport } from './transport.js';

/** An account of the tenant's. Names are not unique. Source: npm cloudflare 7.3.0, `accounts.*`. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** ISO 8601; undefined when Cloudflare does not tell. */
  readonly createdOn: string | undefined;
  readonly settings: { readonly enforce_twofactor?: boolean; readonly abuse_contact_email?: string };
}

/** Child accounts: the calls of the tenant's administrator. */
export class Accounts {
  constructor(private readonly transport: Transport) {}

  /** Those of exactly that name, the oldest first. Whether Cloudflare compares whole names is not documented. */
  async named(name: string): Promise<readonly Account[]> {
    const found = await this.transport.all(
      'account',
      'GET /accounts',
      (sdk, page) => sdk.accounts.list({ name, ...page }),
      listOf(readAccount),
    );
    return found.filter((account) => account.name === name).sort(byAge);
  }

  async find(id: string): Promise<Account | undefined> {
    try {
      return readAccount(await this.transport.call('account', (sdk) => sdk.accounts.get({ account_id: id })), 'GET /accounts/…');
    } catch (error) {
      if (await this.isNoMore(error, id)) return undefined;
      throw error;
    }
  }

  /** `key`: the same for every try, so that Cloudflare makes it once. */
  async create(name: string, key: string): Promise<Account> {
    const { unitTag } = this.transport.server;
    const body = { name, type: 'standard' as const, ...(unitTag === undefined ? {} : { unit: { id: unitTag } }) };
    const answer = await this.transport.call('account', (sdk) => sdk.accounts.create({ ...body, 'Idempotency-Key': key }));
    const made = readAccount(answer, 'POST /accounts');
    if (made.name !== name) throw odd('POST /accounts', 'name');
    return made;
  }

  /** The call replaces the account's settings, so they are sent along as they are. */
  async rename({ id, type, settings }: Account, name: string): Promise<void> {
    const kept = type === 'enterprise' ? 'enterprise' : 'standard';
    await this.transport.call('account', (sdk) => sdk.accounts.update({ account_id: id, id, name, type: kept, settings }));
  }

  /** Irreversible: with it goes everything that is in it. One that is gone counts as deleted. */
  async delete(id: string): Promise<void> {
    const what = 'DELETE /accounts/…';
    try {
      const answer = await this.transport.call('account', (sdk) => sdk.accounts.delete({ account_id: id }));
      if (asId(asObject(answer, what), what) !== id) throw new PanelError('unknown_outcome', `${what}: Cloudflare named another account`);
    } catch (error) {
      if (!(await this.isNoMore(error, id))) throw error;
    }
  }

  /** Ids of all accounts of the tenant. Source: Cloudflare docs, tenant: page and per_page are required here. */
  async idsOfTenant(): Promise<ReadonlySet<string>> {
    const { tenantTag } = this.transport.server;
    const what = 'GET /tenants/…/accounts';
    const found = await this.transport.all(
      'account',
      what,
      (sdk, page) => sdk.tenants.accounts.list(tenantTag, { query: page }),
      listOf((item) => asId(asObject(item, what), what)),
    );
    return new Set(found);
  }

  /** Every account that the credentials for what is within accounts reach. */
  reached(): Promise<readonly Account[]> {
    return this.transport.all('resources', 'GET /accounts', (sdk, page) => sdk.accounts.list(page), listOf(readAccount));
  }

  /**
   * Whether the refusal means that there is no such account. It can look like one of the credentials ("Invalid account identifier", 9109 in
   * terraform#1991); then the tenant's list tells, which bad credentials do not get.
   */
  private async isNoMore(error: unknown, id: string): Promise<boolean> {
    if (isGone(error)) return true;
    return error instanceof Refusal && error.code === 'invalid_config' && !(await this.idsOfTenant()).has(id);
  }
}

function readAccount(value: unknown, what: string): Account {
  const account = asObject(value, what);
  const { enforce_twofactor, abuse_contact_email } = maybeObject(account, 'settings', what);
  return {
    id: asId(account, what),
    name: asText(account, 'name', what),
    type: maybeText(account, 'type', what) ?? 'standard',
    createdOn: maybeText(account, 'created_on', what),
    settings: {
      ...(typeof enforce_twofactor === 'boolean' ? { enforce_twofactor } : {}),
      ...(typeof abuse_contact_email === 'string' ? { abuse_contact_email } : {}),
    },
  };
}

function byAge(one: Account, other: Account): number {
  return (one.createdOn ?? '').localeCompare(other.createdOn ?? '') || one.id.localeCompare(other.id);
}
