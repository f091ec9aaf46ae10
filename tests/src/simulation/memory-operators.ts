import { componentOf, holdsSecret, isOver, type Sealer } from '@hostwright/core';
import { PanelError, type Json } from '@hostwright/sdk';
import type { Asked, MemoryDesk } from './memory-desk.js';
import type { JobRecord, StepRecord, Tables } from './tables.js';

const underWay: readonly string[] = ['parked', 'intended', 'waiting'];

/** What staff decide, on tables in memory, as the operators' desk on PostgreSQL does it: each decision is one transaction. */
export class MemoryOperators {
  constructor(
    private readonly tables: Tables,
    private readonly desk: MemoryDesk,
    private readonly sealer: Sealer,
  ) {}

  /** Answers the job that goes on: this one, or a new one for a create that had failed. */
  retry(jobId: number, anew: Asked): number {
    const job = this.tables.job(jobId);
    if (job.operation === 'create' && job.serviceId !== null && (job.state === 'failed' || (job.handedOver && isOver(job.state)))) {
      const next = this.desk.createAnew(job.serviceId, anew).id;
      this.close(job);
      return next;
    }
    needsPerson(job);
    const decided = new Set(this.tables.openTasks(jobId).flatMap((task) => (task.kind === 'decide' ? [task.stepKey] : [])));
    for (const step of this.steps(job)) {
      const again = step.state === 'failed' || step.state === 'dropped' || (step.state === 'intended' && decided.has(step.key));
      if (again && job.phase !== 'undoing' && !isUndone(job, step.key) && !this.isPartOfDone(step)) {
        takeUp(step);
        Object.assign(step, { troubleSince: null, waitingSince: null, startedAt: this.tables.now });
      }
    }
    for (const step of this.steps(job)) {
      if (!['intended', 'waiting', 'undoing'].includes(step.state)) continue;
      const waitingSince = step.state === 'waiting' ? this.tables.now : null;
      Object.assign(step, { attempts: 0, wakeAt: null, troubleSince: null, waitingSince });
    }
    this.goOn(job);
    this.close(job);
    return jobId;
  }

  skip(jobId: number, stepKey: string, output: Json | null): void {
    const job = this.tables.job(jobId);
    needsPerson(job);
    const step = this.tables.stepsOf(jobId).get(stepKey);
    if (!step || ['done', 'skipped', 'undone'].includes(step.state))
      throw new PanelError('conflict', `job ${jobId} has no step '${stepKey}' that is open`, { field: 'stepKey' });
    const undoing = job.phase === 'undoing' || job.phase === 'looking' || isUndone(job, stepKey);
    Object.assign(step, {
      state: undoing ? 'undone' : 'done',
      output: output ?? step.output,
      error: null,
      unknown: undoing ? false : step.unknown,
      wakeAt: null,
      troubleSince: null,
      finishedAt: this.tables.now,
      finishNumber: step.finishNumber ?? this.lastFinish(job) + 1,
    });
    const part = (one: StepRecord): boolean => one.key.startsWith(`${stepKey} / `);
    for (const one of this.steps(job))
      if (
        (job.phase === 'forward' || job.phase === 'settling') &&
        (one.state === 'failed' || one.state === 'dropped') &&
        !this.isPartOfDone(one) &&
        !isUndone(job, one.key) &&
        !part(one)
      )
        takeUp(one);
    // With an operation of another module its parts are skipped; nobody will come to them again.
    const last = this.lastFinish(job);
    for (const one of this.steps(job))
      if (part(one) && underWay.includes(one.state))
        Object.assign(one, {
          state: 'dropped',
          wakeAt: null,
          waitFor: null,
          troubleSince: null,
          finishedAt: this.tables.now,
          finishNumber: last,
        });
    this.goOn(job);
    this.close(job);
  }

  rollBack(jobId: number): void {
    const job = this.tables.job(jobId);
    if (!['pending', 'in_progress', 'waiting', 'needs_operator'].includes(job.state))
      throw new PanelError('conflict', `job ${jobId} is ${job.state}, so it cannot be rolled back`);
    if (job.operation === 'terminate' && job.state !== 'pending')
      throw new PanelError('conflict', `job ${jobId} removes the service; what is gone cannot be brought back`);
    const asking = job.state === 'needs_operator';
    const forward = job.phase === 'forward' || job.phase === 'settling';
    job.stopRequestedAt ??= this.tables.now;
    if (asking && forward) job.failure = { code: 'stopped', message: 'rolled back by staff' };
    if (job.workerId === null) job.wakeAt = this.tables.now;
    if (asking) {
      job.state = job.phase === 'undoing' ? 'rolling_back' : 'waiting';
      if (job.phase === 'forward') job.phase = 'settling';
    }
    this.close(job);
  }

