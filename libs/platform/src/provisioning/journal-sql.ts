import { waitsForSetting } from '../database/index.js';

/** The columns of a job as its holder sees it. */
const jobColumns = `p.id, p.service_id, p.operation, p.state, p.phase, p.program, p.interactive, p.fence, p.failure, p.event_count, p.handed_over, p.given_up,
  p.stop_requested_at IS NOT NULL AS stop_requested, p.look_again_count, p.doubtful, (SELECT s.state FROM service s WHERE s.id = p.service_id) AS service_state,
  CASE WHEN p.operation <> 'create' THEN (SELECT jsonb_agg(jsonb_build_object('name', c.name, 'remoteId', c.remote_id, 'properties', c.properties, 'inputs', c.inputs))
    FROM service_component c WHERE c.service_id = p.service_id) END AS delivered`;

/**
 * Works on a server of a restored panel that nobody has looked at yet. The first question is answered once a statement, and nearly always
 * says that there is none.
 */
const isHeld = `EXISTS (SELECT 1 FROM restoration_server WHERE state = 'held') AND EXISTS (
  SELECT 1 FROM restoration_server h, jsonb_array_elements(p.program -> 'components') c WHERE h.state = 'held' AND c ->> 'serverId' = h.server_id::text)`;

/**
 * Claims what is due. An operation begins only when no earlier one of its service is unfinished. The new fence is committed with the claim.
 */
export const claimJobs = `
WITH due AS MATERIALIZED (
  SELECT p.id FROM provisioning_job p
  WHERE p.wake_at <= now() AND p.worker_id IS NULL AND EXISTS (SELECT 1 FROM worker w WHERE w.id = $1 AND w.lease_until > now())
    AND (p.state <> 'pending' OR p.service_id IS NULL OR NOT EXISTS (SELECT 1 FROM provisioning_job o WHERE o.service_id = p.service_id AND o.id < p.id
      AND o.state IN ('pending', 'in_progress', 'waiting', 'rolling_back', 'needs_operator')))
    -- A service is not ended under an add-on that lives.
    AND (p.state <> 'pending' OR p.operation <> 'terminate' OR p.stop_requested_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM service a
      WHERE a.parent_id = p.service_id AND a.state NOT IN ('terminated', 'cancelled')))
    -- A job that only looks again keeps out of the way of a newer operation of its service, and the other way round.
    AND (p.service_id IS NULL OR NOT EXISTS (SELECT 1 FROM provisioning_job o WHERE o.service_id = p.service_id AND o.id <> p.id
      AND CASE WHEN p.phase = 'looking' THEN o.state IN ('pending', 'in_progress', 'waiting', 'rolling_back') ELSE o.phase = 'looking' AND o.worker_id IS NOT NULL END))
    AND NOT (${isHeld})
  ORDER BY p.wake_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE provisioning_job p SET worker_id = $1, fence = p.fence + 1, wake_at = NULL,
  state = CASE WHEN p.state IN ('pending', 'waiting') THEN 'in_progress' ELSE p.state END, started_at = coalesce(p.started_at, now())
FROM due WHERE p.id = due.id
RETURNING ${jobColumns}`;

/** Steps of jobs that were claimed before, and how many lines their progress list has by now. */
export const loadSteps = `
SELECT h.id AS job_id, coalesce((SELECT e.number FROM provisioning_event e WHERE e.job_id = h.id ORDER BY e.number DESC LIMIT 1), 0) AS event_count,
  t.key, t.position, t.state, t.server_id, t.claim, t.task, t.output, t.error, t.attempts, t.polls, t.unknown, t.finish_number, t.wait_for,
  greatest(0, coalesce(extract(epoch FROM t.wake_at - now()) * 1000, 0))::float8 AS due_in_ms,
  (extract(epoch FROM now() - t.trouble_since) * 1000)::float8 AS trouble_ms,
  (extract(epoch FROM now() - coalesce(t.waiting_since, t.started_at)) * 1000)::float8 AS age_ms
FROM unnest($1::bigint[]) AS h (id) LEFT JOIN provisioning_step t ON t.job_id = h.id`;

