import { stepColumns, stepParts, type StepColumn, type StepPart } from './step-columns.js';

/** What turns may bring besides the jobs' own rows. */
export const turnParts = [
  'service',
  'events',
  'operatorTasks',
  'closeTasks',
  'closeServiceTasks',
  'outbox',
  'components',
  'free',
  'wipe',
  'wakeNext',
] as const;
export type TurnPart = (typeof turnParts)[number];

/** What a flush writes. A statement has a part only for what its batch really brings. */
export interface WriteShape {
  readonly starts: boolean;
  readonly steps: ReadonlySet<StepPart> | undefined;
  readonly turns: ReadonlySet<TurnPart> | undefined;
  /** A step and nothing else: its columns come as parameters of their own. */
  readonly alone?: boolean;
}

export interface PreparedWrite {
  /** Short: PostgreSQL cuts names at 63 bytes. */
  readonly name: string;
  readonly text: string;
  /** What each step is written with, in order. */
  readonly columns: readonly StepColumn[];
}

/** A bit for each part, in order; nothing for what the batch has not. */
function bits<Part extends string>(parts: ReadonlySet<Part> | undefined, all: readonly Part[]): string {
  return parts ? all.map((part) => (parts.has(part) ? '1' : '0')).join('') : '';
}

const statements = new Map<string, PreparedWrite>();

/** The statement of that shape, and the name it is prepared under. */
export function preparedWrite(shape: WriteShape): PreparedWrite {
  const name = `write ${shape.alone ? 'a' : ''}${shape.starts ? 'n' : ''} s${bits(shape.steps, stepParts)} t${bits(shape.turns, turnParts)}`;
  let known = statements.get(name);
  if (known === undefined) {
    const columns = shape.steps ? stepColumns(shape.steps) : [];
    statements.set(name, (known = { name, text: writeStatement(shape, columns), columns }));
  }
  return known;
}

/**
 * One statement for all that the journal writes at once: new jobs, steps, ends of turns. Its parameters are, in that order, a JSON array of
 * the jobs, an array for each column of the steps (of a step alone, its columns), a JSON array of the turns. It answers a row for everything that was written (`kind`, `ord` in its
 * array from 1, `id`, `flag`); what does not come back was fenced off.
 */
function writeStatement({ starts, steps, turns, alone = false }: WriteShape, columns: readonly StepColumn[]): string {
  const parts: string[] = [];
  const answers: string[] = [];
  let parameter = 0;
  if (starts) {
    parts.push(startJobs(`$${++parameter}`));
    answers.push(`SELECT 'start' AS kind, ord::int, id, held AS flag FROM n`);
  }
  if (steps) {
    parts.push(writeSteps(alone ? stepAlone(columns) : stepsOf(columns, parameter + 1), columns, steps));
    parameter += columns.length;
    answers.push(`SELECT 'step' AS kind, ord::int, job_id AS id, stop AS flag FROM f`);
  }
  if (turns) {
    parts.push(writeTurns(`$${++parameter}`, turns, steps !== undefined));
    answers.push(`SELECT 'turn' AS kind, ord::int, id, true AS flag FROM j`);
  }
  return `WITH ${parts.join(', ')}\n${answers.join('\nUNION ALL ')}`;
}

const openedTask = (from: string): string =>
  `jsonb_build_object('taskId', ${from}.id::text, 'jobId', ${from}.job_id::text, 'serviceId', ${from}.service_id::text, 'title', ${from}.title, 'detail', ${from}.detail)`;

/** Jobs that begin at once, held by who asks for them; due for everybody where its lease has run out. */
function startJobs(parameter: string): string {
  return `n AS MATERIALIZED (
  SELECT nextval('provisioning_job_id_seq') AS id, x.*, EXISTS (SELECT 1 FROM worker w WHERE w.id = x.worker_id AND w.lease_until > now()) AS held
  FROM ROWS FROM (json_to_recordset(${parameter}::json) AS (worker_id bigint, operation text, program jsonb, requested_by text, total smallint)) WITH ORDINALITY
    AS x (worker_id, operation, program, requested_by, total, ord)
), nj AS (
  INSERT INTO provisioning_job (id, operation, program, requested_by, state, fence, worker_id, wake_at, started_at, event_count) OVERRIDING SYSTEM VALUE
  SELECT id, operation, program, requested_by, CASE WHEN held THEN 'in_progress' ELSE 'pending' END, CASE WHEN held THEN 1 ELSE 0 END,
    CASE WHEN held THEN worker_id END, CASE WHEN NOT held THEN now() END, CASE WHEN held THEN now() END, 1 FROM n
), ne AS (
  INSERT INTO provisioning_event (job_id, number, type, step, total, percentage, message)
  SELECT id, 1, 'progress', 0, total, 0, operation || ': accepted' FROM n
)`;
}

