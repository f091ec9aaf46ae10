import type { Json, JsonObject } from '@hostwright/sdk';
import { Fault, messages, refusedFields } from './envelope.js';
import { recordFields, recordProblems, rowOf, zoneFields, zoneProblems, type Row } from './forms.js';

/** Servers of the installation. The second one serves no DNS of ours, but its zones are in the same table. */
export const servers = [
  { server_id: 1, server_name: 'ns1.example.net' },
  { server_id: 2, server_name: 'ns9.example.net' },
] as const;
const serverIds = servers.map(({ server_id: id }) => id);

/** What forms answer with: language keys, or texts. */
export interface Language {
  readonly withTexts: boolean;
}

/** The tables `dns_soa` and `dns_rr`, with what the remote API does with them. */
export class Database {
  readonly #zones = new Map<string, Row>();
  readonly #records = new Map<string, Row>();
  #nextZone = 42;
  #nextRecord = 317;

  constructor(
    private readonly language: () => Language,
    /** A change was written to `sys_datalog` for a server. */
    private readonly logged: (serverId: string) => void,
  ) {}

  zones(): readonly Row[] {
    return [...this.#zones.values()];
  }

  records(): readonly Row[] {
    return [...this.#records.values()];
  }

  getZones(primaryId: unknown): Json {
    return this.#get(this.#zones, primaryId);
  }

  getRecords(primaryId: unknown): Json {
    return this.#get(this.#records, primaryId);
  }

  /** A prefix LIKE over names without the dot at the end: `example.co` finds `example.com.`. */
  getZoneId(origin: unknown): number {
    const found = this.zones().find((zone) => like(zone['origin'] ?? '', `${String(origin)}%`));
    if (found === undefined) throw new Fault(messages.noDomain);
    return Number(found['id']);
  }

  addZone(clientId: unknown, params: unknown): number {
    const given = rowOf(params, zoneFields);
    const row: Row = {
      ...{ serial: '0', active: 'N', xfer: '', also_notify: '', update_acl: '', dnssec_initialized: 'N', dnssec_wanted: 'N' },
      ...given,
      origin: (given['origin'] ?? '').toLowerCase(),
    };
    this.#refuse(zoneProblems(row, serverIds));
    if (this.zones().some((zone) => zone['origin'] === row['origin'])) throw this.#refused(['origin_error_unique']);
    return this.#insert(this.#zones, this.#nextZone++, clientId, row);
  }

  /** Only what is given changes. Answers how many rows are different now. */
  updateZone(primaryId: unknown, params: unknown): number {
    const old = this.#zones.get(String(primaryId));
    if (old === undefined) return 0;
    const row: Row = { ...old, ...rowOf(params, zoneFields) };
    this.#refuse(zoneProblems(row, serverIds));
    if (this.zones().some((zone) => zone['origin'] === row['origin'] && zone !== old)) throw this.#refused(['origin_error_unique']);
    return this.#replace(this.#zones, old, row);
  }

  /** The records stay. */
  deleteZone(primaryId: unknown): number {
    return this.#remove(this.#zones, primaryId);
  }

  /** Straight into the table: no name server ever hears of it. */
  setZoneStatus(primaryId: unknown, status: unknown): number {
    const old = this.#zones.get(String(primaryId));
    if (old === undefined) return 0;
    this.#zones.set(String(primaryId), { ...old, active: status === 'active' ? 'Y' : 'N' });
    return 1;
  }

  addRecord(type: string, clientId: unknown, params: unknown, updateSerial: unknown): number {
    const row: Row = { ...{ aux: '0', active: 'N', stamp: '', serial: '' }, ...rowOf(params, recordFields) };
    this.#refuse(recordProblems(row, type, serverIds));
    this.#refuseDuplicate(row, undefined);
    const id = this.#insert(this.#records, this.#nextRecord++, clientId, row);
    if (updateSerial === true) this.#bump(row['zone']);
    return id;
  }

  updateRecord(type: string, primaryId: unknown, params: unknown, updateSerial: unknown): number {
    const old = this.#records.get(String(primaryId));
    if (old === undefined) return 0;
    const given = rowOf(params, recordFields);
    const row: Row = { ...old, ...given };
    this.#refuse(recordProblems(row, type, serverIds));
    this.#refuseDuplicate(row, old);
    const changed = this.#replace(this.#records, old, row);
    // The zone is taken from what was sent, not from the row.
    if (updateSerial === true && changed > 0) this.#bump(given['zone']);
    return changed;
  }

  deleteRecord(primaryId: unknown, updateSerial: unknown): number {
    const zone = this.#records.get(String(primaryId))?.['zone'];
    const removed = this.#remove(this.#records, primaryId);
    if (updateSerial === true && removed > 0) this.#bump(zone);
    return removed;
  }

  /** For A, ALIAS and CNAME only; nothing is known of other types, so a second one is taken. */
  #refuseDuplicate(row: Row, self: Row | undefined): void {
    const family = ['A', 'ALIAS', 'CNAME'];
    if (!family.includes(row['type'] ?? '')) return;
    const standing = this.records().filter(
      (other) => other !== self && other['zone'] === row['zone'] && other['name'] === row['name'] && family.includes(other['type'] ?? ''),
    );
    const isTwin = (other: Row): boolean => row['type'] !== 'A' || other['type'] !== 'A' || other['data'] === row['data'];
    if (standing.some(isTwin)) throw this.#refused(['data_error_duplicate']);
  }

  #get(table: ReadonlyMap<string, Row>, primaryId: unknown): Json {
    if (typeof primaryId === 'object' && primaryId !== null) return filtered([...table.values()], primaryId as JsonObject);
    const id = Number(primaryId);
    if (id === -1) return [...table.values()];
    if (!(id > 0)) throw new Fault('The ID has to be > 0 or -1.');
    return table.get(String(id)) ?? null;
  }

