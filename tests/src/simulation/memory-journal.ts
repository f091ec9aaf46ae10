import {
  Journal,
  JournalTrouble,
  LeaseLost,
  isOver,
  type HeldJob,
  type Job,
  type JobState,
  type JobTurn,
  type LoadedJob,
  type NewJob,
  type StepEntry,
  type Succession,
} from '@hostwright/core';
import { copy, jobOf, stepRowOf, TwoAtOnce, unfinished, type JobRecord, type StepRecord, type Tables } from './tables.js';
import { startJob } from './job-start.js';
import { endTurn } from './turn-write.js';

const finished: readonly string[] = ['done', 'failed', 'skipped', 'dropped', 'undone'];
const moving: readonly JobState[] = ['pending', 'in_progress', 'waiting', 'rolling_back'];

/**
 * The journal on tables in memory, statement by statement what the one on PostgreSQL does; the contract spec holds the two against each
 * other. Each method does all of its work before it answers, as one commit.
 */
export class MemoryJournal extends Journal {
  constructor(private readonly tables: Tables) {
    super();
  }

  async register(_name: string, leaseMs: number): Promise<string> {
    const id = this.tables.nextId();
    this.tables.workers.set(id, this.tables.now + leaseMs);
    return String(id);
  }

  async renew(workerId: string, leaseMs: number): Promise<boolean> {
    if (!this.leased(Number(workerId))) return false;
    this.tables.workers.set(Number(workerId), this.tables.now + leaseMs);
    return true;
  }

  async leave(workerId: string): Promise<void> {
    if (this.tables.workers.has(Number(workerId))) this.tables.workers.set(Number(workerId), -Infinity);
    this.reclaim();
  }

  async start(workerId: string, job: NewJob): Promise<Job> {
    return jobOf(this.tables, startJob(this.tables, this.leased(Number(workerId)) ? Number(workerId) : null, copy(job)));
  }

  async claim(workerId: string, limit: number): Promise<readonly Job[]> {
    const { tables } = this;
    if (!this.leased(Number(workerId))) return [];
    const due = [...tables.jobs.values()]
      .filter((job) => job.wakeAt !== null && job.wakeAt <= tables.now && job.workerId === null && this.mayBegin(job))
      .sort((a, b) => a.wakeAt! - b.wakeAt!)
      .slice(0, limit);
    const states = due.map((job): JobState => (job.state === 'pending' || job.state === 'waiting' ? 'in_progress' : job.state));
    try {
      due.forEach((job, index) => tables.refuseTwoAtOnce(job, states[index]!));
    } catch (error) {
      throw troubleOf(error);
    }
    for (const [index, job] of due.entries()) {
      job.workerId = Number(workerId);
      job.fence += 1;
      job.wakeAt = null;
      job.state = states[index]!;
    }
    return due.map((job) => jobOf(tables, job));
  }

  async load(jobIds: readonly string[]): Promise<ReadonlyMap<string, LoadedJob>> {
    const { tables } = this;
    return new Map(
      jobIds.map((id) => [
        id,
        {
          eventCount: tables.lastNumber(Number(id)),
          steps: [...tables.stepsOf(id).values()].map((step) => stepRowOf(tables.now, step)),
        },
      ]),
    );
  }

  async writeStep(entry: StepEntry): Promise<{ readonly stopRequested: boolean }> {
    const { tables } = this;
    const job = this.heldUnder(entry);
    if (!job) throw new LeaseLost(entry.jobId);
    const { step, failure, event, operatorTask } = copy(entry);
    const { now } = tables;
    const steps = tables.stepsOf(job.id);
    const before = steps.get(step.key);
    const isFinished = finished.includes(step.state);
    const row: StepRecord = {
      jobId: job.id,
      key: step.key,
      position: before?.position ?? step.position,
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
      wakeAt: step.wakeInMs === null ? null : now + step.wakeInMs,
      waitFor: step.waitFor,
      troubleSince: step.trouble ? (before?.troubleSince ?? now) : null,
      startedAt: before?.startedAt ?? now,
      waitingSince: step.state === 'waiting' ? (before?.waitingSince ?? now) : null,
      finishedAt: isFinished ? (before?.finishedAt ?? now) : null,
    };
    steps.set(step.key, row);
    if (failure) {
      job.failure ??= failure;
      if (job.phase === 'forward') job.phase = 'settling';
    }
    if (event) tables.keepEvent(job.id, event);
    if (operatorTask) tables.openTask(job, operatorTask);
    return { stopRequested: job.stopRequestedAt !== null };
  }

  async writeTurn(turn: JobTurn): Promise<void> {
    const job = this.heldUnder(turn);
    if (!job) throw new LeaseLost(turn.jobId);
    try {
      endTurn(this.tables, job, copy(turn), isOver(turn.state));
    } catch (error) {
      throw troubleOf(error);
    }
  }