const stepsOf = (columns: readonly StepColumn[], from: number): string =>
  `unnest(${columns.map(({ type }, at) => `$${from + at}::${type}[]`).join(', ')}) WITH ORDINALITY AS i (${columns.map(({ name }) => name).join(', ')}, ord)`;

const stepAlone = (columns: readonly StepColumn[]): string =>
  `(SELECT ${columns.map(({ name, type }, at) => `$${at + 1}::${type} AS ${name}`).join(', ')}, 1 AS ord) i`;

/** How a row is made of the columns. What is not brought is as a row has it by itself. */
const stepValues: Readonly<Record<string, string>> = {
  polls: 'coalesce(polls, 0)',
  attempts: 'coalesce(attempts, 0)',
  unknown: 'coalesce(unknown, false)',
  wake_at: `now() + wake_in_ms * interval '1 millisecond'`,
  trouble_since: 'CASE WHEN trouble THEN now() END',
  waiting_since: `CASE WHEN state = 'waiting' THEN now() END`,
  finished_at: `CASE WHEN state IN ('done', 'failed', 'skipped', 'dropped', 'undone') THEN now() END`,
};

/** From which column another comes, where they are not called the same. */
const madeOf: Readonly<Record<string, string>> = { wake_in_ms: 'wake_at', trouble: 'trouble_since' };

const ofEvent = ({ name }: StepColumn): boolean => name.startsWith('event_');
const besideRow: ReadonlySet<string> = new Set(['fence', 'failure', 'operator_task']);

/**
 * Steps and their events. The job's row is locked by the very statement that writes, so a holder whose fence is gone writes nothing. The
 * number of a line comes from the holder, who alone may write under the lock; written twice, it is the same line.
 */
function writeSteps(source: string, columns: readonly StepColumn[], parts: ReadonlySet<StepPart>): string {
  const row = [
    ...columns.filter((column) => !ofEvent(column) && !besideRow.has(column.name)).map(({ name }) => madeOf[name] ?? name),
    'waiting_since',
    'finished_at',
  ];
  return `f AS MATERIALIZED (
  SELECT i.*, p.service_id, p.stop
  FROM ${source}
  CROSS JOIN LATERAL (
    SELECT p.service_id, p.stop_requested_at IS NOT NULL AS stop FROM provisioning_job p
    WHERE p.id = i.job_id AND p.fence = i.fence AND p.worker_id IS NOT NULL FOR NO KEY UPDATE
  ) p
), fs AS (
  INSERT INTO provisioning_step AS t (${row.join(', ')})
  SELECT ${row.map((name) => stepValues[name] ?? name).join(', ')} FROM f
  ON CONFLICT (job_id, key) DO UPDATE SET state = excluded.state, server_id = excluded.server_id, claim = excluded.claim, task = excluded.task,
    output = excluded.output, error = excluded.error, attempts = excluded.attempts, polls = excluded.polls, unknown = excluded.unknown,
    finish_number = excluded.finish_number, wake_at = excluded.wake_at, wait_for = excluded.wait_for,
    trouble_since = CASE WHEN excluded.trouble_since IS NULL THEN NULL ELSE coalesce(t.trouble_since, excluded.trouble_since) END,
    waiting_since = CASE WHEN excluded.state = 'waiting' THEN coalesce(t.waiting_since, now()) END,
    finished_at = CASE WHEN excluded.finished_at IS NULL THEN NULL ELSE coalesce(t.finished_at, excluded.finished_at) END
), fe AS (
  INSERT INTO provisioning_event (job_id, number, type, step_key, step, total, percentage, message)
  SELECT job_id, event_number, event_type, key, event_step, event_total, event_percentage, event_message FROM f WHERE event_number IS NOT NULL
  ON CONFLICT (job_id, number) DO NOTHING
)${parts.has('failures') ? stepFailures : ''}${parts.has('operatorTasks') ? stepOperatorTasks : ''}`;
}

