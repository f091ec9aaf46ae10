import { ReconciliationStore, type ClaimedLook, type Comparing, type StoredService } from '@hostwright/core';
import type pg from 'pg';
import { inTransaction } from '../database/index.js';
import { endHold, lockRestorations, openRestoration } from '../installation/index.js';
import { endLook, holdLook } from '../looks/index.js';
import { keepOccupied } from './keep-occupied.js';

/** How the last completed job that says so has left a component: an action by its answer's state, a create or the like as running. */
const leftStopped = `coalesce((
        SELECT j.result ->> 'state' = 'stopped' FROM provisioning_job j
        WHERE j.service_id = s.id AND j.state = 'completed'
          AND (j.operation IN ('create', 'unsuspend') OR (j.program -> 'components' -> 0 ->> 'name' = c.name AND j.result ->> 'state' IN ('running', 'stopped')))
        ORDER BY j.id DESC LIMIT 1), false)`;

/** A job that is over and looks no more leaves its service alone; of one that ended lately the provider may still be busy. */
const panel = `
  WITH look AS (
    SELECT server_id, started_at - $3 * interval '1 millisecond' AS quiet_since FROM server_look WHERE id = $1
  ), wanted AS (
    SELECT c.service_id AS id FROM look JOIN service_component c ON c.server_id = look.server_id JOIN service s ON s.id = c.service_id
    WHERE s.state IN ('active', 'suspended')
    UNION SELECT unnest($2::bigint[])
  )
  SELECT s.id, s.state, s.state_since < look.quiet_since AND NOT EXISTS (
      SELECT 1 FROM provisioning_job j WHERE j.service_id = s.id
        AND (j.phase <> 'ended' OR coalesce(j.finished_at, 'infinity') >= look.quiet_since)) AS settled,
    coalesce((SELECT json_agg(json_build_object('name', c.name, 'serverId', c.server_id::text, 'remoteId', c.remote_id, 'extension', c.extension, 'leftStopped', ${leftStopped},
      'settings', c.settings || coalesce(c.inputs -> 'product', '{}'), 'properties', c.properties) ORDER BY c.name) FROM service_component c WHERE c.service_id = s.id), '[]') AS components
  FROM look CROSS JOIN wanted JOIN service s ON s.id = wanted.id ORDER BY s.id`;

/** Since the panel was read a job may have begun: then it is not known any more whether the finding still holds. */
const add = `
  WITH found AS (
    SELECT f.* FROM jsonb_to_recordset($3::jsonb) AS f (kind text, aspect text, "serviceId" bigint, component text, "remoteId" text, details jsonb)
    WHERE NOT EXISTS (SELECT 1 FROM provisioning_job j WHERE j.service_id = f."serviceId" AND j.phase <> 'ended')
  ), seen AS (
    INSERT INTO reconciliation_finding AS r (server_id, kind, aspect, service_id, component, remote_id, details, last_look_id)
    SELECT $2, kind, aspect, "serviceId", component, "remoteId", details, $1 FROM found
    ON CONFLICT (server_id, kind, aspect, service_id, component, remote_id) WHERE resolved_at IS NULL
    DO UPDATE SET last_seen_at = now(), last_look_id = excluded.last_look_id, details = excluded.details
    RETURNING xmax = 0 AS is_new
  )
  SELECT count(*)::int AS findings, count(*) FILTER (WHERE is_new)::int AS opened FROM seen`;

/** Findings about services that are at work, or that could not be judged, stay as they are. */
const close = `
  WITH closed AS (
    UPDATE reconciliation_finding r SET resolved_at = now()
    WHERE r.server_id = $2 AND r.resolved_at IS NULL AND r.last_look_id <> $1 AND r.service_id <> ALL ($3::bigint[])
      AND NOT EXISTS (SELECT 1 FROM provisioning_job j WHERE j.service_id = r.service_id AND j.phase <> 'ended')
    RETURNING r.repair_task_id
  ), tasks AS (
    UPDATE operator_task o SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = 'it is no longer so'
    FROM closed WHERE o.id = closed.repair_task_id AND o.state = 'open'
  )
  SELECT count(*)::int AS closed FROM closed`;

/**
 * Whether one of these services' ids is still to be given out here, though something bears its mark: then the database is an older one.
 * A mark above the clock is nobody's: no id is.
 */
const comesFromLater = `
  SELECT EXISTS (SELECT 1 FROM unnest($1::bigint[]) AS m (id)
    WHERE m.id > coalesce(pg_sequence_last_value(pg_get_serial_sequence('service', 'id')::regclass), 0)
      AND m.id <= extract(epoch FROM now()) * 1000) AS later`;

/** Comparisons in PostgreSQL: one statement to read a server's services, two to keep what was found. */
export class PgReconciliationStore extends ReconciliationStore {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  override async panelOf(look: ClaimedLook, marked: readonly string[], graceMs: number): Promise<readonly StoredService[]> {
    return (await this.pool.query<StoredService>(panel, [look.id, marked, graceMs])).rows;
  }

  override async record(look: ClaimedLook, { findings, unjudged, occupied, counts }: Comparing): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await holdLook(client, look);
      await keepOccupied(client, occupied);
      const about = [look.id, look.serverId];
      const { rows: added } = await client.query<{ findings: number; opened: number }>(add, [...about, JSON.stringify(findings)]);
      const { rows: closed } = await client.query<{ closed: number }>(close, [...about, unjudged]);
      await endLook(client, look, { ...counts, ...added[0], ...closed[0] });
      const strange = findings.flatMap(({ aspect, serviceId }) => (aspect === 'unknown' ? [serviceId] : []));
      if (strange.length > 0) {
        await lockRestorations(client);
        const { rows } = await client.query<{ later: boolean }>(comesFromLater, [strange]);
        if (rows[0]!.later) return openRestoration(client, 'marks');
      }
      await endHold(client, { serverId: look.serverId, state: 'compared', by: 'system', lookId: look.id });
    });
  }
}
