/**
 * Writes steps and their events for many jobs at once. Jobs are counted together before their row is touched, since a row is updated
 * once per statement. A row comes back for what was written; what does not come back was fenced off.
 */
export const writeSteps = `
WITH i AS MATERIALIZED (
  SELECT * FROM ROWS FROM (json_to_recordset($1::json) AS (job_id bigint, fence int, key text, position smallint, state text, server_id bigint,
    claim jsonb, task jsonb, output jsonb, error jsonb, attempts smallint, polls int, unknown boolean, finish_number int, wake_in_ms float8,
    wait_for text, trouble boolean, finished boolean, failure jsonb, events jsonb, operator_task jsonb)) WITH ORDINALITY
    AS x (job_id, fence, key, position, state, server_id, claim, task, output, error, attempts, polls, unknown, finish_number, wake_in_ms,
    wait_for, trouble, finished, failure, events, operator_task, ord)
), a AS (
  SELECT job_id, fence, sum(coalesce(jsonb_array_length(events), 0))::int AS n, (array_agg(failure ORDER BY ord) FILTER (WHERE failure IS NOT NULL))[1] AS failure
  FROM i GROUP BY job_id, fence
), j AS (
  UPDATE provisioning_job p SET event_count = p.event_count + a.n, failure = coalesce(p.failure, a.failure),
    phase = CASE WHEN a.failure IS NOT NULL AND p.phase = 'forward' THEN 'settling' ELSE p.phase END
  FROM a WHERE p.id = a.job_id AND p.fence = a.fence AND p.worker_id IS NOT NULL
  RETURNING p.id, p.fence, p.service_id, p.event_count - a.n AS base, p.stop_requested_at IS NOT NULL AS stop
), s AS (
  INSERT INTO provisioning_step AS t (job_id, key, position, state, server_id, claim, task, output, error, attempts, polls, unknown,
    finish_number, wake_at, wait_for, trouble_since, waiting_since, finished_at)
  SELECT i.job_id, i.key, i.position, i.state, i.server_id, i.claim, i.task, i.output, i.error, i.attempts, i.polls, i.unknown,
    i.finish_number, now() + i.wake_in_ms * interval '1 millisecond', i.wait_for, CASE WHEN i.trouble THEN now() END, CASE WHEN i.state = 'waiting' THEN now() END, CASE WHEN i.finished THEN now() END
  FROM i JOIN j ON j.id = i.job_id AND j.fence = i.fence
  ON CONFLICT (job_id, key) DO UPDATE SET state = excluded.state, server_id = excluded.server_id, claim = excluded.claim, task = excluded.task,
    output = excluded.output, error = excluded.error, attempts = excluded.attempts, polls = excluded.polls, unknown = excluded.unknown,
    finish_number = excluded.finish_number, wake_at = excluded.wake_at, wait_for = excluded.wait_for,
    trouble_since = CASE WHEN excluded.trouble_since IS NULL THEN NULL ELSE coalesce(t.trouble_since, excluded.trouble_since) END,
    waiting_since = CASE WHEN excluded.state = 'waiting' THEN coalesce(t.waiting_since, now()) END,
    finished_at = CASE WHEN excluded.finished_at IS NULL THEN NULL ELSE coalesce(t.finished_at, excluded.finished_at) END
  RETURNING t.job_id, t.key
), e AS (
  INSERT INTO provisioning_event (job_id, number, type, step_key, step, total, percentage, message)
  SELECT j.id, j.base + row_number() OVER (PARTITION BY j.id ORDER BY i.ord, v.ord), v.event ->> 'type', v.event ->> 'stepKey',
    (v.event ->> 'step')::smallint, (v.event ->> 'total')::smallint, (v.event ->> 'percentage')::smallint, v.event ->> 'message'
  FROM i JOIN j ON j.id = i.job_id AND j.fence = i.fence CROSS JOIN LATERAL jsonb_array_elements(i.events) WITH ORDINALITY AS v (event, ord)
), o AS (
  INSERT INTO operator_task (job_id, service_id, kind, step_key, title, detail)
  SELECT j.id, j.service_id, i.operator_task ->> 'kind', i.operator_task ->> 'stepKey', i.operator_task ->> 'title', i.operator_task ->> 'detail'
  FROM i JOIN j ON j.id = i.job_id AND j.fence = i.fence WHERE i.operator_task IS NOT NULL
  ON CONFLICT DO NOTHING RETURNING id, job_id, service_id, title, detail
), x AS (
  INSERT INTO outbox (topic, payload)
  SELECT 'operator_task.opened', jsonb_build_object('taskId', o.id::text, 'jobId', o.job_id::text, 'serviceId', o.service_id::text, 'title', o.title, 'detail', o.detail) FROM o
)
SELECT s.job_id, s.key, j.fence, j.stop FROM s JOIN j ON j.id = s.job_id`;

