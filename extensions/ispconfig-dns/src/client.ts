import { isPanelError, PanelError, type Ctx, type DnsRecordType, type JsonObject } from '@hostwright/sdk';
import {
  readCount,
  readList,
  readNewId,
  readOne,
  readRecord,
  readServer,
  readSessionId,
  readZone,
  type RemoteRecord,
  type RemoteServer,
  type RemoteZone,
} from './answers.js';
import { apiUrl, type ServerConfig } from './config.js';
import { isSessionRefused, openAnswer, type Answer } from './refusal.js';
import { Session } from './session.js';

/** Types whose records have methods of their own; ISPConfig keeps no others. */
const typesWithMethods: readonly string[] = 'A AAAA ALIAS CAA CNAME DNAME HINFO LOC MX NAPTR NS PTR RP SRV SSHFP TLSA TXT'.split(' ');

/** What a zone is made of, besides what is the same for all. */
export interface NewZone {
  readonly name: string;
  readonly nameServer: string;
  /** With a dot for the @. */
  readonly mailbox: string;
}

export interface ZoneChange {
  readonly isActive: boolean;
  readonly mailbox: string;
  /** Higher than the one it has, or secondaries do not look at the zone. */
  readonly serial: number;
}

export interface NewRecord {
  readonly zoneId: number;
  /** Relative to the zone, or absolute with a dot at the end. */
  readonly name: string;
  readonly type: DnsRecordType;
  /** Targets absolute, with a dot at the end. */
  readonly data: string;
  readonly aux: number;
  readonly ttl: number;
}

/**
 * Everything that talks to ISPConfig, through its remote API in JSON.
 * Source: ISPConfig 3 @ 47fb178, `interface/lib/classes/remote.d/dns.inc.php` and `remoting.inc.php`.
 */
export class IspConfigClient {
  readonly #url: string;
  readonly #session: Session;

  constructor(
    private readonly ctx: Pick<Ctx, 'fetch' | 'now'>,
    private readonly server: ServerConfig,
  ) {
    this.#url = apiUrl(server);
    this.#session = new Session(server);
  }

