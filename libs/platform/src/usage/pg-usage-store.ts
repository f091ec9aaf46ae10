import { addReading, dayOf, ownerMark, UsageStore, type ClaimedLook } from '@hostwright/core';
import type { Usage } from '@hostwright/sdk';
import type pg from 'pg';
import { inTransaction } from '../database/index.js';
import { endLook, holdLook } from '../looks/index.js';

interface MeasuredComponent {
  readonly serviceId: string;
  readonly component: string;
  readonly remoteId: string;
  /** As it was before; null when it was never measured. */
  readonly total: string | null;
  readonly counter: string | null;
  readonly sameThing: boolean;
  /** Which counter it was, where that has a name. */
  readonly since: string | null;
}

/** A service that moves is added to by two servers' looks: one after the other, or the later would go on from what is no longer so. */
const hold = `SELECT 1 FROM service_component WHERE server_id = $1 AND remote_id IS NOT NULL ORDER BY service_id, name FOR NO KEY UPDATE`;

/** What lives on the server, and how it stood. */
const read = `
  SELECT c.service_id AS "serviceId", c.name AS component, c.remote_id AS "remoteId", u.traffic_bytes AS total, u.traffic_counter AS counter, u.traffic_since AS since,
    coalesce(u.server_id = c.server_id AND u.remote_id = c.remote_id, false) AS "sameThing"
  FROM service_component c JOIN service s ON s.id = c.service_id AND s.state IN ('active', 'suspended')
  LEFT JOIN service_usage u ON u.service_id = c.service_id AND u.component = c.name
  WHERE c.server_id = $1 AND c.remote_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM reconciliation_finding f WHERE f.service_id = c.service_id AND f.server_id = c.server_id AND f.component = c.name
      AND f.remote_id = c.remote_id AND f.kind = 'missing' AND f.resolved_at IS NULL)
  ORDER BY c.service_id, c.name`;

const rows = `jsonb_to_recordset($1::jsonb) AS m ("serviceId" bigint, component text, "remoteId" text, disk bigint, memory bigint, total bigint,
  added bigint, counter bigint, since text)`;

/** What was not said this time stays as it was. */
const write = `
  WITH latest AS (
    INSERT INTO service_usage AS u (service_id, component, server_id, remote_id, disk_bytes, memory_bytes, traffic_bytes, traffic_counter, traffic_since, measured_at)
    SELECT "serviceId", component, $2, "remoteId", disk, memory, total, counter, since, $3 FROM ${rows}
    ON CONFLICT (service_id, component) DO UPDATE SET server_id = excluded.server_id, remote_id = excluded.remote_id,
      disk_bytes = coalesce(excluded.disk_bytes, u.disk_bytes), memory_bytes = coalesce(excluded.memory_bytes, u.memory_bytes),
      traffic_bytes = excluded.traffic_bytes, traffic_counter = excluded.traffic_counter, traffic_since = excluded.traffic_since, measured_at = excluded.measured_at
  )
  INSERT INTO service_usage_day AS d (service_id, component, day, disk_bytes, memory_bytes, traffic_bytes)
  SELECT "serviceId", component, $4::date, disk, memory, added FROM ${rows}
  ON CONFLICT (service_id, component, day) DO UPDATE SET disk_bytes = coalesce(excluded.disk_bytes, d.disk_bytes),
    memory_bytes = coalesce(excluded.memory_bytes, d.memory_bytes), traffic_bytes = d.traffic_bytes + excluded.traffic_bytes`;

/** Usage in PostgreSQL: one statement to read how a server's services stood, one to write how they stand. */
export class PgUsageStore extends UsageStore {
  constructor(
    private readonly pool: pg.Pool,
    private readonly installationId: string,
  ) {
    super();
  }

  override async record(look: ClaimedLook, usage: readonly Usage[], at: Date): Promise<void> {
    const said = new Map(usage.map((one) => [one.remoteId, one]));
    await inTransaction(this.pool, async (client) => {
      await holdLook(client, look);
      await client.query(hold, [look.serverId]);
      const { rows: components } = await client.query<MeasuredComponent>(read, [look.serverId]);
      const measured = components.flatMap((component) => this.measured(component, said.get(component.remoteId)) ?? []);
      await client.query(write, [JSON.stringify(measured), look.serverId, at, dayOf(at)]);
      await endLook(client, look, { said: usage.length, services: components.length, measured: measured.length });
    });
  }

  override async forget(days: number, at: Date): Promise<void> {
    await this.pool.query(`DELETE FROM service_usage_day WHERE day < $1::date - $2::int`, [dayOf(at), days]);
  }

  /** One row to write. Numbers that can be longer than JavaScript's are text. */
  private measured(component: MeasuredComponent, usage: Usage | undefined): object | undefined {
    if (usage === undefined) return undefined;
    if (usage.owner !== undefined && usage.owner !== ownerMark(this.installationId, component.serviceId)) return undefined;
    const { serviceId, component: name, remoteId, total, counter, since } = component;
    const named = usage.trafficBytes === undefined ? since : (usage.trafficSince ?? null);
    const sameThing = component.sameThing && named === since;
    const before =
      total === null ? undefined : { totalBytes: BigInt(total), counter: counter === null ? null : BigInt(counter), sameThing };
    const reading = usage.trafficBytes === undefined ? undefined : BigInt(usage.trafficBytes);
    const traffic = reading === undefined ? { totalBytes: before?.totalBytes ?? 0n, addedBytes: 0n } : addReading(before, reading);
    return {
      serviceId,
      component: name,
      remoteId,
      disk: usage.diskBytes,
      memory: usage.memoryBytes,
      total: String(traffic.totalBytes),
      added: String(traffic.addedBytes),
      counter: reading === undefined ? (sameThing ? counter : null) : String(reading),
      since: named,
    };
  }
}