/** The job's first final error; nothing new starts after it. */
const stepFailures = `, fj AS (
  UPDATE provisioning_job p SET failure = coalesce(p.failure, x.failure), phase = CASE WHEN p.phase = 'forward' THEN 'settling' ELSE p.phase END
  FROM (SELECT DISTINCT ON (job_id) job_id, failure FROM f WHERE failure IS NOT NULL ORDER BY job_id, ord) x WHERE p.id = x.job_id
)`;

const stepOperatorTasks = `, fo AS (
  INSERT INTO operator_task (job_id, service_id, kind, step_key, title, detail)
  SELECT job_id, service_id, operator_task ->> 'kind', operator_task ->> 'stepKey', operator_task ->> 'title', operator_task ->> 'detail'
  FROM f WHERE operator_task IS NOT NULL
  ON CONFLICT DO NOTHING RETURNING id, job_id, service_id, title, detail
), fx AS (
  INSERT INTO outbox (topic, payload) SELECT 'operator_task.opened', ${openedTask('fo')} FROM fo
)`;

/** A job that was asked to stop meanwhile does not wait for a person before it has tried to turn round. */
const turnedRound = `(i.state = 'needs_operator' AND i.phase IN ('forward', 'settling') AND p.stop_requested_at IS NOT NULL
      AND coalesce(i.failure, p.failure) ->> 'code' IS DISTINCT FROM 'stopped')`;

/**
 * Ends of turns, with everything that becomes true with them. The service is locked before the job, in the order that everybody else
 * takes them; last steps that come with the end of their turn go through the fence before it lets the job go.
 */
function writeTurns(parameter: string, parts: ReadonlySet<TurnPart>, afterSteps: boolean): string {
  const locks = parts.has('service') || parts.has('wakeNext');
  const first = [...(locks ? ['locked'] : []), ...(afterSteps ? ['f'] : [])];
  const locked = `, locked AS MATERIALIZED (
  SELECT s.id FROM service s WHERE s.id IN (SELECT service_id FROM i WHERE wake_next OR service_state IS NOT NULL) ORDER BY s.id FOR NO KEY UPDATE
)`;
  const through = `, t AS MATERIALIZED (
  SELECT j.id AS job_id, j.service_id, i.service_state, i.events, i.outbox, i.operator_tasks, i.close_tasks, i.components, i.free, i.wipe, i.wake_next
  FROM j JOIN i ON i.ord = j.ord
)`;
  return `i AS MATERIALIZED (
  SELECT * FROM ROWS FROM (json_to_recordset(${parameter}::json) AS (job_id bigint, fence int, service_id bigint, state text, phase text, wake_in_ms float8,
    release boolean, failure jsonb, result jsonb, look_again_count smallint, over boolean, event_count int, program jsonb, events json, outbox json,
    operator_tasks json, close_tasks boolean, service_state text, components json, free text, wipe json, wake_next boolean)) WITH ORDINALITY
    AS x (job_id, fence, service_id, state, phase, wake_in_ms, release, failure, result, look_again_count, over, event_count, program, events, outbox,
    operator_tasks, close_tasks, service_state, components, free, wipe, wake_next, ord)
)${locks ? locked : ''}, j AS (
  UPDATE provisioning_job p SET
    state = CASE WHEN ${turnedRound} THEN 'waiting' ELSE i.state END, phase = CASE WHEN ${turnedRound} THEN 'settling' ELSE i.phase END,
    failure = CASE WHEN ${turnedRound} THEN '{"code": "stopped", "message": "the job was asked to stop"}'::jsonb ELSE coalesce(i.failure, p.failure) END, result = coalesce(i.result, p.result),
    look_again_count = coalesce(i.look_again_count, p.look_again_count), program = coalesce(i.program, p.program),
    worker_id = CASE WHEN i.release THEN NULL ELSE p.worker_id END,
    wake_at = CASE WHEN NOT i.release THEN NULL
      WHEN ${turnedRound} OR (p.stop_requested_at IS NOT NULL AND i.phase = 'forward' AND i.state = 'waiting') THEN now()
      ELSE now() + i.wake_in_ms * interval '1 millisecond' END,
    finished_at = CASE WHEN i.over THEN coalesce(p.finished_at, now()) END,
    event_count = i.event_count
  FROM i
  WHERE p.id = i.job_id AND p.fence = i.fence AND p.worker_id IS NOT NULL${first.map((name) => ` AND (SELECT count(*) FROM ${name}) >= 0`).join('')}
  RETURNING p.id, p.service_id, i.ord
)${parts.size === 0 ? '' : through}${turnParts
    .filter((part) => parts.has(part))
    .map((part) => `, ${turnPartSql[part]}`)
    .join('')}`;
}

