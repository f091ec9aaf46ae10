import type { Json } from '@hostwright/sdk';
import { lookAgainAfterMs } from './engine-settings.js';
import { isAction, type GivenUp, type Job, type JobPhase, type JobState, type StepError } from './job.js';
import type { JobLedger } from './job-ledger.js';
import type { DeliveredComponent, JobEvent, JobTurn, NewOperatorTask } from './journal.js';
import { desiredState } from './operation-rules.js';
import type { Progress } from './progress.js';
import { holdsSecret } from './sealer.js';

export type TurnOutcome =
  /** `components`, here and below: what of a service in use was made since, whatever becomes of the rest. */
  | { readonly kind: 'park'; readonly wakeInMs: number; readonly phase?: JobPhase; readonly components?: readonly DeliveredComponent[] }
  | { readonly kind: 'turn round' }
  /** The job has ended, and stays as it is. */
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'person';
      readonly task: NewOperatorTask;
      readonly phase?: JobPhase;
      readonly components?: readonly DeliveredComponent[];
    }
  | { readonly kind: 'superseded'; readonly because: string }
  | { readonly kind: 'over'; readonly state: JobState; readonly lookAgain: boolean; readonly components?: readonly DeliveredComponent[] }
  | { readonly kind: 'looked'; readonly count: number }
  /** The customer may use the service; what is to be made later is yet to come. */
  | { readonly kind: 'handed over'; readonly components: readonly DeliveredComponent[] }
  /** Components of a service in use will not be made. */
  | {
      readonly kind: 'give up';
      readonly components: Readonly<Record<string, GivenUp>>;
      readonly operatorTasks: readonly NewOperatorTask[];
      readonly because: string;
    }
  | Completed;

export interface Completed {
  readonly kind: 'completed';
  readonly components: readonly DeliveredComponent[];
  readonly result?: Json;
  readonly productId?: string;
  readonly lookAgain: boolean;
}

/** Which state of the service becomes true when the operation has succeeded. */
const reached: Readonly<Record<string, NonNullable<JobTurn['serviceState']>>> = {
  create: 'active',
  suspend: 'suspended',
  unsuspend: 'active',
  terminate: 'terminated',
};

