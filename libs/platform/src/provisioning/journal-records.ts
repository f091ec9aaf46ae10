import { isOver, type JobTurn, type NewJob } from '@hostwright/core';
import type { TurnPart } from './journal-writes.js';

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

/** What of it has to be written besides the job's own row. */
export function partsOfTurn(turn: JobTurn, parts: Set<TurnPart>): void {
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
  for (const part of Object.keys(brings) as TurnPart[]) if (brings[part]) parts.add(part);
}