  #insert(table: Map<string, Row>, id: number, clientId: unknown, row: Row): number {
    const group = Number(clientId) === 0 ? '1' : String(Number(clientId) + 1);
    table.set(String(id), { id: String(id), sys_userid: group, sys_groupid: group, sys_perm_user: 'riud', ...row });
    this.logged(row['server_id'] ?? '');
    return id;
  }

  #replace(table: Map<string, Row>, old: Row, row: Row): number {
    if (Object.entries(row).every(([field, value]) => old[field] === value)) return 0;
    table.set(row['id'] ?? '', row);
    this.logged(row['server_id'] ?? '');
    return 1;
  }

  #remove(table: Map<string, Row>, primaryId: unknown): number {
    const old = table.get(String(primaryId));
    if (old === undefined) return 0;
    table.delete(String(primaryId));
    this.logged(old['server_id'] ?? '');
    return 1;
  }

  #bump(zoneId: string | undefined): void {
    const zone = this.#zones.get(zoneId ?? '');
    if (zone !== undefined) this.#replace(this.#zones, zone, { ...zone, serial: String(Number(zone['serial']) + 1) });
  }

  #refuse(problems: readonly string[]): void {
    if (problems.length > 0) throw this.#refused(problems);
  }

  #refused(problems: readonly string[]): Fault {
    return refusedFields(problems, this.language().withTexts);
  }
}

/** Keys are columns, compared without regard to case; `%` switches to LIKE; `#OFFSET#` and `#LIMIT#` cut the list. */
function filtered(rows: readonly Row[], filter: JsonObject): readonly Row[] {
  const { '#OFFSET#': offset = 0, '#LIMIT#': limit = 0, ...columns } = filter;
  const found = rows.filter((row) =>
    Object.entries(columns).every(([column, wanted]) => {
      if (!Object.hasOwn(row, column)) throw new Fault(`Unknown column '${column}' in 'where clause'`);
      return like(row[column] ?? '', String(wanted));
    }),
  );
  return Number(limit) > 0 ? found.slice(Number(offset), Number(offset) + Number(limit)) : found;
}

function like(text: string, pattern: string): boolean {
  if (!pattern.includes('%')) return text.toLowerCase() === pattern.toLowerCase();
  const source = pattern
    .split('')
    .map((character) => (character === '%' ? '.*' : character === '_' ? '.' : character.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 'is').test(text);
}