/** The turn's commit, from its outcome. */
export function outcomeOf(outcome: TurnOutcome, job: Job, ledger: JobLedger, progress: Progress, wipe: (value: Json) => Json): JobTurn {
  const base = {
    jobId: job.id,
    fence: job.fence,
    serviceId: job.serviceId,
    release: true,
    wakeInMs: null,
    failure: ledger.failure,
    eventCount: ledger.eventCount,
  } as const;
  /** The turn's own line, the only one that comes with it. */
  const line = (type: JobEvent['type'], text: string): Pick<JobTurn, 'event' | 'eventCount'> => {
    const event = ledger.number(progress.event(type, ledger, null, text));
    return { event, eventCount: event.number };
  };
  /** Once no closure will be needed again, secrets go. */
  const ended = (): Pick<JobTurn, 'wipe' | 'program'> => ({
    wipe: ledger
      .all()
      .filter((row) => holdsSecret(row.output ?? undefined) || holdsSecret(row.task ?? undefined))
      .map((row) => ({
        key: row.key,
        output: row.output === null ? null : wipe(row.output),
        task: row.task === null ? null : wipe(row.task),
      })),
    ...(job.program.components.some(({ reserved, delivered, given, site }) =>
      [reserved, delivered, given, site?.delivered].some(holdsSecret),
    )
      ? { program: wipe(job.program as unknown as Json) }
      : {}),
  });
  const about = { jobId: job.id, serviceId: job.serviceId, operation: job.operation };
  switch (outcome.kind) {
    case 'park': {
      const phase = outcome.phase ?? job.phase;
      const state = phase === 'forward' || phase === 'settling' ? 'waiting' : job.state;
      return { ...base, state, phase, wakeInMs: outcome.wakeInMs, ...made(outcome.components) };
    }
    case 'nothing':
      return { ...base, failure: job.failure, state: job.state, phase: 'ended' };
    case 'turn round':
      return {
        ...base,
        state: 'rolling_back',
        phase: 'undoing',
        wakeInMs: 0,
        ...line(
          'rollback',
          ledger.failure?.code === 'stopped'
            ? 'stopping, and undoing what was done'
            : `undoing what was done: ${ledger.failure?.message ?? ''}`,
        ),
      };
    case 'person': {
      const { task } = outcome;
      const phase = outcome.phase ?? (job.phase === 'forward' && ledger.failure ? 'settling' : job.phase);
      // The job is over; a person is asked, and the late looks go on.
      if (phase === 'looking')
        return { ...outcomeOf({ kind: 'looked', count: job.lookAgainCount + 1 }, job, ledger, progress, wipe), operatorTasks: [task] };
      return {
        ...base,
        state: 'needs_operator',
        phase,
        operatorTasks: [task],
        ...made(outcome.components),
        ...line('attention', task.title),
        message: { topic: 'job.needs_operator', payload: { ...about, title: task.title, ...(job.handedOver ? { handedOver: true } : {}) } },
      };
    }
    case 'handed over':
      return {
        ...base,
        state: 'waiting',
        phase: 'forward',
        wakeInMs: 0,
        ...line('progress', 'handed over: the service can be used'),
        message: { topic: 'service.create.completed', payload: about },
        closeTasks: true,
        serviceState: 'active',
        components: outcome.components,
        handOver: true,
      };
    case 'give up':
      return {
        ...base,
        state: 'waiting',
        phase: 'forward',
        wakeInMs: 0,
        ...line(outcome.operatorTasks.length > 0 ? 'attention' : 'rollback', `undoing what was done: ${outcome.because}`),
        operatorTasks: outcome.operatorTasks,
        // What a person took back himself is no news.
        ...(outcome.operatorTasks.length > 0 ? { message: { topic: 'service.laterParts.given_up', payload: about } } : {}),
        givenUp: outcome.components,
      };
    case 'superseded':
      return {
        ...base,
        state: 'superseded',
        phase: 'ended',
        ...line('cancelled', `not needed: ${outcome.because}`),
        closeTasks: true,
        wakeNext: job.serviceId !== null,
        ...domainEnd(job, 'superseded', outcome.because),
        ...notReached(job),
        ...(job.operation === 'terminate' && job.serviceState === 'pending'
          ? { serviceState: 'cancelled' as const, free: 'service' as const }
          : { free: 'job' as const }),
        ...ended(),
      };
    case 'over': {
      const cancelled = outcome.state === 'cancelled';
      const failure = ledger.failure?.message ?? 'unknown';
      return {
        ...base,
        state: outcome.state,
        phase: outcome.lookAgain ? 'looking' : 'ended',
        wakeInMs: outcome.lookAgain ? lookAgainAfterMs[0]! : null,
        ...(cancelled
          ? line('cancelled', 'stopped, and what was done is undone')
          : line('error', `failed, and what was done is undone: ${failure}`)),
        message: { topic: cancelled ? 'job.cancelled' : 'job.failed', payload: { ...about, reason: failure } },
        wakeNext: job.serviceId !== null,
        ...domainEnd(job, outcome.state, failure),
        ...notReached(job),
        ...(cancelled || isWithdrawn(job, ledger)
          ? { closeTasks: true, ...(job.operation === 'create' && !job.handedOver ? { serviceState: 'cancelled' as const } : {}) }
          : isForAsker(job, ledger)
            ? {}
            : { operatorTasks: [{ kind: 'failed' as const, stepKey: '', title: `${job.operation} failed`, detail: failure }] }),
        ...made(outcome.components),
        ...(outcome.lookAgain ? forLooks(job) : { ...whatToFree(job, outcome.state), ...ended() }),
      };
    }
    case 'looked': {
      const again = lookAgainAfterMs[outcome.count];
      const done = again === undefined;
      return {
        ...base,
        state: job.state,
        phase: done ? 'ended' : 'looking',
        // The times count from the end of the job; the one before has passed.
        wakeInMs: done ? null : again - lookAgainAfterMs[outcome.count - 1]!,
        lookAgainCount: outcome.count,
        ...(done ? { ...whatToFree(job, job.state), ...ended() } : {}),
      };
    }
    case 'completed': {
      const serviceState = job.handedOver ? undefined : reached[job.operation];
      const missing = Object.keys(job.givenUp);
      return {
        ...base,
        state: 'completed',
        ...(missing[0] === undefined ? {} : { failure: withoutMark(job.givenUp[missing[0]]!) }),
        phase: outcome.lookAgain ? 'looking' : 'ended',
        wakeInMs: outcome.lookAgain ? lookAgainAfterMs[0]! : null,
        ...line('complete', `${job.operation}: done${missing.length > 0 ? `, but for ${missing.join(', ')}` : ''}`),
        ...(missing.length > 0
          ? {}
          : { message: { topic: job.handedOver ? 'service.laterParts.completed' : `service.${job.operation}.completed`, payload: about } }),
        closeTasks: true,
        wakeNext: job.serviceId !== null,
        ...(serviceState ? { serviceState } : {}),
        ...made(outcome.components),
        ...(outcome.result === undefined ? {} : { result: outcome.result }),
        ...(outcome.productId === undefined ? {} : { productId: outcome.productId }),
        ...domainEnd(job, 'completed'),
        ...(job.operation === 'terminate' ? { free: 'service' as const } : {}),
        ...(outcome.lookAgain ? forLooks(job) : { ...(missing.length > 0 ? { free: missing } : {}), ...ended() }),
      };
    }
  }
}

