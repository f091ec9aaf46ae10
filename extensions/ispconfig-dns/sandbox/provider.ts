import type { Json, JsonObject } from '@hostwright/sdk';
import {
  json,
  type LedgerEntry,
  type SandboxAnswer,
  type SandboxClock,
  type SandboxRequest,
  type SandboxRoute,
} from '@hostwright/sdk-testing';
import { Database, servers } from './database.js';
import { Datalog } from './datalog.js';
import { Fault, fault, success } from './envelope.js';
import { recordMethodTypes, type Row } from './forms.js';
import { Sessions } from './sessions.js';

/** Where the API answers under the sandbox's address. */
export const apiPath = '/remote/json.php';

interface Method {
  /** The function the remote user needs, where there is one. */
  readonly right: string | undefined;
  run(given: JsonObject): Json;
}

/** As the form of the panel fills it in. */
function zoneByHand(name: string): JsonObject {
  const times = { refresh: 7200, retry: 540, expire: 604_800, minimum: 3600, ttl: 3600 };
  return { server_id: 1, origin: `${name}.`, ns: 'ns1.example.net.', mbox: `hostmaster.${name}.`, ...times, active: 'Y' };
}

/** One ISPConfig with its remote API, two servers and one remote user. */
export class IspConfigProvider {
  readonly #sessions = new Sessions();
  readonly #database: Database;
  readonly #datalog: Datalog;
  readonly #methods: ReadonlyMap<string, Method>;
  /** Zones that the name servers answer for. */
  #served: ReadonlySet<string> = new Set();
  #isDisabled = false;
  #withTexts = false;

