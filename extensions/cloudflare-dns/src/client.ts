import { PanelError, type Ctx } from '@hostwright/sdk';
import { callSdk, codes, listOf, Refusal, refusedWith } from '@hostwright/vendor-cloudflare';
import { readDeleted, readRecord, readTokenStatus, readZone, type RemoteRecord, type Zone } from './answers.js';
import type { ServerConfig } from './config.js';
import { outgoingContent } from './record-content.js';
import type { WantedRecord } from './record-rules.js';
import { loadSdk, type RecordCreateParams, type Sdk } from './sdk.js';

const perPage = 100;

/** Everything that talks to Cloudflare, with the official SDK on `ctx.fetch`. */
export class CloudflareClient {
  constructor(
    private readonly ctx: Pick<Ctx, 'fetch'>,
    private readonly server: ServerConfig,
  ) {}

  /** Those of exactly that name that the token sees: of one name there is at most one per account. */
  async zonesNamed(name: string): Promise<readonly Zone[]> {
    const page = await this.call((sdk) => sdk.zones.list({ name, per_page: 50 }));
    return listOf(readZone)(page.result, 'GET /zones').filter((zone) => zone.name === name);
  }

  /** The first of all that the token sees. */
  async someZones(): Promise<readonly Zone[]> {
    const page = await this.call((sdk) => sdk.zones.list({ per_page: 50 }));
    return listOf(readZone)(page.result, 'GET /zones');
  }

  /** The server's zone. Throws `invalid_config` when the token does not see it, or sees it twice. */
  async getZone(name: string): Promise<Zone> {
    const wanted = name.toLowerCase();
    const zones = await this.zonesNamed(wanted);
    const [zone] = zones;
    if (zone === undefined) {
      throw new PanelError(
        'invalid_config',
        `the API token sees no zone ${wanted}: it is not in the account, or the token lacks "Zone: Read"`,
        { field: 'apiToken' },
      );
    }
    if (zones.length > 1)
      throw new PanelError(
        'invalid_config',
        `the API token sees ${zones.length} zones named ${wanted}; it must be limited to one account`,
        {
          field: 'apiToken',
        },
      );
    return zone;
  }

  /** Every record of exactly that name, of all types. */
  async listRecords(zoneId: string, name: string): Promise<RemoteRecord[]> {
    const what = 'GET /zones/…/dns_records';
    const found: RemoteRecord[] = [];
    // The SDK's own iterator always asks for one page more, to see it empty; a page that is not full is the last one.
    for (let page = 1; ; page += 1) {
      const answer = await this.call((sdk) => sdk.dns.records.list({ zone_id: zoneId, name: { exact: name }, page, per_page: perPage }));
      const records = listOf(readRecord)(answer.result, what);
      found.push(...records.filter((record) => record.name === name));
      if (records.length < perPage) return found;
    }
  }

  async findRecord(zoneId: string, recordId: string): Promise<RemoteRecord | undefined> {
    try {
      const answer = await this.call((sdk) => sdk.dns.records.get(recordId, { zone_id: zoneId }));
      return readRecord(answer, 'GET /zones/…/dns_records/…');
    } catch (error) {
      if (error instanceof Refusal && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  /** Throws a `Refusal` with Cloudflare's codes when such a record is there already. */
  async createRecord(zoneId: string, wanted: WantedRecord, comment: string): Promise<RemoteRecord> {
    const { name, type, ttl, priority } = wanted;
    const body = { zone_id: zoneId, name, type, content: outgoingContent(type, wanted.content), ttl, comment, proxied: false };
    // The SDK types each record type apart; ours differ in nothing but `priority`, which MX alone has.
    const parameters = (priority === undefined ? body : { ...body, priority }) as RecordCreateParams;
    const answer = await this.call((sdk) => sdk.dns.records.create(parameters));
    return readRecord(answer, 'POST /zones/…/dns_records');
  }

  /** Deletes one record; one that is gone counts as deleted. */
  async deleteRecord(zoneId: string, recordId: string): Promise<void> {
    const what = 'DELETE /zones/…/dns_records/…';
    try {
      const answer = await this.call((sdk) => sdk.dns.records.delete(recordId, { zone_id: zoneId }));
      if (readDeleted(answer, what) !== recordId) throw new PanelError('unknown_outcome', `${what}: Cloudflare named another record`);
    } catch (error) {
      if (refusedWith(error, codes.noRecord)) return;
      throw error;
    }
  }

  /** `active`, `expired` or `disabled`. A token owned by an account is known only to that account. */
  async tokenStatus(accountId: string | undefined): Promise<string> {
    try {
      return readTokenStatus(await this.call((sdk) => sdk.user.tokens.verify()), 'GET /user/tokens/verify');
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'invalid_config' || accountId === undefined) throw error;
      const answer = await this.call((sdk) => sdk.accounts.tokens.verify({ account_id: accountId }));
      return readTokenStatus(answer, 'GET /accounts/…/tokens/verify');
    }
  }

  private async call<Answer>(ask: (sdk: Sdk) => PromiseLike<Answer>): Promise<Answer> {
    const { apiUrl, apiToken } = this.server;
    const credentials = { apiToken, apiKey: null, apiEmail: null };
    return callSdk({ ctx: this.ctx, apiUrl, credentials, makeSdk: await loadSdk() }, ask);
  }
}