/** A job that was asked to stop meanwhile does not wait for a person before it has tried to turn round. */
const turnedRound = `(i.state = 'needs_operator' AND i.phase IN ('forward', 'settling') AND p.stop_requested_at IS NOT NULL
      AND coalesce(i.failure, p.failure) ->> 'code' IS DISTINCT FROM 'stopped')`;

/**
 * Ends turns of many jobs at once, with everything that becomes true with them. The service is locked before the job, in the order that
 * everybody else takes them.
 */
export const writeTurns = `
WITH i AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1::json) AS x (job_id bigint, fence int, service_id bigint, state text, phase text, wake_in_ms float8, release boolean,
    failure jsonb, result jsonb, look_again_count smallint, over boolean, events jsonb, outbox jsonb, operator_tasks jsonb, close_tasks boolean,
    service_state text, components jsonb, free text, wipe jsonb, program jsonb, wake_next boolean)
), locked AS MATERIALIZED (
  SELECT s.id FROM service s WHERE s.id IN (SELECT service_id FROM i WHERE wake_next OR service_state IS NOT NULL) ORDER BY s.id FOR NO KEY UPDATE
), j AS (
  UPDATE provisioning_job p SET
    state = CASE WHEN ${turnedRound} THEN 'waiting' ELSE i.state END, phase = CASE WHEN ${turnedRound} THEN 'settling' ELSE i.phase END,
    failure = CASE WHEN ${turnedRound} THEN '{"code": "stopped", "message": "the job was asked to stop"}'::jsonb ELSE coalesce(i.failure, p.failure) END, result = coalesce(i.result, p.result),
    look_again_count = coalesce(i.look_again_count, p.look_again_count), program = coalesce(i.program, p.program),
    worker_id = CASE WHEN i.release THEN NULL ELSE p.worker_id END,
    wake_at = CASE WHEN NOT i.release THEN NULL
      WHEN ${turnedRound} OR (p.stop_requested_at IS NOT NULL AND i.phase = 'forward' AND i.state = 'waiting') THEN now()
      ELSE now() + i.wake_in_ms * interval '1 millisecond' END,
    finished_at = CASE WHEN i.over THEN coalesce(p.finished_at, now()) END,
    event_count = p.event_count + coalesce(jsonb_array_length(i.events), 0)
  FROM i
  WHERE p.id = i.job_id AND p.fence = i.fence AND p.worker_id IS NOT NULL AND (SELECT count(*) FROM locked) >= 0
  RETURNING p.id, p.fence, p.service_id, p.event_count - coalesce(jsonb_array_length(i.events), 0) AS base
), e AS (
  INSERT INTO provisioning_event (job_id, number, type, step_key, step, total, percentage, message)
  SELECT j.id, j.base + v.ord, v.event ->> 'type', v.event ->> 'stepKey', (v.event ->> 'step')::smallint, (v.event ->> 'total')::smallint,
    (v.event ->> 'percentage')::smallint, v.event ->> 'message'
  FROM i JOIN j ON j.id = i.job_id AND j.fence = i.fence CROSS JOIN LATERAL jsonb_array_elements(i.events) WITH ORDINALITY AS v (event, ord)
), o AS (
  INSERT INTO operator_task (job_id, service_id, kind, step_key, title, detail)
  SELECT j.id, j.service_id, t.task ->> 'kind', t.task ->> 'stepKey', t.task ->> 'title', t.task ->> 'detail'
  FROM i JOIN j ON j.id = i.job_id AND j.fence = i.fence CROSS JOIN LATERAL jsonb_array_elements(i.operator_tasks) AS t (task)
  ON CONFLICT DO NOTHING RETURNING id, job_id, service_id, title, detail
), c AS (
  UPDATE operator_task t SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = 'the job went on by itself'
  FROM i JOIN j ON j.id = i.job_id AND j.fence = i.fence
  WHERE i.close_tasks AND t.state = 'open' AND t.kind <> 'not_undone' AND (t.job_id = j.id OR (i.service_state = 'cancelled' AND t.service_id = j.service_id))
), x AS (
  INSERT INTO outbox (topic, payload)
  SELECT v.entry ->> 'topic', v.entry -> 'payload' FROM i JOIN j ON j.id = i.job_id AND j.fence = i.fence CROSS JOIN LATERAL jsonb_array_elements(i.outbox) AS v (entry)
  UNION ALL
  SELECT 'operator_task.opened', jsonb_build_object('taskId', o.id::text, 'jobId', o.job_id::text, 'serviceId', o.service_id::text, 'title', o.title, 'detail', o.detail) FROM o
), s AS (
  UPDATE service s SET state = i.service_state, state_since = now()
  FROM i JOIN j ON j.id = i.job_id AND j.fence = i.fence WHERE s.id = j.service_id AND i.service_state IS NOT NULL
), k AS (
  UPDATE service_component c SET remote_id = v.one ->> 'remoteId', properties = v.one -> 'properties'
  FROM i JOIN j ON j.id = i.job_id AND j.fence = i.fence CROSS JOIN LATERAL jsonb_array_elements(i.components) AS v (one)
  WHERE c.service_id = j.service_id AND c.name = v.one ->> 'name'
), r AS (
  UPDATE reservation r SET free_at = now() + interval '24 hours'
  FROM i JOIN j ON j.id = i.job_id AND j.fence = i.fence
  WHERE i.free IS NOT NULL AND r.free_at IS NULL AND ((i.free = 'job' AND r.job_id = j.id) OR (i.free = 'service' AND r.service_id = j.service_id
    AND NOT EXISTS (SELECT 1 FROM provisioning_job l WHERE l.id = r.job_id AND l.id <> j.id AND l.phase = 'looking' AND l.state <> 'completed')))
), w AS (
  UPDATE provisioning_step t SET output = nullif(v.row -> 'output', 'null'), task = nullif(v.row -> 'task', 'null')
  FROM i JOIN j ON j.id = i.job_id AND j.fence = i.fence CROSS JOIN LATERAL jsonb_array_elements(i.wipe) AS v (row)
  WHERE t.job_id = j.id AND t.key = v.row ->> 'key'
), n AS (
  UPDATE provisioning_job q SET wake_at = now()
  WHERE q.id IN (SELECT min(p.id) FROM provisioning_job p JOIN j ON p.service_id = j.service_id JOIN i ON i.job_id = j.id AND i.fence = j.fence
    WHERE i.wake_next AND p.state = 'pending' AND p.id <> j.id GROUP BY p.service_id)
)
SELECT id, fence FROM j`;

