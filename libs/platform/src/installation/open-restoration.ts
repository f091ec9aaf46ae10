import { restoredTask, type RestorationReason, type TaskText } from '@hostwright/core';
import { openedTask, type Queryable } from '../database/index.js';

/** For the rest of the transaction nobody else opens a restoration. */
export async function lockRestorations(client: Queryable): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('restoration', 7))`);
}

/** One that is not over yet gives way: everything is looked at anew. */
const endEarlier = `
  WITH earlier AS (UPDATE restoration SET ended_at = now() WHERE ended_at IS NULL RETURNING id, task_id),
  held AS (
    UPDATE restoration_server h SET state = 'released', ended_at = now(), ended_by = 'system', reason = 'restored once more'
    FROM earlier WHERE h.restoration_id = earlier.id AND h.state = 'held')
  UPDATE operator_task o SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = 'restored once more'
  FROM earlier WHERE o.id = earlier.task_id AND o.state = 'open'`;

/**
 * Ids that were given out after the backup are never given out again: what bears the mark of a service that is lost would be taken for a
 * new one's, a token of a lost account for a new account's. So every id goes on above the clock, in milliseconds; there is no panel in
 * which a thousand of anything begin in a second.
 */
const jump = `
  SELECT setval(s.sequence, greatest(coalesce(pg_sequence_last_value(s.sequence), 0), floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint))
  FROM (
    SELECT pg_get_serial_sequence(format('%I.%I', n.nspname, t.relname), a.attname)::regclass AS sequence
    FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attidentity <> '' AND a.atttypid = 'bigint'::regtype
    WHERE t.relkind = 'r' AND n.oid = (SELECT relnamespace FROM pg_class WHERE oid = 'installation'::regclass)) s`;

/** Whoever holds a job now does no more with it. What was being waited for at a provider is looked for, by its claim, before anything else. */
const doubtJobs = `
  WITH open AS (
    UPDATE provisioning_job SET doubtful = true, fence = fence + 1, worker_id = NULL, wake_at = CASE WHEN worker_id IS NULL THEN wake_at ELSE now() END
    WHERE phase <> 'ended' RETURNING id)
  UPDATE provisioning_step t SET task = NULL, wake_at = NULL, state = CASE WHEN t.state = 'waiting' THEN 'intended' ELSE t.state END,
    unknown = t.unknown OR t.state = 'waiting'
  FROM open WHERE t.job_id = open.id AND (t.state = 'undoing' OR (t.state = 'waiting' AND t.claim IS NOT NULL))`;

/** A link that was used after the backup must not work again. Its holder can have a new one. */
const endLinks = `
  WITH files AS (UPDATE file_link SET expires_at = now() WHERE used_at IS NULL AND expires_at > now())
  UPDATE one_time_link SET expires_at = now() WHERE used_at IS NULL AND expires_at > now()`;

const hold = `
  WITH r AS (INSERT INTO restoration (reason) VALUES ($1) RETURNING id),
  held AS (INSERT INTO restoration_server (restoration_id, server_id) SELECT r.id, s.id FROM r, server s WHERE s.kind = 'provisioning' RETURNING 1)
  SELECT r.id, (SELECT count(*) FROM held)::int AS servers FROM r`;

/**
 * Holds every server that delivers services until it has been looked at. In the caller's transaction, which has locked the restorations.
 * What is connected to such a server (DNS, a proxy) is reached by jobs of its services alone, and so is held with it.
 */
export async function openRestoration(client: Queryable, reason: RestorationReason): Promise<void> {
  await client.query(endEarlier);
  await client.query(jump);
  await client.query(doubtJobs);
  await client.query(endLinks);
  const { rows } = await client.query<{ id: string; servers: number }>(hold, [reason]);
  const { id, servers } = rows[0]!;
  await client.query(
    `INSERT INTO audit (actor, action, subject, details) VALUES ('system', 'restoration.found', 'restoration:' || $1, $2)`,
    [id, JSON.stringify({ reason, servers })],
  );
  if (servers === 0) {
    await client.query('UPDATE restoration SET ended_at = now() WHERE id = $1', [id]);
    return;
  }
  const taskId = await openRestoredTask(client, restoredTask(reason, servers));
  await client.query('UPDATE restoration SET task_id = $2 WHERE id = $1', [id, taskId]);
}

/** Answers the task. Support is told of it. */
export async function openRestoredTask(client: Queryable, { title, detail }: TaskText): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `WITH t AS (INSERT INTO operator_task (kind, title, detail) VALUES ('restored', $1, $2) RETURNING id, job_id, service_id, title, detail),
     told AS (INSERT INTO outbox (topic, payload) SELECT 'operator_task.opened', ${openedTask('t')} FROM t)
     SELECT id FROM t`,
    [title, detail],
  );
  return rows[0]!.id;
}