/** Workers whose lease ran out are struck off, and what they held is due at once, under a new fence. */
export const reclaim = `
WITH dead AS (DELETE FROM worker WHERE lease_until < now() RETURNING id)
UPDATE provisioning_job p SET worker_id = NULL, wake_at = now(), fence = p.fence + 1
WHERE p.worker_id IS NOT NULL AND (p.worker_id IN (SELECT id FROM dead) OR NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = p.worker_id))
RETURNING p.id`;

/** The first unfinished operation of a service is always due; should its wake-up have been lost, it gets another. */
export const wakeForgotten = `
UPDATE provisioning_job p SET wake_at = now()
WHERE p.worker_id IS NULL AND p.wake_at IS NULL AND p.state IN ('pending', 'in_progress', 'waiting', 'rolling_back')
  AND NOT EXISTS (SELECT 1 FROM provisioning_job o WHERE o.service_id = p.service_id AND o.id < p.id
    AND o.state IN ('pending', 'in_progress', 'waiting', 'rolling_back', 'needs_operator'))
  AND (p.state <> 'pending' OR p.operation <> 'terminate' OR NOT EXISTS (SELECT 1 FROM service a
    WHERE a.parent_id = p.service_id AND a.state NOT IN ('terminated', 'cancelled')))`;

/** Permits of steps that are finished, or of jobs that are over or wait for a person: nobody shall wait for a person's pace. */
export const freePermits = `
UPDATE permit_slot l SET job_id = NULL, step_key = NULL, since = NULL
WHERE l.job_id IS NOT NULL AND l.since < now() - interval '5 seconds' AND NOT EXISTS (
  SELECT 1 FROM provisioning_step t JOIN provisioning_job p ON p.id = t.job_id
  WHERE t.job_id = l.job_id AND t.key = l.step_key AND t.state IN ('intended', 'waiting', 'undoing')
    AND p.state IN ('in_progress', 'waiting', 'rolling_back'))`;

/** What later jobs of the service have taken over. One that was rolled back has nothing of its own under the claim any more. */
export const succession = `
SELECT coalesce((SELECT array_agg(m.key) FROM provisioning_step m WHERE m.job_id = $1 AND m.claim IS NOT NULL AND EXISTS (
    SELECT 1 FROM provisioning_step t JOIN provisioning_job o ON o.id = t.job_id JOIN provisioning_job p ON p.id = m.job_id
    WHERE o.service_id = p.service_id AND o.id > p.id AND t.server_id IS NOT DISTINCT FROM m.server_id AND t.claim = m.claim
      AND NOT (o.state IN ('failed', 'cancelled', 'superseded') AND t.state IN ('failed', 'dropped', 'undone')))), '{}') AS claimed_again,
  coalesce((SELECT array_agg(m.key) FROM provisioning_step m WHERE m.job_id = $1 AND m.claim IS NOT NULL AND EXISTS (
    SELECT 1 FROM provisioning_step t JOIN provisioning_job o ON o.id = t.job_id JOIN provisioning_job p ON p.id = m.job_id
    WHERE o.service_id = p.service_id AND o.id < p.id AND t.unknown AND t.server_id IS NOT DISTINCT FROM m.server_id AND t.claim = m.claim)), '{}') AS claimed_before,
  EXISTS (SELECT 1 FROM provisioning_job o JOIN provisioning_job p ON p.id = $1 WHERE o.service_id = p.service_id AND o.id > p.id AND o.state = 'completed'
    AND o.operation NOT IN ('suspend', 'unsuspend')) AS completed`;

/** A setting that was asked for once for many jobs is seen to when none of them waits for it any more. */
export const closeServerTasks = `
UPDATE operator_task o SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = 'nothing waits for it any more'
WHERE o.state = 'open' AND o.kind = 'fix_settings' AND o.server_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM provisioning_step t JOIN provisioning_job p ON p.id = t.job_id
  WHERE ${waitsForSetting}
    AND p.state NOT IN ('completed', 'failed', 'cancelled', 'superseded'))`;

export const countDue = `SELECT count(*)::int AS due FROM (SELECT 1 FROM provisioning_job WHERE wake_at <= now() AND worker_id IS NULL LIMIT 1000) d`;