/** The columns of a job as its holder sees it. */
const jobColumns = `p.id, p.service_id, p.operation, p.state, p.phase, p.program, p.interactive, p.fence, p.failure,
  p.stop_requested_at IS NOT NULL AS stop_requested, p.look_again_count, (SELECT s.state FROM service s WHERE s.id = p.service_id) AS service_state,
  CASE WHEN p.operation <> 'create' THEN (SELECT jsonb_agg(jsonb_build_object('name', c.name, 'remoteId', c.remote_id, 'properties', c.properties))
    FROM service_component c WHERE c.service_id = p.service_id) END AS delivered`;

/**
 * Claims what is due. An operation begins only when no earlier one of its service is unfinished. The new fence is committed with the claim.
 */
export const claimJobs = `
WITH due AS MATERIALIZED (
  SELECT p.id FROM provisioning_job p
  WHERE p.wake_at <= now() AND p.worker_id IS NULL AND EXISTS (SELECT 1 FROM worker w WHERE w.id = $1 AND w.lease_until > now())
    AND (p.state <> 'pending' OR p.service_id IS NULL OR NOT EXISTS (SELECT 1 FROM provisioning_job o WHERE o.service_id = p.service_id AND o.id < p.id
      AND o.state IN ('pending', 'in_progress', 'waiting', 'rolling_back', 'needs_operator')))
    -- A job that only looks again keeps out of the way of a newer operation of its service, and the other way round.
    AND (p.service_id IS NULL OR NOT EXISTS (SELECT 1 FROM provisioning_job o WHERE o.service_id = p.service_id AND o.id <> p.id
      AND CASE WHEN p.phase = 'looking' THEN o.state IN ('pending', 'in_progress', 'waiting', 'rolling_back') ELSE o.phase = 'looking' AND o.worker_id IS NOT NULL END))
  ORDER BY p.wake_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE provisioning_job p SET worker_id = $1, fence = p.fence + 1, wake_at = NULL,
  state = CASE WHEN p.state IN ('pending', 'waiting') THEN 'in_progress' ELSE p.state END, started_at = coalesce(p.started_at, now())
FROM due WHERE p.id = due.id
RETURNING ${jobColumns}`;

export const loadSteps = `
SELECT job_id, key, position, state, server_id, claim, task, output, error, attempts, polls, unknown, finish_number, wait_for,
  greatest(0, coalesce(extract(epoch FROM wake_at - now()) * 1000, 0))::float8 AS due_in_ms,
  (extract(epoch FROM now() - trouble_since) * 1000)::float8 AS trouble_ms,
  (extract(epoch FROM now() - coalesce(waiting_since, started_at)) * 1000)::float8 AS age_ms
FROM provisioning_step WHERE job_id = ANY ($1::bigint[])`;

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
    AND o.state IN ('pending', 'in_progress', 'waiting', 'rolling_back', 'needs_operator'))`;

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

export const countDue = `SELECT count(*)::int AS due FROM (SELECT 1 FROM provisioning_job WHERE wake_at <= now() AND worker_id IS NULL LIMIT 1000) d`;
