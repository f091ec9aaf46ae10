import type { Json, JsonObject } from '@hostwright/sdk';
import { lookAgainAfterMs } from './engine-settings.js';
import { isAction, type Job, type JobPhase, type JobState, type StepRow } from './job.js';
import type { JobLedger } from './job-ledger.js';
import type { DeliveredComponent, JobEvent, JobTurn, NewOperatorTask } from './journal.js';
import { desiredState } from './operation-rules.js';
import type { Progress } from './progress.js';
import type { ReadyComponent } from './replay.js';
import { holdsSecret, type Sealer } from './sealer.js';

export type TurnOutcome =
  | { readonly kind: 'park'; readonly wakeInMs: number; readonly phase?: JobPhase }
  | { readonly kind: 'turn round' }
  /** The job has ended, and stays as it is. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'person'; readonly task: NewOperatorTask; readonly phase?: JobPhase }
  | { readonly kind: 'superseded'; readonly because: string }
  | { readonly kind: 'over'; readonly state: JobState; readonly lookAgain: boolean }
  | { readonly kind: 'looked'; readonly count: number }
  | {
      readonly kind: 'completed';
      readonly components: readonly DeliveredComponent[];
      readonly result?: Json;
      readonly productId?: string;
      readonly lookAgain: boolean;
    };

/** What the functions that have returned leave on the service, and answer. */
export function completion(
  job: Job,
  outputs: ReadonlyMap<string, unknown>,
  ready: readonly ReadyComponent[],
  sealer: Sealer,
  lookAgain: boolean,
): TurnOutcome {
  const { productId } = job.program;
  const ends = ready.map((one) => componentEnd(job, one, outputs.get(one.component.name), sealer));
  return {
    kind: 'completed',
    components: ends.flatMap(({ delivered }) => (delivered ? [delivered] : [])),
    ...ends.find(({ result }) => result !== undefined),
    ...(productId === undefined ? {} : { productId }),
    lookAgain,
  };
}

interface ComponentEnd {
  readonly delivered?: DeliveredComponent;
  readonly result?: Json;
}

function componentEnd(job: Job, { component, module, input }: ReadyComponent, output: unknown, sealer: Sealer): ComponentEnd {
  const { name } = component;
  if (component.input !== undefined) {
    if (holdsSecret(output as Json | undefined)) throw new Error(`${job.operation} of '${name}' answered a secret`);
    return output === undefined || output === null ? {} : { result: output as Json };
  }
  // A job of the installation has no service to leave anything on.
  if (job.serviceId === null) return {};
  const left = (remoteId: string, properties: JsonObject): ComponentEnd => ({
    delivered: {
      name,
      remoteId,
      properties: sealer.seal(module.checkProperties(properties), `service/${job.serviceId}/${name}`) as JsonObject,
      ...(component.previous === undefined ? {} : { settings: component.product }),
    },
  });
  const { remoteId, ...properties } = (output ?? {}) as JsonObject;
  if (job.operation === 'create') {
    if (typeof remoteId !== 'string' || remoteId === '') throw new Error(`create of '${name}' answered no remoteId`);
    return left(remoteId, properties);
  }
  if (Object.keys(properties).length === 0 && component.previous === undefined) return {};
  if (typeof input['remoteId'] !== 'string') throw new Error(`${job.operation} changed '${name}', which was never delivered`);
  return left(input['remoteId'], { ...(input['properties'] as JsonObject), ...properties });
}

