import { isOver, type JobTurn } from '@hostwright/core';
import { openedTask } from '../database/index.js';
import { sameLine } from './step-writes.js';
import { columnsFor, isHeld, type Column } from './write-columns.js';

/** What turns may bring besides the jobs' own rows. `rest`: columns of those that are seldom written. */
export const turnParts = [
  'service',
  'notReached',
  'event',
  'operatorTasks',
  'closeTasks',
  'closeServiceTasks',
  'message',
  'components',
  'product',
  'domain',
  'free',
  'freeOf',
  'wipe',
  'wakeNext',
  'wakeParent',
  'handOver',
  'rest',
] as const;
export type TurnPart = (typeof turnParts)[number];

export const turnColumns: readonly Column<JobTurn, TurnPart>[] = [
  { name: 'job_id', type: 'bigint', of: ({ jobId }) => jobId },
  { name: 'fence', type: 'int', of: ({ fence }) => fence },
  { name: 'state', type: 'text', of: ({ state }) => state },
  { name: 'phase', type: 'text', of: ({ phase }) => phase },
  { name: 'wake_in_ms', type: 'float8', of: ({ wakeInMs }) => wakeInMs },
  { name: 'release', type: 'boolean', of: ({ release }) => release },
  { name: 'failure', type: 'jsonb', of: ({ failure }) => failure },
  { name: 'over', type: 'boolean', of: ({ state }) => isOver(state) },
  { name: 'event_count', type: 'int', of: ({ eventCount }) => eventCount },
  { name: 'service_state', type: 'text', part: 'service', of: ({ serviceState }) => serviceState },
  { name: 'service_id', type: 'bigint', part: 'service', of: ({ serviceId }) => serviceId },
  { name: 'not_reached', type: 'text', part: 'notReached', of: ({ notReached }) => notReached },
  { name: 'event_number', type: 'int', part: 'event', of: ({ event }) => event?.number },
  { name: 'event_type', type: 'text', part: 'event', of: ({ event }) => event?.type },
  { name: 'event_key', type: 'text', part: 'event', of: ({ event }) => event?.stepKey },
  { name: 'event_step', type: 'smallint', part: 'event', of: ({ event }) => event?.step },
  { name: 'event_total', type: 'smallint', part: 'event', of: ({ event }) => event?.total },
  { name: 'event_percentage', type: 'smallint', part: 'event', of: ({ event }) => event?.percentage },
  { name: 'event_message', type: 'text', part: 'event', of: ({ event }) => event?.message },
  { name: 'operator_tasks', type: 'jsonb', part: 'operatorTasks', of: ({ operatorTasks }) => operatorTasks },
  { name: 'close_tasks', type: 'boolean', part: 'closeTasks', of: ({ closeTasks }) => closeTasks },
  { name: 'topic', type: 'text', part: 'message', of: ({ message }) => message?.topic },
  { name: 'payload', type: 'jsonb', part: 'message', of: ({ message }) => message?.payload },
  { name: 'components', type: 'jsonb', part: 'components', of: ({ components }) => components },
  { name: 'product_id', type: 'bigint', part: 'product', of: ({ productId }) => productId },
  { name: 'domain', type: 'jsonb', part: 'domain', of: ({ domain }) => domain },
  { name: 'free', type: 'text', part: 'free', of: ({ free }) => (typeof free === 'string' ? free : null) },
  { name: 'free_of', type: 'jsonb', part: 'freeOf', of: ({ free }) => (typeof free === 'string' ? null : free) },
  { name: 'hand_over', type: 'boolean', part: 'handOver', of: ({ handOver }) => handOver },
  { name: 'given_up', type: 'jsonb', part: 'handOver', of: ({ givenUp }) => givenUp },
  { name: 'wipe', type: 'jsonb', part: 'wipe', of: ({ wipe }) => wipe },
  { name: 'wake_next', type: 'boolean', part: 'wakeNext', of: ({ wakeNext }) => wakeNext },
  { name: 'result', type: 'jsonb', part: 'rest', of: ({ result }) => result },
  { name: 'look_again_count', type: 'smallint', part: 'rest', of: ({ lookAgainCount }) => lookAgainCount },
  { name: 'program', type: 'jsonb', part: 'rest', of: ({ program }) => program },
];

/** What of it has to be written besides the job's own row. */
export function partsOfTurn(turn: JobTurn, parts: Set<TurnPart>): void {
  // Both lock the service, and neither goes without the other's columns.
  if (turn.serviceState || turn.wakeNext) parts.add('service').add('wakeNext');
  if (turn.notReached) parts.add('notReached');
  if (turn.event) parts.add('event');
  if (turn.operatorTasks?.length) parts.add('operatorTasks');
  if (turn.closeTasks) parts.add('closeTasks');
  const ended = turn.serviceState === 'cancelled' || turn.serviceState === 'terminated';
  if (turn.closeTasks && ended) parts.add('closeServiceTasks');
  if (ended) parts.add('wakeParent');
  if (turn.message) parts.add('message');
  if (turn.components?.length) parts.add('components');
  if (turn.productId) parts.add('product');
  if (turn.domain) parts.add('domain');
  if (typeof turn.free === 'string') parts.add('free');
  else if (turn.free && turn.free.length > 0) parts.add('freeOf');
  if (turn.handOver || turn.givenUp) parts.add('handOver');
  if (turn.wipe?.length) parts.add('wipe');
  if (turn.result !== undefined || turn.lookAgainCount !== undefined || turn.program !== undefined) parts.add('rest');
}

