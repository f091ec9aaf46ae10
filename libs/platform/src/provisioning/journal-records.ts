import { isOver, type JobTurn, type NewJob, type StepEntry } from '@hostwright/core';
import { stepColumns, type StepPart, type TurnPart } from './journal-writes.js';

const finished: ReadonlySet<string> = new Set(['done', 'failed', 'skipped', 'dropped', 'undone']);

/** What is null or as the statement takes it to be is left out: the shorter the text, the faster it is written and read. */
function orNothing<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}

export interface StartEntry {
  readonly workerId: string;
  readonly job: NewJob;
}

/** A new job as the statement reads it. */
export function startRecord({ workerId, job }: StartEntry): object {
  return {
    worker_id: workerId,
    operation: job.operation,
    program: job.program,
    requested_by: job.requestedBy,
    total: job.program.components.reduce((sum, one) => sum + one.steps.length, 0),
  };
}

type StepRecord = Readonly<Record<(typeof stepColumns)[number][0], unknown>>;

/** A step as the statement reads it. */
export function stepRecord({ jobId, fence, step, event, failure, operatorTask }: StepEntry): StepRecord {
  return {
    job_id: jobId,
    fence,
    key: step.key,
    position: step.position,
    state: step.state,
    server_id: orNothing(step.serverId),
    claim: orNothing(step.claim),
    task: orNothing(step.task),
    output: orNothing(step.output),
    error: orNothing(step.error),
    attempts: step.attempts || undefined,
    polls: step.polls || undefined,
    unknown: step.unknown || undefined,
    finish_number: orNothing(step.finishNumber),
    wake_in_ms: orNothing(step.wakeInMs),
    wait_for: orNothing(step.waitFor),
    trouble: step.trouble || undefined,
    finished: finished.has(step.state) || undefined,
    event_number: event?.number,
    event_type: event?.type,
    event_step: event?.step,
    event_total: event?.total,
    event_percentage: event?.percentage,
    event_message: event?.message,
    failure: orNothing(failure),
    operator_task: orNothing(operatorTask),
  };
}

/** The same of a step that is written alone: a parameter for each column. */
export function stepParameters(entry: StepEntry): unknown[] {
  const record = stepRecord(entry);
  return stepColumns.map(([name, type]) => {
    const value = record[name] ?? null;
    return type === 'jsonb' && value !== null ? JSON.stringify(value) : value;
  });
}

/** A turn as the statement reads it. */
export function turnRecord(turn: JobTurn): object {
  return {
    job_id: turn.jobId,
    fence: turn.fence,
    service_id: orNothing(turn.serviceId),
    state: turn.state,
    phase: turn.phase,
    wake_in_ms: orNothing(turn.wakeInMs),
    release: turn.release,
    failure: orNothing(turn.failure),
    result: turn.result,
    look_again_count: turn.lookAgainCount,
    over: isOver(turn.state),
    event_count: turn.eventCount,
    program: turn.program,
    events: turn.events,
    outbox: turn.outbox,
    operator_tasks: turn.operatorTasks,
    close_tasks: turn.closeTasks,
    service_state: turn.serviceState,
    components: turn.components,
    free: turn.free,
    wipe: turn.wipe,
    wake_next: turn.wakeNext,
  };
}

/** What has to be written besides the step and its line. */
export function partsOfStep({ failure, operatorTask }: StepEntry): StepPart[] {
  return [...(failure ? ['failures' as const] : []), ...(operatorTask ? ['operatorTasks' as const] : [])];
}

/** What has to be written besides the job's own row. */
export function partsOfTurn(turn: JobTurn): TurnPart[] {
  const brings: Readonly<Record<TurnPart, unknown>> = {
    service: turn.serviceState,
    events: turn.events?.length,
    operatorTasks: turn.operatorTasks?.length,
    closeTasks: turn.closeTasks,
    closeServiceTasks: turn.closeTasks && turn.serviceState === 'cancelled',
    outbox: turn.outbox?.length,
    components: turn.components?.length,
    free: turn.free,
    wipe: turn.wipe?.length,
    wakeNext: turn.wakeNext,
  };
  return (Object.keys(brings) as TurnPart[]).filter((part) => brings[part]);
}