  async succession(jobId: string): Promise<Succession> {
    const { tables } = this;
    const job = tables.job(jobId);
    const later = tables.jobsOf(job.serviceId).filter((one) => one.id > job.id);
    const earlier = tables.jobsOf(job.serviceId).filter((one) => one.id < job.id);
    const claimedBefore = this.stepsAlsoOf(job, earlier, (_, theirs) => theirs.unknown);
    const claimedAgain = this.stepsAlsoOf(
      job,
      later,
      (one, theirs) =>
        !(['failed', 'cancelled', 'superseded'].includes(one.state) && ['failed', 'dropped', 'undone'].includes(theirs.state)),
    );
    const completed = later.some((one) => one.state === 'completed' && !['suspend', 'unsuspend'].includes(one.operation));
    return { claimedBefore, claimedAgain, completed };
  }

  /** Keys of a job's steps whose claim, on the same server, is one of others' too. */
  private stepsAlsoOf(job: JobRecord, others: readonly JobRecord[], counts: (one: JobRecord, theirs: StepRecord) => boolean): Set<string> {
    const { tables } = this;
    const isShared = (mine: StepRecord): boolean =>
      others.some((one) =>
        [...tables.stepsOf(one.id).values()].some(
          (theirs) => theirs.serverId === mine.serverId && sameJson(theirs.claim, mine.claim) && counts(one, theirs),
        ),
      );
    const mine = [...tables.stepsOf(job.id).values()].filter((step) => step.claim !== null && isShared(step));
    return new Set(mine.map((step) => step.key));
  }

  async held(workerId: string): Promise<readonly HeldJob[]> {
    return [...this.tables.jobs.values()]
      .filter((job) => job.workerId === Number(workerId))
      .map((job) => ({ jobId: String(job.id), fence: job.fence }));
  }

  async giveBack(jobs: readonly HeldJob[]): Promise<void> {
    for (const { jobId, fence } of jobs) {
      const job = this.tables.job(jobId);
      if (job.fence === fence && job.workerId !== null) this.release(job);
    }
  }

  async sweep(): Promise<number> {
    const { tables } = this;
    const { now } = tables;
    this.reclaim();
    const jobs = [...tables.jobs.values()];
    for (const job of jobs)
      if (job.workerId === null && job.wakeAt === null && moving.includes(job.state) && !this.hasEarlier(job)) job.wakeAt = now;
    for (const slot of tables.slots) {
      if (slot.jobId === null || slot.since! >= now - 5_000) continue;
      const step = tables.stepsOf(slot.jobId).get(slot.stepKey!);
      const working = step && ['intended', 'waiting', 'undoing'].includes(step.state);
      if (working && ['in_progress', 'waiting', 'rolling_back'].includes(tables.job(slot.jobId).state)) continue;
      slot.jobId = slot.stepKey = slot.since = null;
    }
    return Math.min(1_000, jobs.filter((job) => job.wakeAt !== null && job.wakeAt <= now && job.workerId === null).length);
  }

  private leased(workerId: number): boolean {
    const until = this.tables.workers.get(workerId);
    return until !== undefined && until > this.tables.now;
  }

  /** The job when it is held under that fence. */
  private heldUnder({ jobId, fence }: HeldJob): JobRecord | undefined {
    const job = this.tables.job(jobId);
    return job.fence === fence && job.workerId !== null ? job : undefined;
  }

  private hasEarlier(job: JobRecord): boolean {
    return this.tables.jobsOf(job.serviceId).some((other) => other.id < job.id && unfinished.includes(other.state));
  }

  private mayBegin(job: JobRecord): boolean {
    if (job.state === 'pending' && this.hasEarlier(job)) return false;
    return !this.tables
      .jobsOf(job.serviceId)
      .some(
        (other) =>
          other !== job && (job.phase === 'looking' ? moving.includes(other.state) : other.phase === 'looking' && other.workerId !== null),
      );
  }

  private release(job: JobRecord): void {
    job.workerId = null;
    job.wakeAt = this.tables.now;
    job.fence += 1;
  }

  /** Workers whose lease ran out are struck off, and what they held is due at once, under a new fence. */
  private reclaim(): void {
    const { workers, jobs, now } = this.tables;
    for (const [id, until] of workers) if (until < now) workers.delete(id);
    for (const job of jobs.values()) if (job.workerId !== null && !workers.has(job.workerId)) this.release(job);
  }
}

/** A statement that the database refuses leaves nothing behind. */
function troubleOf(error: unknown): unknown {
  return error instanceof TwoAtOnce ? new JournalTrouble('the journal could not be reached', { cause: error }) : error;
}

/** Equal as `jsonb` is, the order of names aside. */
function sameJson(a: unknown, b: unknown): boolean {
  const canonical = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)))
      : value;
  return JSON.stringify(a, canonical) === JSON.stringify(b, canonical);
}