/** Until the first of these is due. */
export function nextWake(rows: readonly StepRow[]): number {
  return Math.max(0, Math.min(...rows.map((row) => row.dueInMs)));
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
    ...(job.program.components.some((one) => holdsSecret(one.reserved) || holdsSecret(one.delivered))
      ? { program: wipe(job.program as unknown as Json) }
      : {}),
  });
  const about = { jobId: job.id, serviceId: job.serviceId, operation: job.operation };
  switch (outcome.kind) {
    case 'park': {
      const phase = outcome.phase ?? job.phase;
      return { ...base, state: phase === 'forward' || phase === 'settling' ? 'waiting' : job.state, phase, wakeInMs: outcome.wakeInMs };
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
        ...line('attention', task.title),
        message: { topic: 'job.needs_operator', payload: { ...about, title: task.title } },
      };
    }
    case 'superseded':
      return {
        ...base,
        state: 'superseded',
        phase: 'ended',
        ...line('cancelled', `not needed: ${outcome.because}`),
        closeTasks: true,
        wakeNext: job.serviceId !== null,
        ...domainEnd(job, 'superseded', outcome.because),
        ...givenUp(job),
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
        ...givenUp(job),
        ...(cancelled || isWithdrawn(job, ledger)
          ? { closeTasks: true, ...(job.operation === 'create' ? { serviceState: 'cancelled' as const } : {}) }
          : isForAsker(job, ledger)
            ? {}
            : { operatorTasks: [{ kind: 'failed' as const, stepKey: '', title: `${job.operation} failed`, detail: failure }] }),
        ...(outcome.lookAgain ? {} : { free: whoseToFree(job, outcome.state), ...ended() }),
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
        ...(done ? { ...(job.state === 'completed' ? {} : { free: whoseToFree(job, job.state) }), ...ended() } : {}),
      };
    }
    case 'completed': {
      const serviceState = reached[job.operation];
      return {
        ...base,
        state: 'completed',
        phase: outcome.lookAgain ? 'looking' : 'ended',
        wakeInMs: outcome.lookAgain ? lookAgainAfterMs[0]! : null,
        ...line('complete', `${job.operation}: done`),
        message: { topic: `service.${job.operation}.completed`, payload: about },
        closeTasks: true,
        wakeNext: job.serviceId !== null,
        ...(serviceState ? { serviceState } : {}),
        ...(outcome.components.length > 0 ? { components: outcome.components } : {}),
        ...(outcome.result === undefined ? {} : { result: outcome.result }),
        ...(outcome.productId === undefined ? {} : { productId: outcome.productId }),
        ...domainEnd(job, 'completed'),
        ...(job.operation === 'terminate' ? { free: 'service' as const } : {}),
        ...(outcome.lookAgain ? {} : ended()),
      };
    }
  }
}

/**
 * What becomes of the job's domain when it ends. One that was not added is gone; one that was not removed stays as it is, to be removed
 * once more.
 */
export function domainEnd(job: Pick<Job, 'operation' | 'program'>, state: JobState, failure?: string): Pick<JobTurn, 'domain'> {
  const completed = state === 'completed';
  if (job.operation === 'terminate') return completed ? { domain: { state: 'gone' } } : {};
  const { domainId: id } = job.program;
  if (id === undefined || (job.operation === 'removeDomain' && !completed)) return {};
  const added = job.operation === 'addDomain' && completed;
  return { domain: { id, state: added ? 'active' : 'gone', ...(completed || failure === undefined ? {} : { failure }) } };
}

/** A create that failed is asked for once more, and its service is still meant to be there. */
function givenUp({ operation }: Job): Pick<JobTurn, 'givenUp'> {
  const desired = operation === 'create' ? null : desiredState(operation);
  return desired === null ? {} : { givenUp: desired };
}

/** Who pressed a button or brought a domain is told what was wrong with it, such as a quota that is used up. Nobody else has anything to do about it. */
function isForAsker(job: Job, ledger: JobLedger): boolean {
  return (isAction(job) || job.operation === 'addDomain') && isRefusal(ledger);
}

/** Of such an order nothing is left once it is refused. */
function isWithdrawn({ operation, program }: Job, ledger: JobLedger): boolean {
  return operation === 'create' && program.withdraws === true && isRefusal(ledger);
}

/** What was asked for is at fault. */
function isRefusal({ failure }: JobLedger): boolean {
  return failure?.code === 'conflict' || failure?.code === 'invalid_input' || failure?.code === 'not_found';
}

/** With a service that was never delivered goes what a person had left of earlier tries. */
function whoseToFree(job: Job, state: JobState): 'job' | 'service' {
  return job.operation === 'create' && state === 'cancelled' ? 'service' : 'job';
}