  constructor(clock: SandboxClock) {
    this.#database = new Database(
      () => ({ withTexts: this.#withTexts }),
      (serverId) => this.#datalog.add(serverId),
    );
    this.#datalog = new Datalog(clock, (serverId) => this.#serve(serverId));
    this.#methods = new Map(Object.entries({ ...this.#generalMethods(), ...this.#zoneMethods(), ...this.#recordMethods() }));
  }

  routes(): readonly SandboxRoute[] {
    return [{ method: 'POST', path: apiPath, handle: (request) => this.#call(request) }];
  }

  /** One `dns-zone` per zone, one `dns-record` per record, those of deleted zones included. */
  ledger(): readonly LedgerEntry[] {
    const zones = this.#database.zones();
    const records = this.#database.records();
    const ownerOf = (zone: Row): string | undefined => {
      const mark = records.find((record) => record['zone'] === zone['id'] && record['name'] === '_hostwright')?.['data'];
      return mark ?? /^(hw-[a-z0-9-]+)\./.exec(zone['mbox'] ?? '')?.[1];
    };
    const entry = (kind: string, row: Row, owner: string | undefined, details: JsonObject): LedgerEntry => {
      return { kind, id: row['id'] ?? '', ...(owner === undefined ? {} : { owner }), details };
    };
    return [
      ...zones.map((zone) => {
        const { id = '', origin = '', active = '', mbox = '', ns = '', serial = '' } = zone;
        return entry('dns-zone', zone, ownerOf(zone), { origin, active, mbox, ns, serial, served: this.#served.has(id) });
      }),
      ...records.map((record) => {
        const zone = zones.find(({ id }) => id === record['zone']);
        const { name = '', type = '', data = '', aux = '', ttl = '' } = record;
        return entry('dns-record', record, zone && ownerOf(zone), { zone: zone?.['origin'] ?? 'gone', name, type, data, aux, ttl });
      }),
    ];
  }

  /** Switches of the control API beside the faults. */
  control(): readonly SandboxRoute[] {
    const put = (path: string, act: (given: JsonObject) => void): SandboxRoute => ({
      method: 'PUT',
      path,
      handle: ({ body }) => {
        act((body ?? {}) as JsonObject);
        return json(200, {});
      },
    });
    return [
      put('/sessions/expired', () => this.#sessions.expire()),
      // { "without": ["dns_zone_add"], "refusedAddress": "192.0.2.7", "maintenance": true }: what the remote user is worth.
      put('/user', (given) => this.#sessions.change(given)),
      // { "disabled": true, "texts": true }: the API is switched off; faults are texts instead of language keys.
      put('/panel', ({ disabled, texts }) => {
        this.#isDisabled = disabled === true;
        this.#withTexts = texts === true;
      }),
      // { "stopped": true }: the servers' cron does not run.
      // { "name": "example.net" }: a zone that the reseller makes by hand.
      put('/zones', ({ name }) => void this.#database.addZone(0, zoneByHand(String(name)))),
      put('/cron', ({ stopped }) => this.#datalog.setStopped(stopped === true)),
      { method: 'GET', path: '/sessions', handle: () => json(200, { open: this.#sessions.open }) },
    ];
  }

  #call({ query, body }: SandboxRequest): SandboxAnswer {
    if (this.#isDisabled)
      return { status: 200, headers: { 'content-type': 'text/html' }, text: 'Remote API is disabled in security settings.' };
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return fault('Method data is invalid json', 'invalid_data');
    const [name = ''] = query.keys();
    const method = this.#methods.get(name);
    if (method === undefined) return fault(`Method ${name} does not exist`, 'invalid_method');
    const given = body as JsonObject;
    try {
      if (name !== 'login') this.#sessions.require(given['session_id']);
      if (method.right !== undefined) this.#sessions.requireFunction(method.right);
      const answer = method.run(given);
      // It ends the PHP process before anything is sent.
      return name === 'dns_templatezone_add' ? { status: 200, text: '' } : success(answer);
    } catch (error) {
      if (error instanceof Fault) return fault(error.message);
      throw error;
    }
  }

  #serve(serverId: string): void {
    const others = this.#database.zones().filter((zone) => zone['server_id'] !== serverId && this.#served.has(zone['id'] ?? ''));
    const active = this.#database.zones().filter((zone) => zone['server_id'] === serverId && zone['active'] === 'Y');
    this.#served = new Set([...others, ...active].map((zone) => zone['id'] ?? ''));
  }

  #generalMethods(): Record<string, Method> {
    return {
      login: { right: undefined, run: ({ username, password }) => this.#sessions.logIn({ username, password }) },
      logout: { right: undefined, run: ({ session_id: id }) => this.#sessions.logOut(id) },
      get_function_list: { right: 'get_function_list', run: () => this.#sessions.functions() },
      server_get_all: { right: 'server_get', run: () => servers.map((each) => ({ ...each, server_id: String(each.server_id) })) },
      monitor_jobqueue_count: { right: 'monitor_jobqueue_count', run: ({ server_id: id }) => String(this.#datalog.count(String(id))) },
    };
  }

  #zoneMethods(): Record<string, Method> {
    const db = this.#database;
    const named = (act: string, run: Method['run']): [string, Method] => [`dns_zone_${act}`, { right: `dns_zone_${act}`, run }];
    return {
      ...Object.fromEntries([
        named('get', ({ primary_id: id }) => db.getZones(id)),
        named('get_id', ({ origin }) => db.getZoneId(origin)),
        named('add', ({ client_id: client, params }) => db.addZone(client, params)),
        named('update', ({ primary_id: id, params }) => db.updateZone(id, params)),
        named('delete', ({ primary_id: id }) => db.deleteZone(id)),
        named('set_status', ({ primary_id: id, status }) => db.setZoneStatus(id, status)),
        named('get_by_user', ({ client_id: client, server_id: server }) =>
          client == null || server == null
            ? false
            : db
                .zones()
                .filter((zone) => zone['sys_groupid'] === String(Number(client) + 1) && zone['server_id'] === String(server))
                .map(({ id = '', origin = '' }) => ({ id, origin })),
        ),
      ]),
      dns_rr_get_all_by_zone: {
        right: 'dns_zone_get',
        run: ({ zone_id: id }) => db.records().filter((record) => record['zone'] === String(id)),
      },
      dns_templatezone_add: {
        right: 'dns_templatezone_add',
        run: ({ client_id: client, domain, ns1, email }) => {
          const mbox = `${String(email).replace('@', '.')}.`;
          return db.addZone(client, { ...zoneByHand(String(domain)), ns: `${String(ns1)}.`, mbox });
        },
      },
    };
  }

  #recordMethods(): Record<string, Method> {
    const db = this.#database;
    return Object.fromEntries(
      recordMethodTypes.flatMap((type) => {
        const named = (act: string, run: Method['run']): [string, Method] => [`dns_${type}_${act}`, { right: `dns_${type}_${act}`, run }];
        return [
          // A filter goes over the whole table, whatever the type in the method's name.
          named('get', ({ primary_id: id }) => db.getRecords(id)),
          named('add', ({ client_id: client, params, update_serial: bump }) => db.addRecord(type, client, params, bump)),
          named('update', ({ primary_id: id, params, update_serial: bump }) => db.updateRecord(type, id, params, bump)),
          named('delete', ({ primary_id: id, update_serial: bump }) => db.deleteRecord(id, bump)),
        ];
      }),
    );
  }
}