  markResolved(jobId: number): void {
    const { tables } = this;
    const job = tables.job(jobId);
    const { state } = job;
    if (state !== 'needs_operator' && state !== 'failed' && job.phase !== 'looking')
      throw new PanelError('conflict', `job ${jobId} is ${state}, so there is nothing to resolve`);
    const ended = job.operation === 'terminate' || job.handedOver;
    job.fence += 1;
    Object.assign(job, { workerId: null, wakeAt: null, phase: 'ended', finishedAt: job.finishedAt ?? tables.now });
    if (state === 'needs_operator') job.state = ended ? 'completed' : 'failed';
    for (const step of this.steps(job))
      if (underWay.includes(step.state) || step.state === 'undoing')
        Object.assign(step, { state: 'dropped', wakeAt: null, waitFor: null, finishedAt: tables.now });
    const last = tables.events.filter((event) => event.jobId === jobId).sort((a, b) => b.number - a.number)[0];
    tables.addEvent(job, {
      type: ended ? 'complete' : 'error',
      stepKey: null,
      step: last?.step ?? 0,
      total: last?.total ?? 0,
      percentage: ended ? 100 : (last?.percentage ?? 0),
      message: 'ended by staff',
    });
    this.wipe(job);
    const isTerminated = job.serviceId !== null && tables.services.get(job.serviceId)!.state === 'terminated';
    if (state !== 'needs_operator' && (job.handedOver || state !== 'completed'))
      tables.free((one) => one.jobId === jobId && (!job.handedOver || isTerminated || job.givenUp[one.component] !== undefined));
    if (job.operation === 'terminate' && job.serviceId !== null) {
      tables.services.get(job.serviceId)!.state = 'terminated';
      tables.free((one) => one.serviceId === job.serviceId);
    }
    tables.wakeNext(job.serviceId);
    this.close(job);
  }

  private steps(job: JobRecord): StepRecord[] {
    return [...this.tables.stepsOf(job.id).values()];
  }

  /** Nobody comes to the parts of another module's operation again once that is done. */
  private isPartOfDone(step: StepRecord): boolean {
    return [...this.tables.stepsOf(step.jobId).values()].some((one) => one.state === 'done' && step.key.startsWith(`${one.key} / `));
  }

  private lastFinish(job: JobRecord): number {
    return Math.max(0, ...this.steps(job).map((step) => step.finishNumber ?? 0));
  }

  private goOn(job: JobRecord): void {
    job.fence += 1;
    job.wakeAt = this.tables.now;
    if (job.phase === 'forward' || job.phase === 'settling') job.failure = null;
    job.state = job.phase === 'undoing' ? 'rolling_back' : 'waiting';
    if (job.phase === 'settling') job.phase = 'forward';
    job.givenUp = Object.fromEntries(Object.entries(job.givenUp).filter(([, why]) => !why.kept));
  }

  private close(job: JobRecord): void {
    this.tables.closeTasks((task) => task.jobId === job.id);
  }

  /** The job has ended, so its secrets go. */
  private wipe(job: JobRecord): void {
    if (holdsSecret(job.program as unknown as Json))
      job.program = this.sealer.wipe(job.program as unknown as Json) as unknown as JobRecord['program'];
    for (const step of this.steps(job)) {
      if (holdsSecret(step.output ?? undefined)) step.output = this.sealer.wipe(step.output);
      if (holdsSecret(step.task ?? undefined)) step.task = this.sealer.wipe(step.task);
    }
  }
}

/** Of a component whose steps are being undone while the others go on. */
export function isUndone({ givenUp }: JobRecord, stepKey: string): boolean {
  const why = givenUp[componentOf(stepKey)];
  return why !== undefined && !why.kept;
}

function takeUp(step: StepRecord): void {
  Object.assign(step, { state: 'parked', attempts: 0, error: null, wakeAt: null, finishNumber: null });
}

function needsPerson(job: JobRecord): void {
  if (job.state !== 'needs_operator')
    throw new PanelError('conflict', `job ${job.id} is ${job.state}; only a job that needs a person can be decided about`);
}