  /** The zone of exactly that name, whoever's it is. (`dns_zone_get_id` would also answer one whose name only begins alike.) */
  async findZone(name: string): Promise<RemoteZone | undefined> {
    const what = 'dns_zone_get';
    const zones = readList(await this.#call(what, { primary_id: { origin: `${name}.` } }), what, readZone);
    return zones.find((zone) => zone.name === name);
  }

  async findZoneById(id: number): Promise<RemoteZone | undefined> {
    const what = 'dns_zone_get';
    return readOne(await this.#call(what, { primary_id: id }), what, readZone);
  }

  /** Makes an inactive zone, which no name server gets to see. Throws a `Refusal` when its name is taken on any server. */
  async addZone({ name, nameServer, mailbox }: NewZone): Promise<number> {
    const what = 'dns_zone_add';
    const params = {
      server_id: this.server.serverId,
      origin: `${name}.`,
      ns: `${nameServer}.`,
      mbox: `${mailbox}.`,
      // By custom the day and a number within it; ISPConfig makes none by itself.
      serial: Number(`${this.ctx.now().slice(0, 10).replaceAll('-', '')}01`),
      refresh: 7200,
      retry: 540,
      expire: 604_800,
      minimum: 3600,
      ttl: 3600,
      active: 'N',
      xfer: '',
      also_notify: '',
      update_acl: '',
    };
    return readNewId(await this.#call(what, { client_id: this.server.clientId, params }), what);
  }

  /** Answers how many rows it changed: 0 when the zone was that way already, and when there is none. */
  async changeZone(id: number, { isActive, mailbox, serial }: ZoneChange): Promise<number> {
    const what = 'dns_zone_update';
    const params = { active: isActive ? 'Y' : 'N', mbox: `${mailbox}.`, serial };
    return readCount(await this.#call(what, { client_id: this.server.clientId, primary_id: id, params }), what);
  }

  /** Deletes the zone and leaves its records behind. Gone counts as deleted. */
  async deleteZone(id: number): Promise<void> {
    const what = 'dns_zone_delete';
    readCount(await this.#call(what, { primary_id: id }), what);
  }

  /** Every record of a zone, also of one that is no more. */
  async listRecords(zoneId: number): Promise<RemoteRecord[]> {
    const what = 'dns_rr_get_all_by_zone';
    const records = readList(await this.#call(what, { zone_id: zoneId }), what, readRecord);
    return records.filter((record) => record.zoneId === zoneId);
  }

  /** TXT records of exactly that relative name and content, in every zone. */
  async findTexts(name: string, data: string): Promise<RemoteRecord[]> {
    const what = 'dns_txt_get';
    const records = readList(await this.#call(what, { primary_id: { name, type: 'TXT', data } }), what, readRecord);
    // The database compares without regard to case.
    return records.filter((record) => record.type === 'TXT' && record.name === name && record.data === data);
  }

  /** Answers the new record's id. A second record of the same kind is refused for A, ALIAS and CNAME only. */
  async addRecord({ zoneId, name, type, data, aux, ttl }: NewRecord): Promise<number> {
    const what = `dns_${type.toLowerCase()}_add`;
    const params = {
      server_id: this.server.serverId,
      zone: zoneId,
      name,
      type,
      data,
      aux,
      ttl,
      active: 'Y',
      stamp: this.ctx.now().slice(0, 19).replace('T', ' '),
      serial: 1,
    };
    return readNewId(await this.#call(what, { client_id: this.server.clientId, params, update_serial: true }), what);
  }

  /** Gone counts as deleted. Throws `rejected` for a type that ISPConfig has no method for. */
  async deleteRecord({ id, type, name }: Pick<RemoteRecord, 'id' | 'type' | 'name'>): Promise<void> {
    if (!typesWithMethods.includes(type)) {
      throw new PanelError('rejected', `ISPConfig has no method to delete the ${type} record "${name}"; delete it there by hand`);
    }
    const what = `dns_${type.toLowerCase()}_delete`;
    readCount(await this.#call(what, { primary_id: id, update_serial: true }), what);
  }

  /** How many changes wait for the server to carry them out, ours and everybody's. */
  async countPendingJobs(): Promise<number> {
    const what = 'monitor_jobqueue_count';
    return readCount(await this.#call(what, { server_id: this.server.serverId }), what);
  }

  async listServers(): Promise<RemoteServer[]> {
    const what = 'server_get_all';
    return readList(await this.#call(what), what, readServer);
  }

  /** Reads what no zone has, since a log-in proves no right. Throws `invalid_config` naming the method the remote user may not call. */
  async proveRecordRights(type: DnsRecordType): Promise<void> {
    const what = `dns_${type.toLowerCase()}_get`;
    readList(await this.#call(what, { primary_id: { zone: 0, type } }), what, readRecord);
  }

  /** Leaves the session that is kept alone and begins a new one, so that the password is tried. */
  async logInAnew(): Promise<void> {
    const held = this.#session.id(this.ctx.now());
    if (held !== undefined) await this.#logOut(held);
    await this.#logIn();
  }

  /** One call in a session; when that is refused, once more in a new one. A refused session means that nothing was done. */
  async #call(method: string, body: JsonObject = {}): Promise<unknown> {
    const sessionId = this.#session.id(this.ctx.now()) ?? (await this.#logIn());
    const answer = await this.#send(method, { session_id: sessionId, ...body });
    if (!isSessionRefused(answer)) return openAnswer(answer);
    this.#session.drop(sessionId);
    return openAnswer(await this.#send(method, { session_id: await this.#logIn(), ...body }));
  }

  /** A new session. Nothing was asked of ISPConfig yet, so whatever goes wrong with the log-in, nothing was changed. */
  async #logIn(): Promise<string> {
    const begunAt = this.ctx.now();
    const ending = this.#session.ending(begunAt);
    if (ending !== undefined) await this.#logOut(ending);
    const { username, password } = this.server;
    try {
      const answer = await this.#send('login', { username, password });
      const sessionId = readSessionId(openAnswer(answer), answer.what);
      this.#session.keep(sessionId, begunAt);
      return sessionId;
    } catch (error) {
      if (!isPanelError(error) || error.code !== 'unknown_outcome') throw error;
      throw new PanelError('unavailable', `the log-in did not work: ${error.message}`, { cause: error });
    }
  }

  /** As well as it goes: a session ends by itself. */
  async #logOut(sessionId: string): Promise<void> {
    this.#session.drop(sessionId);
    try {
      await this.#send('logout', { session_id: sessionId });
    } catch (error) {
      if (!isPanelError(error)) throw error;
    }
  }

  async #send(method: string, body: JsonObject): Promise<Answer> {
    const response = await this.ctx.fetch(`${this.#url}?${method}`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { what: method, status: response.status, headers: response.headers, text: await response.text() };
  }
}
