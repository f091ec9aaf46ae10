import { comparedTask, type RestoredServerState } from '@hostwright/core';
import type { Queryable } from '../database/index.js';
import { openRestoredTask } from './open-restoration.js';

export interface EndOfHold {
  readonly serverId: string;
  readonly state: Exclude<RestoredServerState, 'held'>;
  readonly by: string;
  readonly reason?: string;
  /** The look that compared it: one that began before the restoration was found does not count. */
  readonly lookId?: string;
}

const end = `
  UPDATE restoration_server h SET state = $2, ended_at = now(), ended_by = $3, reason = $4 FROM restoration r
  WHERE r.id = h.restoration_id AND h.server_id = $1 AND h.state = 'held'
    AND ($5::bigint IS NULL OR EXISTS (SELECT 1 FROM server_look l WHERE l.id = $5 AND l.started_at >= r.found_at))
  RETURNING h.restoration_id AS id`;

/** For as long as jobs were held nobody could be patient with their steps. */
const restartClocks = `
  UPDATE provisioning_step t SET trouble_since = NULL, waiting_since = CASE WHEN t.state = 'waiting' THEN now() END
  FROM provisioning_job p WHERE p.id = t.job_id AND p.doubtful AND p.phase <> 'ended'
    AND t.state IN ('parked', 'intended', 'waiting', 'undoing')`;

const finish = `
  WITH r AS (
    UPDATE restoration SET ended_at = now()
    WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM restoration_server WHERE restoration_id = $1 AND state = 'held') RETURNING task_id),
  task AS (
    UPDATE operator_task o SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = 'every server was compared or released'
    FROM r WHERE o.id = r.task_id AND o.state = 'open')
  SELECT count(*) FILTER (WHERE f.kind = 'orphan')::int AS orphan, count(*) FILTER (WHERE f.kind = 'missing')::int AS missing,
    count(*) FILTER (WHERE f.kind = 'drift')::int AS drift, count(*) FILTER (WHERE f.kind = 'orphan' AND f.aspect = 'unknown')::int AS unknown
  FROM r LEFT JOIN reconciliation_finding f ON f.resolved_at IS NULL
    AND f.server_id IN (SELECT server_id FROM restoration_server WHERE restoration_id = $1)
  HAVING count(r.*) > 0`;

/** Lets go of a held server, in the caller's transaction; with the last one the restoration is over. False when it was not held. */
export async function endHold(client: Queryable, { serverId, state, by, reason, lookId }: EndOfHold): Promise<boolean> {
  // Two that let go of the last two servers at once: the second sees what the first did.
  await client.query('SELECT 1 FROM restoration WHERE ended_at IS NULL FOR UPDATE');
  const { rows } = await client.query<{ id: string }>(end, [serverId, state, by, reason ?? null, lookId ?? null]);
  if (!rows[0]) return false;
  await client.query(restartClocks);
  const { rows: over } = await client.query<{ orphan: number; missing: number; drift: number; unknown: number }>(finish, [rows[0].id]);
  const told = over[0] && comparedTask(over[0], over[0].unknown);
  if (told) await openRestoredTask(client, told);
  return true;
}
