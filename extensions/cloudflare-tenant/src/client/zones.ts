import { PanelError } from '@hostwright/sdk';
import { asId, asObject, asText, asTexts, codes, isGone, listOf, maybeText, Refusal, refusedWith } from '@hostwright/vendor-cloudflare';
import type { Transport } from './transport.js';

/** Source: npm cloudflare 7.3.0, `zones.*`. Its `plan` is left out: it is deprecated and lags behind. */
export interface Zone {
  readonly id: string;
  /** In lower case. */
  readonly name: string;
  readonly account: { readonly id: string; readonly name: string };
  /** `initializing`, `pending` until its name servers are those of Cloudflare, `active`, `moved`; others were seen. */
  readonly status: string;
  readonly paused: boolean;
  readonly nameServers: readonly string[];
  readonly createdOn: string | undefined;
  readonly activatedOn: string | undefined;
  /** Such as `#dns_records:edit`; undefined when Cloudflare does not tell. */
  readonly permissions: readonly string[] | undefined;
}

export interface RemoteRecord {
  readonly id: string;
  readonly name: string;
  /** TXT comes in quotes. */
  readonly content: string;
}

export class Zones {
  constructor(private readonly transport: Transport) {}

  /** Those of that name in that account. More than one row is none that can be told apart. */
  async inAccount(accountId: string, name?: string): Promise<readonly Zone[]> {
    const zones = await this.list({ account: { id: accountId }, ...(name === undefined ? {} : { name: `equal:${name}` }) });
    return zones.filter((zone) => zone.account.id === accountId && (name === undefined || zone.name === name));
  }

  /** One that is in that account, of whatever type: internal ones are in no other list. Who may have none may be refused the question. */
  async anyIn(accountId: string): Promise<Zone | undefined> {
    const [zone] = await this.inAccount(accountId);
    if (zone !== undefined) return zone;
    try {
      return (await this.list({ account: { id: accountId }, type: ['internal'] })).find(({ account }) => account.id === accountId);
    } catch (error) {
      if (error instanceof Refusal && (error.code === 'rejected' || error.code === 'invalid_config')) return undefined;
      throw error;
    }
  }

  /** Every zone the credentials reach. */
  all(): Promise<readonly Zone[]> {
    return this.list({});
  }

  async find(id: string): Promise<Zone | undefined> {
    try {
      return readZone(await this.transport.call('resources', (sdk) => sdk.zones.get({ zone_id: id })), 'GET /zones/…');
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** Throws a `Refusal` with `codes.zoneExists` when Cloudflare has it already, in this account or in another. */
  async create(accountId: string, name: string): Promise<Zone> {
    const answer = await this.transport.call('resources', (sdk) => sdk.zones.create({ account: { id: accountId }, name, type: 'full' }));
    return readZone(answer, 'POST /zones');
  }

  /** Paused, Cloudflare answers for the zone's names and nothing more. What is so already counts as done; `isGone` when it is not there. */
  async setPaused(id: string, paused: boolean): Promise<void> {
    try {
      readZone(await this.transport.call('resources', (sdk) => sdk.zones.edit({ zone_id: id, paused })), 'PATCH /zones/…');
    } catch (error) {
      if (!refusedWith(error, codes.pausedAlready) && !saysSo(error, /already (un)?paused/i)) throw error;
    }
  }

  /**
   * Asks Cloudflare to look at the name servers again: about every 5 minutes on paid plans, every hour on free ones. Where it was asked
   * lately, that is what it was asked for. Source: Cloudflare docs; with which code it refuses is not documented.
   */
  async recheck(id: string): Promise<void> {
    try {
      await this.transport.call('resources', (sdk) => sdk.zones.activationCheck.trigger({ zone_id: id }));
    } catch (error) {
      if (!refusedWith(error, codes.checkedLately) && !saysSo(error, /too (soon|early|often|many)|at most|once (an|every|per)|recently/i))
        throw error;
    }
  }

  /** One that is gone counts as deleted. */
  async delete(id: string): Promise<void> {
    try {
      await this.transport.call('resources', (sdk) => sdk.zones.delete({ zone_id: id }));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /** TXT records of exactly that name; none where the zone is gone. */
  async texts(zoneId: string, name: string): Promise<readonly RemoteRecord[]> {
    const found = await this.textsWhere(zoneId, { exact: name });
    return found.filter((record) => record.name === name);
  }

  /** TXT records whose name begins so; none where the zone is gone. */
  async textsFrom(zoneId: string, beginning: string): Promise<readonly RemoteRecord[]> {
    const found = await this.textsWhere(zoneId, { startswith: beginning });
    return found.filter((record) => record.name.startsWith(beginning));
  }

  /** A record that is there already is no failure: the caller has looked whose it is. */
  async addText(zoneId: string, name: string, content: string, comment: string): Promise<void> {
    try {
      const answer = await this.transport.call('resources', (sdk) =>
        sdk.dns.records.create({ zone_id: zoneId, type: 'TXT', name, content: `"${content}"`, ttl: 1, comment }),
      );
      readRecord(answer, 'POST /zones/…/dns_records');
    } catch (error) {
      if (!refusedWith(error, codes.recordExists, codes.recordIdentical)) throw error;
    }
  }

  async removeRecord(zoneId: string, id: string): Promise<void> {
    try {
      await this.transport.call('resources', (sdk) => sdk.dns.records.delete(id, { zone_id: zoneId }));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  private async textsWhere(zoneId: string, name: { readonly exact: string } | { readonly startswith: string }): Promise<RemoteRecord[]> {
    try {
      return await this.transport.all(
        'resources',
        'GET /zones/…/dns_records',
        (sdk, page) => sdk.dns.records.list({ zone_id: zoneId, type: 'TXT', name, ...page }),
        listOf(readRecord),
      );
    } catch (error) {
      if (isGone(error)) return [];
      throw error;
    }
  }

  private list(filter: {
    readonly account?: { readonly id: string };
    readonly name?: string;
    readonly type?: ['internal'];
  }): Promise<Zone[]> {
    return this.transport.all('resources', 'GET /zones', (sdk, page) => sdk.zones.list({ ...filter, ...page }), listOf(readZone));
  }
}

function saysSo(error: unknown, words: RegExp): boolean {
  return error instanceof Refusal && error.code === 'rejected' && words.test(error.message);
}

function readZone(value: unknown, what: string): Zone {
  const zone = asObject(value, what);
  const account = asObject(zone['account'], what, 'account');
  if (typeof zone['paused'] !== 'boolean' && zone['paused'] !== undefined)
    throw new PanelError('unknown_outcome', `${what}: Cloudflare's answer has an unexpected "paused"`);
  const { permissions } = zone;
  return {
    id: asId(zone, what),
    name: asText(zone, 'name', what).toLowerCase(),
    account: { id: asId(account, what), name: maybeText(account, 'name', what) ?? '' },
    status: maybeText(zone, 'status', what) ?? 'unknown',
    paused: zone['paused'] === true,
    nameServers: zone['name_servers'] === undefined || zone['name_servers'] === null ? [] : asTexts(zone, 'name_servers', what),
    createdOn: maybeText(zone, 'created_on', what),
    activatedOn: maybeText(zone, 'activated_on', what),
    permissions: Array.isArray(permissions) ? permissions.filter((each): each is string => typeof each === 'string') : undefined,
  };
}

function readRecord(value: unknown, what: string): RemoteRecord {
  const record = asObject(value, what);
  return { id: asId(record, what), name: asText(record, 'name', what).toLowerCase(), content: maybeText(record, 'content', what) ?? '' };
}
