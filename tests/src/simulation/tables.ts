import type { Job, JobEvent, NumberedEvent, JobPhase, JobState, Program, StepError, StepRow, StepState } from '@hostwright/core';
import type { Json, JsonObject } from '@hostwright/sdk';

/** A row of `provisioning_job`. Times are on the journal's clock, in milliseconds; null as in the database. */
export interface JobRecord {
  readonly id: number;
  readonly serviceId: number | null;
  readonly operation: string;
  state: JobState;
  phase: JobPhase;
  program: Program;
  readonly interactive: boolean;
  fence: number;
  workerId: number | null;
  wakeAt: number | null;
  stopRequestedAt: number | null;
  failure: StepError | null;
  result: Json | null;
  lookAgainCount: number;
  eventCount: number;
  finishedAt: number | null;
  handedOver: boolean;
  givenUp: Job['givenUp'];
}

/** A row of `provisioning_step`. */
export interface StepRecord {
  readonly jobId: number;
  readonly key: string;
  readonly position: number;
  state: StepState;
  serverId: string | null;
  claim: Json | null;
  task: Json | null;
  output: Json | null;
  error: StepError | null;
  attempts: number;
  polls: number;
  unknown: boolean;
  finishNumber: number | null;
  wakeAt: number | null;
  waitFor: string | null;
  troubleSince: number | null;
  startedAt: number;
  waitingSince: number | null;
  finishedAt: number | null;
}

export interface EventRecord extends JobEvent {
  readonly jobId: number;
  readonly number: number;
}

export interface OperatorTaskRecord {
  readonly id: number;
  readonly jobId: number;
  readonly serviceId: number | null;
  readonly kind: string;
  readonly stepKey: string;
  readonly title: string;
  readonly detail: string;
  state: 'open' | 'resolved';
}

export interface ServiceRecord {
  readonly id: number;
  state: 'pending' | 'active' | 'suspended' | 'terminated' | 'cancelled';
  desiredState: string;
}

export interface ComponentRecord {
  readonly serviceId: number;
  readonly name: string;
  remoteId: string | null;
  properties: JsonObject;
  inputs: JsonObject | null;
}

export interface ReservationRecord {
  readonly value: string;
  readonly jobId: number;
  readonly serviceId: number;
  readonly component: string;
  freeAt: number | null;
}

export interface SlotRecord {
  readonly serverId: string;
  readonly name: string;
  readonly slot: number;
  jobId: number | null;
  stepKey: string | null;
  since: number | null;
}

export const unfinished: readonly JobState[] = ['pending', 'in_progress', 'waiting', 'rolling_back', 'needs_operator'];
const quarantineMs = 24 * 3_600_000;

/** The tables that provisioning lives in, in memory. */
export class Tables {
  readonly workers = new Map<number, number>();
  readonly jobs = new Map<number, JobRecord>();
  readonly steps = new Map<number, Map<string, StepRecord>>();
  readonly events: EventRecord[] = [];
  readonly outbox: { readonly topic: string; readonly payload: Json }[] = [];
  readonly operatorTasks: OperatorTaskRecord[] = [];
  readonly services = new Map<number, ServiceRecord>();
  readonly components: ComponentRecord[] = [];
  readonly reservations: ReservationRecord[] = [];
  readonly slots: SlotRecord[] = [];
  private lastId = 0;

  constructor(readonly clock: () => number) {}

  get now(): number {
    return this.clock();
  }

  nextId(): number {
    return ++this.lastId;
  }

  job(id: number | string): JobRecord {
    const job = this.jobs.get(Number(id));
    if (!job) throw new Error(`there is no job ${id}`);
    return job;
  }

  stepsOf(jobId: number | string): Map<string, StepRecord> {
    let steps = this.steps.get(Number(jobId));
    if (!steps) this.steps.set(Number(jobId), (steps = new Map()));
    return steps;
  }

  jobsOf(serviceId: number | null): JobRecord[] {
    return serviceId === null ? [] : [...this.jobs.values()].filter((job) => job.serviceId === serviceId);
  }

  openTasks(jobId: number): OperatorTaskRecord[] {
    return this.operatorTasks.filter((task) => task.jobId === jobId && task.state === 'open');
  }

