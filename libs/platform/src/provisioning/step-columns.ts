import type { StepEntry } from '@hostwright/core';

/** What steps may bring besides their places, outputs and lines. */
export const stepParts = ['claims', 'waits', 'troubles', 'failures', 'operatorTasks'] as const;
export type StepPart = (typeof stepParts)[number];

/** A column that steps are written with. A statement has it only where its batch brings its part. */
export interface StepColumn {
  readonly name: string;
  readonly type: 'bigint' | 'int' | 'smallint' | 'float8' | 'boolean' | 'text' | 'jsonb';
  readonly part?: StepPart;
  /** As JavaScript has it. */
  of(entry: StepEntry): unknown;
}

const columns: readonly StepColumn[] = [
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

/** The columns of a statement that brings these parts. */
export function stepColumns(parts: ReadonlySet<StepPart>): readonly StepColumn[] {
  return columns.filter(({ part }) => part === undefined || parts.has(part));
}

/** What of it has to be written. */
export function partsOfStep({ step, failure, operatorTask }: StepEntry, parts: Set<StepPart>): void {
  if (step.claim !== null) parts.add('claims');
  if (step.task !== null || step.polls > 0 || step.wakeInMs !== null || step.waitFor !== null) parts.add('waits');
  if (step.error !== null || step.attempts > 0 || step.unknown || step.trouble) parts.add('troubles');
  if (failure) parts.add('failures');
  if (operatorTask) parts.add('operatorTasks');
}

/** One step as parameters, in the order of the columns. */
export function stepParameters(entry: StepEntry, of: readonly StepColumn[]): unknown[] {
  return of.map((column) => parameter(column, entry));
}

/** Steps as parameters: an array for each column. */
export function stepArrays(entries: readonly StepEntry[], of: readonly StepColumn[]): unknown[] {
  return of.map((column) => {
    const values = entries.map((entry) => parameter(column, entry));
    // Numbers need no quoting, which is most of what an array costs.
    return numeric.has(column.type) ? `{${values.map((value) => (value === null ? 'NULL' : Number(value))).join()}}` : values;
  });
}

const numeric: ReadonlySet<StepColumn['type']> = new Set(['bigint', 'int', 'smallint', 'float8']);

function parameter({ type, of }: StepColumn, entry: StepEntry): unknown {
  const value = of(entry) ?? null;
  return type === 'jsonb' && value !== null ? JSON.stringify(value) : value;
}