/** A job that was asked to stop meanwhile does not wait for a person before it has tried to turn round. */
const turnedRound = `(i.state = 'needs_operator' AND i.phase IN ('forward', 'settling') AND p.stop_requested_at IS NOT NULL
      AND coalesce(i.failure, p.failure) ->> 'code' IS DISTINCT FROM 'stopped')`;

/**
 * Ends of turns, with everything that becomes true with them. The service is locked before the job, in the order that everybody else
 * takes them; last steps that come with the end of their turn go through the fence before it lets the job go.
 */
export function writeTurns(
  source: string,
  parts: ReadonlySet<TurnPart>,
  { afterSteps, again }: { readonly afterSteps: boolean; readonly again: boolean },
): string {
  const locks = parts.has('service');
  const first = [...(locks ? ['locked'] : []), ...(afterSteps ? ['f'] : [])];
  const locked = `, locked AS MATERIALIZED (
  SELECT s.id FROM service s WHERE s.id IN (SELECT service_id FROM i WHERE wake_next OR service_state IS NOT NULL) ORDER BY s.id FOR NO KEY UPDATE
)`;
  const through = columnsFor(turnColumns, parts).filter(
    ({ part }) => part !== undefined && part !== 'rest' && part !== 'service' && part !== 'handOver',
  );
  return `i AS MATERIALIZED (
  SELECT * FROM ${source}
)${locks ? locked : ''}, j AS (
  UPDATE provisioning_job p SET
    state = CASE WHEN ${turnedRound} THEN 'waiting' ELSE i.state END, phase = CASE WHEN ${turnedRound} THEN 'settling' ELSE i.phase END,
    failure = CASE WHEN ${turnedRound} THEN '{"code": "stopped", "message": "the job was asked to stop"}'::jsonb ELSE coalesce(i.failure, p.failure) END,
    ${parts.has('rest') ? rest : ''}${parts.has('handOver') ? handOver : ''}
    worker_id = CASE WHEN i.release THEN NULL ELSE p.worker_id END,
    wake_at = CASE WHEN NOT i.release THEN NULL
      WHEN ${turnedRound} OR (p.stop_requested_at IS NOT NULL AND i.phase = 'forward' AND i.state = 'waiting') THEN now()
      ELSE now() + i.wake_in_ms * interval '1 millisecond' END,
    finished_at = CASE WHEN i.over THEN coalesce(p.finished_at, now()) END,
    event_count = i.event_count
  FROM i
  WHERE p.id = i.job_id AND p.fence = i.fence AND ${isHeld}${first.map((name) => ` AND (SELECT count(*) FROM ${name}) >= 0`).join('')}
  RETURNING ${['p.id', 'p.id AS job_id', 'p.service_id', 'i.ord', ...(locks ? ['i.service_state'] : []), ...through.map(({ name }) => `i.${name}`), ...(parts.has('domain') ? ['p.stop_requested_at'] : [])].join(', ')}
)${turnParts
    .filter((part) => parts.has(part) && part !== 'rest' && part !== 'handOver')
    .map((part) => `, ${turnPartSql[part as BesideRow]}${part === 'event' ? `${again ? sameLine : ''})` : ''}`)
    .join('')}`;
}

const rest = `result = coalesce(i.result, p.result), look_again_count = coalesce(i.look_again_count, p.look_again_count),
    program = coalesce(i.program, p.program),`;

const handOver = `handed_over = p.handed_over OR coalesce(i.hand_over, false), given_up = coalesce(i.given_up, p.given_up),`;

/** Parts that are not columns of the job's own row. */
type BesideRow = Exclude<TurnPart, 'rest' | 'handOver'>;

const takenBack = `(v.state = 'active' AND t.stop_requested_at IS NOT NULL)`;

