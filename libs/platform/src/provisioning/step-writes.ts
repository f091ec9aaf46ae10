import type { StepEntry } from '@hostwright/core';
import { openedTask } from '../database/index.js';
import { isHeld, type Column } from './write-columns.js';

/** What steps may bring besides their places, outputs and lines. `news` and `changes`: rows that are not there yet, and that are. */
export const stepParts = ['news', 'changes', 'claims', 'waits', 'troubles', 'failures', 'operatorTasks'] as const;
export type StepPart = (typeof stepParts)[number];

export const stepColumns: readonly Column<StepEntry, StepPart>[] = [
  { name: 'job_id', type: 'bigint', of: ({ jobId }) => jobId },
  { name: 'fence', type: 'int', of: ({ fence }) => fence },
  { name: 'key', type: 'text', of: ({ step }) => step.key },
  { name: 'position', type: 'smallint', of: ({ step }) => step.position },
  { name: 'state', type: 'text', of: ({ step }) => step.state },
  { name: 'server_id', type: 'bigint', of: ({ step }) => step.serverId },
  { name: 'output', type: 'jsonb', of: ({ step }) => step.output },
  { name: 'finish_number', type: 'int', of: ({ step }) => step.finishNumber },
  { name: 'event_number', type: 'int', of: ({ event }) => event?.number },
  { name: 'event_type', type: 'text', of: ({ event }) => event?.type },
  { name: 'event_step', type: 'smallint', of: ({ event }) => event?.step },
  { name: 'event_total', type: 'smallint', of: ({ event }) => event?.total },
  { name: 'event_percentage', type: 'smallint', of: ({ event }) => event?.percentage },
  { name: 'event_message', type: 'text', of: ({ event }) => event?.message },
  { name: 'is_new', type: 'boolean', part: 'changes', of: ({ isNew }) => isNew },
  { name: 'claim', type: 'jsonb', part: 'claims', of: ({ step }) => step.claim },
  { name: 'task', type: 'jsonb', part: 'waits', of: ({ step }) => step.task },
  { name: 'polls', type: 'int', part: 'waits', of: ({ step }) => step.polls },
  { name: 'wake_in_ms', type: 'float8', part: 'waits', of: ({ step }) => step.wakeInMs },
  { name: 'wait_for', type: 'text', part: 'waits', of: ({ step }) => step.waitFor },
  { name: 'error', type: 'jsonb', part: 'troubles', of: ({ step }) => step.error },
  { name: 'attempts', type: 'smallint', part: 'troubles', of: ({ step }) => step.attempts },
  { name: 'unknown', type: 'boolean', part: 'troubles', of: ({ step }) => step.unknown },
  { name: 'trouble', type: 'boolean', part: 'troubles', of: ({ step }) => step.trouble },
  { name: 'failure', type: 'jsonb', part: 'failures', of: ({ failure }) => failure },
  { name: 'operator_task', type: 'jsonb', part: 'operatorTasks', of: ({ operatorTask }) => operatorTask },
];

/** What of it has to be written. */
export function partsOfStep({ step, isNew, failure, operatorTask }: StepEntry, parts: Set<StepPart>): void {
  parts.add(isNew ? 'news' : 'changes');
  if (step.claim !== null) parts.add('claims');
  if (step.task !== null || step.polls > 0 || step.wakeInMs !== null || step.waitFor !== null) parts.add('waits');
  if (step.error !== null || step.attempts > 0 || step.unknown || step.trouble) parts.add('troubles');
  if (failure) parts.add('failures');
  if (operatorTask) parts.add('operatorTasks');
}

/** How a row is made of the columns. What is not brought is as a row has it by itself. */
const stepValues: Readonly<Record<string, string>> = {
  polls: 'coalesce(f.polls, 0)',
  attempts: 'coalesce(f.attempts, 0)',
  unknown: 'coalesce(f.unknown, false)',
  wake_at: `now() + f.wake_in_ms * interval '1 millisecond'`,
  trouble_since: 'CASE WHEN f.trouble THEN now() END',
  waiting_since: `CASE WHEN f.state = 'waiting' THEN now() END`,
  finished_at: `CASE WHEN f.state IN ('done', 'failed', 'skipped', 'dropped', 'undone') THEN now() END`,
};

/** From which column another comes, where they are not called the same. */
const madeOf: Readonly<Record<string, string>> = { wake_in_ms: 'wake_at', trouble: 'trouble_since' };

const ofEvent = ({ name }: Column<StepEntry, StepPart>): boolean => name.startsWith('event_');
const besideRow: ReadonlySet<string> = new Set(['fence', 'is_new', 'failure', 'operator_task']);

/**
 * Steps and their events. The job's row is locked by the very statement that writes, so a holder whose fence is gone writes nothing. The
 * number of a line comes from the holder, who alone may write under the lock; written twice, it is the same line. Only what is written
 * again looks for a row or a line that is there, which costs a third more.
 */