/** Each part reads from `t`, the turns that the fence let through. */
const turnPartSql: Readonly<Record<TurnPart, string>> = {
  service: `ts AS (
  UPDATE service s SET state = t.service_state, state_since = now() FROM t WHERE s.id = t.service_id AND t.service_state IS NOT NULL
)`,
  events: `te AS (
  INSERT INTO provisioning_event (job_id, number, type, step_key, step, total, percentage, message)
  SELECT t.job_id, v.number, v.type, v."stepKey", v.step, v.total, v.percentage, v.message
  FROM t CROSS JOIN LATERAL json_to_recordset(t.events) AS v (number int, type text, "stepKey" text, step smallint, total smallint, percentage smallint, message text)
  ON CONFLICT (job_id, number) DO NOTHING
)`,
  operatorTasks: `tk AS (
  INSERT INTO operator_task (job_id, service_id, kind, step_key, title, detail)
  SELECT t.job_id, t.service_id, v.kind, v."stepKey", v.title, v.detail
  FROM t CROSS JOIN LATERAL json_to_recordset(t.operator_tasks) AS v (kind text, "stepKey" text, title text, detail text)
  ON CONFLICT DO NOTHING RETURNING id, job_id, service_id, title, detail
), tx AS (
  INSERT INTO outbox (topic, payload) SELECT 'operator_task.opened', ${openedTask('tk')} FROM tk
)`,
  closeTasks: `tc AS (
  UPDATE operator_task o SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = 'the job went on by itself'
  FROM t WHERE t.close_tasks AND o.state = 'open' AND o.kind <> 'not_undone' AND o.job_id = t.job_id
)`,
  closeServiceTasks: `td AS (
  UPDATE operator_task o SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = 'the service was cancelled'
  FROM t WHERE t.close_tasks AND t.service_state = 'cancelled' AND o.state = 'open' AND o.kind <> 'not_undone' AND o.service_id = t.service_id AND o.job_id <> t.job_id
)`,
  outbox: `tb AS (
  INSERT INTO outbox (topic, payload)
  SELECT v.topic, v.payload FROM t CROSS JOIN LATERAL json_to_recordset(t.outbox) AS v (topic text, payload jsonb)
)`,
  components: `tp AS (
  UPDATE service_component c SET remote_id = v."remoteId", properties = v.properties
  FROM t CROSS JOIN LATERAL json_to_recordset(t.components) AS v (name text, "remoteId" text, properties jsonb)
  WHERE c.service_id = t.service_id AND c.name = v.name
)`,
  free: `tj AS (
  UPDATE reservation r SET free_at = now() + interval '24 hours' FROM t WHERE t.free = 'job' AND r.job_id = t.job_id AND r.free_at IS NULL
), tr AS (
  UPDATE reservation r SET free_at = now() + interval '24 hours' FROM t WHERE t.free = 'service' AND r.service_id = t.service_id AND r.free_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM provisioning_job l WHERE l.id = r.job_id AND l.id <> t.job_id AND l.phase = 'looking' AND l.state <> 'completed')
)`,
  wipe: `tw AS (
  UPDATE provisioning_step s SET output = v.output, task = v.task
  FROM t CROSS JOIN LATERAL json_to_recordset(t.wipe) AS v (key text, output jsonb, task jsonb)
  WHERE s.job_id = t.job_id AND s.key = v.key
)`,
  wakeNext: `tn AS (
  UPDATE provisioning_job q SET wake_at = now()
  FROM (SELECT (SELECT min(p.id) FROM provisioning_job p WHERE p.service_id = t.service_id AND p.state = 'pending' AND p.id <> t.job_id) AS next
    FROM t WHERE t.wake_next) v
  WHERE q.id = v.next
)`,
};