/** Each part reads the turns that the fence let through, as `t`. */
const turnPartSql: Readonly<Record<BesideRow, string>> = {
  service: `ts AS (
  UPDATE service s SET state = t.service_state, state_since = now() FROM j t WHERE s.id = t.service_id AND t.service_state IS NOT NULL
)`,
  // Not when another operation that was asked for later is to bring about something else.
  notReached: `tu AS (
  UPDATE service s SET desired_state = s.state FROM j t
  WHERE s.id = t.service_id AND s.desired_state = t.not_reached AND s.state IN ('active', 'suspended') AND t.service_state IS NULL
)`,
  // Left open, for what is to be done with a line that is there already.
  event: `te AS (
  INSERT INTO provisioning_event (job_id, number, type, step_key, step, total, percentage, message)
  SELECT job_id, event_number, event_type, event_key, event_step, event_total, event_percentage, event_message FROM j t WHERE event_number IS NOT NULL
  `,
  operatorTasks: `tk AS (
  INSERT INTO operator_task (job_id, service_id, kind, step_key, title, detail)
  SELECT t.job_id, t.service_id, v.kind, v."stepKey", v.title, v.detail
  FROM j t CROSS JOIN LATERAL jsonb_to_recordset(t.operator_tasks) AS v (kind text, "stepKey" text, title text, detail text)
  ON CONFLICT DO NOTHING RETURNING id, job_id, service_id, title, detail
), tx AS (
  INSERT INTO outbox (topic, payload) SELECT 'operator_task.opened', ${openedTask('tk')} FROM tk
)`,
  closeTasks: `tc AS (
  UPDATE operator_task o SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = 'the job went on by itself'
  FROM j t WHERE t.close_tasks AND o.state = 'open' AND o.kind NOT IN ('not_undone', 'incomplete') AND o.job_id = t.job_id
)`,
  closeServiceTasks: `td AS (
  UPDATE operator_task o SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = 'the service was ' || t.service_state
  FROM j t WHERE t.close_tasks AND o.state = 'open' AND o.service_id = t.service_id AND o.job_id <> t.job_id
    AND CASE t.service_state WHEN 'cancelled' THEN o.kind <> 'not_undone' WHEN 'terminated' THEN o.kind = 'incomplete' ELSE false END
)`,
  message: `tb AS (
  INSERT INTO outbox (topic, payload) SELECT topic, payload FROM j t WHERE topic IS NOT NULL
)`,
  components: `tp AS (
  UPDATE service_component c SET remote_id = v."remoteId", properties = v.properties, settings = coalesce(v.settings, c.settings),
    inputs = coalesce(v.inputs, c.inputs), expires_at = v."expiresAt", upkeep_at = v."upkeepAt"
  FROM j t CROSS JOIN LATERAL jsonb_to_recordset(t.components) AS v (name text, "remoteId" text, properties jsonb, settings jsonb, inputs jsonb, "expiresAt" timestamptz, "upkeepAt" timestamptz)
  WHERE c.service_id = t.service_id AND c.name = v.name
)`,
  // What was never made is made of the new product from now on.
  product: `tq AS (
  UPDATE service s SET product_id = t.product_id FROM j t WHERE s.id = t.service_id AND t.product_id IS NOT NULL
), tm AS (
  UPDATE service_component c SET settings = n.settings FROM j t JOIN product_component n ON n.product_id = t.product_id
  WHERE c.service_id = t.service_id AND c.name = n.name AND c.remote_id IS NULL
)`,
  // One that was taken back while its last step ended is added all the same: its removal is seen to at the next look.
  domain: `tv AS (
  UPDATE domain d SET state = CASE WHEN ${takenBack} THEN 'removing' ELSE v.state END, failure = v.failure, missing = NULL,
    look_at = CASE WHEN ${takenBack} THEN now() END,
    active_since = CASE WHEN v.state = 'active' THEN now() ELSE d.active_since END, gone_at = CASE WHEN v.state = 'gone' THEN now() END
  FROM j t CROSS JOIN LATERAL jsonb_to_record(t.domain) AS v (id bigint, state text, failure text)
  WHERE d.service_id = t.service_id AND d.state <> 'gone' AND (v.id IS NULL OR d.id = v.id)
)`,
  free: `tj AS (
  UPDATE reservation r SET free_at = now() + interval '24 hours' FROM j t WHERE t.free = 'job' AND r.job_id = t.job_id AND r.free_at IS NULL
), tr AS (
  UPDATE reservation r SET free_at = now() + interval '24 hours' FROM j t WHERE t.free = 'service' AND r.service_id = t.service_id AND r.free_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM provisioning_job l WHERE l.id = r.job_id AND l.id <> t.job_id AND l.phase = 'looking' AND l.state <> 'completed')
)`,
  freeOf: `tf AS (
  UPDATE reservation r SET free_at = now() + interval '24 hours' FROM j t CROSS JOIN LATERAL jsonb_array_elements_text(t.free_of) AS v (component)
  WHERE r.job_id = t.job_id AND r.component = v.component AND r.free_at IS NULL
)`,
  wipe: `tw AS (
  UPDATE provisioning_step s SET output = v.output, task = v.task
  FROM j t CROSS JOIN LATERAL jsonb_to_recordset(t.wipe) AS v (key text, output jsonb, task jsonb)
  WHERE s.job_id = t.job_id AND s.key = v.key
)`,
  wakeNext: `tn AS (
  UPDATE provisioning_job q SET wake_at = now()
  FROM (SELECT (SELECT min(p.id) FROM provisioning_job p WHERE p.service_id = t.service_id AND p.state = 'pending' AND p.id <> t.job_id) AS next
    FROM j t WHERE t.wake_next) v
  WHERE q.id = v.next
)`,
  // What waits for its add-ons to be gone.
  wakeParent: `tu AS (
  UPDATE provisioning_job q SET wake_at = now() FROM j t JOIN service a ON a.id = t.service_id
  WHERE t.service_state IN ('terminated', 'cancelled') AND q.service_id = a.parent_id AND q.operation = 'terminate' AND q.state = 'pending'
)`,
};