  /** As the unique index `provisioning_job_one_at_a_time_idx` does. */
  refuseTwoAtOnce(job: JobRecord, state: JobState): void {
    const busy: readonly JobState[] = ['in_progress', 'waiting', 'rolling_back', 'needs_operator'];
    if (!busy.includes(state) || job.serviceId === null) return;
    const other = this.jobsOf(job.serviceId).find((one) => one !== job && busy.includes(one.state));
    if (other) throw new TwoAtOnce(`jobs ${other.id} and ${job.id} are both at work on service ${job.serviceId}`);
  }

  wakeNext(serviceId: number | null, except?: number): void {
    const next = this.jobsOf(serviceId).find((job) => job.state === 'pending' && job.id !== except);
    if (next) next.wakeAt = this.now;
  }

  free(which: (reservation: ReservationRecord) => boolean): void {
    for (const one of this.reservations) if (one.freeAt === null && which(one)) one.freeAt = this.now + quarantineMs;
  }

  /** A line that comes after all that there are. Who adds it holds the job's row. */
  addEvent(job: JobRecord, event: JobEvent): void {
    job.eventCount = 1 + Math.max(job.eventCount, this.lastNumber(job.id));
    this.events.push({ ...copy(event), jobId: job.id, number: job.eventCount });
  }

  /** A line of the job's holder, with its number. The one that is there stays. */
  keepEvent(jobId: number, event: NumberedEvent): void {
    if (this.events.some((one) => one.jobId === jobId && one.number === event.number)) return;
    this.events.push({ ...copy(event), jobId });
  }

  lastNumber(jobId: number): number {
    return Math.max(0, ...this.events.filter((one) => one.jobId === jobId).map((one) => one.number));
  }

  openTask(job: JobRecord, task: { kind: string; stepKey: string; title: string; detail: string }): void {
    // As the unique index of open tasks says: one of a kind and step.
    if (this.openTasks(job.id).some((one) => one.kind === task.kind && one.stepKey === task.stepKey)) return;
    this.operatorTasks.push({ id: this.nextId(), jobId: job.id, serviceId: job.serviceId, ...copy(task), state: 'open' });
    this.outbox.push({ topic: 'operator_task.opened', payload: { jobId: String(job.id), title: task.title } });
  }

  closeTasks(which: (task: OperatorTaskRecord) => boolean): void {
    for (const task of this.operatorTasks) if (task.state === 'open' && which(task)) task.state = 'resolved';
  }
}

/** What the database's unique index would have refused. */
export class TwoAtOnce extends Error {
  override readonly name = 'TwoAtOnce';
}

/** What crosses to the database and back is plain JSON. */
export function copy<T>(value: T): T {
  return value === undefined || value === null ? value : (JSON.parse(JSON.stringify(value)) as T);
}

export function jobOf(tables: Tables, job: JobRecord): Job {
  return copy({
    id: String(job.id),
    serviceId: job.serviceId === null ? null : String(job.serviceId),
    operation: job.operation,
    state: job.state,
    phase: job.phase,
    program: job.program,
    interactive: job.interactive,
    fence: job.fence,
    failure: job.failure,
    stopRequested: job.stopRequestedAt !== null,
    lookAgainCount: job.lookAgainCount,
    doubtful: false,
    eventCount: job.eventCount,
    serviceState: job.serviceId === null ? null : tables.services.get(job.serviceId)!.state,
    delivered:
      job.operation === 'create'
        ? []
        : tables.components
            .filter((one) => one.serviceId === job.serviceId)
            .map(({ name, remoteId, properties, inputs }) => ({ name, remoteId, properties, inputs })),
    handedOver: job.handedOver,
    givenUp: job.givenUp,
  });
}

export function stepRowOf(now: number, step: StepRecord): StepRow {
  return copy({
    key: step.key,
    position: step.position,
    state: step.state,
    serverId: step.serverId,
    claim: step.claim,
    task: step.task,
    output: step.output,
    error: step.error,
    attempts: step.attempts,
    polls: step.polls,
    unknown: step.unknown,
    finishNumber: step.finishNumber,
    dueInMs: step.wakeAt === null ? 0 : Math.max(0, step.wakeAt - now),
    waitFor: step.waitFor,
    troubleMs: step.troubleSince === null ? null : now - step.troubleSince,
    ageMs: now - (step.waitingSince ?? step.startedAt),
  });
}