export function writeSteps(
  source: string,
  columns: readonly Column<StepEntry, StepPart>[],
  parts: ReadonlySet<StepPart>,
  again: boolean,
): string {
  const row = [
    ...columns.filter((column) => !ofEvent(column) && !besideRow.has(column.name)).map(({ name }) => madeOf[name] ?? name),
    'waiting_since',
    'finished_at',
  ];
  const valueOf = (name: string): string => stepValues[name] ?? `f.${name}`;
  const changed = (name: string): string => {
    const value = row.includes(name) ? valueOf(name) : (whenAbsent[name] ?? 'NULL');
    // A time since when something holds stays as it was for as long as it holds.
    return since.has(name) && value !== 'NULL' ? `CASE WHEN (${value}) IS NOT NULL THEN coalesce(t.${name}, now()) END` : value;
  };
  return `f AS MATERIALIZED (
  SELECT i.*, p.service_id, p.stop
  FROM ${source}
  CROSS JOIN LATERAL (
    SELECT p.service_id, p.stop_requested_at IS NOT NULL AS stop FROM provisioning_job p
    WHERE p.id = i.job_id AND p.fence = i.fence AND ${isHeld} FOR NO KEY UPDATE
  ) p
)${
    again || parts.has('news')
      ? `, fs AS (
  INSERT INTO provisioning_step AS t (${row.join(', ')})
  SELECT ${row.map(valueOf).join(', ')} FROM f ${again ? upsert : parts.has('changes') ? 'WHERE is_new' : ''}
)`
      : ''
  }${
    !again && parts.has('changes')
      ? `, fu AS (
  UPDATE provisioning_step t SET ${[...changeable, ...since].map((name) => `${name} = ${changed(name)}`).join(', ')}
  FROM f WHERE NOT f.is_new AND t.job_id = f.job_id AND t.key = f.key RETURNING f.ord, f.job_id, f.stop
)`
      : ''
  }, fe AS (
  INSERT INTO provisioning_event (job_id, number, type, step_key, step, total, percentage, message)
  SELECT job_id, event_number, event_type, key, event_step, event_total, event_percentage, event_message FROM f WHERE event_number IS NOT NULL
  ${again ? sameLine : ''}
)${parts.has('failures') ? stepFailures : ''}${parts.has('operatorTasks') ? stepOperatorTasks : ''}`;
}

/** What a later write of a step may change. */
const changeable = [
  'state',
  'server_id',
  'claim',
  'task',
  'output',
  'error',
  'attempts',
  'polls',
  'unknown',
  'finish_number',
  'wake_at',
  'wait_for',
];

/** Columns that may not be null, where the batch does not bring their part. */
const whenAbsent: Readonly<Record<string, string>> = { attempts: '0', polls: '0', unknown: 'false' };

const since: ReadonlySet<string> = new Set(['trouble_since', 'waiting_since', 'finished_at']);

const upsert = `ON CONFLICT (job_id, key) DO UPDATE SET ${changeable.map((name) => `${name} = excluded.${name}`).join(', ')},
    ${[...since].map((name) => `${name} = CASE WHEN excluded.${name} IS NOT NULL THEN coalesce(t.${name}, excluded.${name}) END`).join(', ')}`;
/** Of a line that may be there already. */
export const sameLine = 'ON CONFLICT (job_id, number) DO NOTHING';

/** The job's first final error; nothing new starts after it. */
const stepFailures = `, fj AS (
  UPDATE provisioning_job p SET failure = coalesce(p.failure, x.failure), phase = CASE WHEN p.phase = 'forward' THEN 'settling' ELSE p.phase END
  FROM (SELECT DISTINCT ON (job_id) job_id, failure FROM f WHERE failure IS NOT NULL ORDER BY job_id, ord) x WHERE p.id = x.job_id
)`;

const stepOperatorTasks = `, fo AS (
  INSERT INTO operator_task (job_id, service_id, server_id, kind, step_key, title, detail)
  SELECT CASE WHEN v.server_id IS NULL THEN f.job_id END, CASE WHEN v.server_id IS NULL THEN f.service_id END, v.server_id,
    v.kind, v."stepKey", v.title, v.detail
  FROM f CROSS JOIN LATERAL (SELECT (f.operator_task ->> 'serverId')::bigint AS server_id, t.*
    FROM jsonb_to_record(f.operator_task) AS t (kind text, "stepKey" text, title text, detail text)) v
  WHERE f.operator_task IS NOT NULL ORDER BY v.server_id, v."stepKey"
  ON CONFLICT DO NOTHING RETURNING id, job_id, service_id, title, detail
), fx AS (
  INSERT INTO outbox (topic, payload) SELECT 'operator_task.opened', ${openedTask('fo')} FROM fo
)`;