function made(components: readonly DeliveredComponent[] = []): Pick<JobTurn, 'components'> {
  return components.length > 0 ? { components } : {};
}

/**
 * What becomes of the job's domain when it ends. One that was not added is gone; one that was not removed stays as it is, to be removed
 * once more.
 */
function domainEnd(job: Pick<Job, 'operation' | 'program'>, state: JobState, failure?: string): Pick<JobTurn, 'domain'> {
  const completed = state === 'completed';
  if (job.operation === 'terminate') return completed ? { domain: { state: 'gone' } } : {};
  const { domainId: id } = job.program;
  if (id === undefined || (job.operation === 'removeDomain' && !completed)) return {};
  const added = job.operation === 'addDomain' && completed;
  return { domain: { id, state: added ? 'active' : 'gone', ...(completed || failure === undefined ? {} : { failure }) } };
}

/** A create that failed is asked for once more, and its service is still meant to be there. */
function notReached({ operation }: Job): Pick<JobTurn, 'notReached'> {
  const desired = operation === 'create' ? null : desiredState(operation);
  return desired === null ? {} : { notReached: desired };
}

/** Who pressed a button, brought a domain or chose a password is told what was wrong with it, such as a quota that is used up. Nobody else has anything to do about it. */
function isForAsker(job: Job, ledger: JobLedger): boolean {
  return (isAction(job) || job.operation === 'addDomain' || job.operation === 'changePassword') && isRefusal(ledger);
}

/** Of such an order nothing is left once it is refused. */
function isWithdrawn({ operation, program }: Job, ledger: JobLedger): boolean {
  return operation === 'create' && program.withdraws === true && isRefusal(ledger);
}

/** What was asked for is at fault. */
function isRefusal({ failure }: JobLedger): boolean {
  return failure?.code === 'conflict' || failure?.code === 'invalid_input' || failure?.code === 'not_found';
}

/**
 * A late look replays the function once more. What the service's components are by then is another thing: this job has changed it with its
 * end, or a later one has. So the job keeps what it worked on.
 */
function forLooks({ operation, program, delivered }: Job): Pick<JobTurn, 'program'> {
  if (operation === 'create' || delivered.length === 0) return {};
  const components = program.components.map((component) => {
    const before = delivered.find(({ name }) => name === component.name);
    if (before?.remoteId == null) return component;
    const { remoteId, properties, inputs } = before;
    return { ...component, delivered: { remoteId, properties, ...(inputs ? { inputs } : {}) } };
  });
  return { program: { ...program, components } as unknown as Json };
}

/**
 * Reservations that nothing stands for any more. With a service that was never delivered goes what a person had left of earlier tries; of one
 * that is in use goes what was given up.
 */
function whatToFree(job: Job, state: JobState): Pick<JobTurn, 'free'> {
  if (job.handedOver) return { free: job.serviceState === 'terminated' ? 'job' : Object.keys(job.givenUp) };
  if (state === 'completed') return {};
  return { free: job.operation === 'create' && state === 'cancelled' ? 'service' : 'job' };
}

function withoutMark({ code, message }: GivenUp): StepError {
  return { code, message };
}
