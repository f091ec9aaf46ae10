import type { Json } from '@hostwright/sdk';
import {
  LeaseLost,
  type JobEvent,
  type Journal,
  type LoadedJob,
  type NewOperatorTask,
  type NumberedEvent,
  type StepEntry,
  type StepWrite,
} from './journal.js';
import type { Job, StepError, StepRow, StepState } from './job.js';

/** What is written of a step; what is left out stays as it was. */
export interface StepChange {
  readonly state: StepState;
  readonly claim?: Json | null;
  readonly task?: Json | null;
  readonly output?: Json | null;
  readonly error?: StepError | null;
  readonly attempts?: number;
  readonly polls?: number;
  readonly unknown?: boolean;
  /** Milliseconds until it is due. Left out: it waits for nothing. */
  readonly wakeInMs?: number;
  readonly waitFor?: string;
  readonly trouble?: boolean;
}

/** Where a step stands in the list, who serves it, and how it is called. */
export interface StepPlace {
  readonly key: string;
  readonly position: number;
  readonly serverId: string | null;
}

const settled: ReadonlySet<StepState> = new Set(['done', 'failed', 'skipped', 'dropped', 'undone']);

/** One job's journal as its holder sees it: every change is committed, under the fence, before it is visible here. */
export class JobLedger {
  private readonly rows = new Map<string, StepRow>();
  private finishes = 0;
  private events: number;
  private failed: StepError | null;
  private stop: boolean;
  private lost: LeaseLost | undefined;

  constructor(
    readonly job: Job,
    loaded: LoadedJob,
    private readonly journal: Journal,
  ) {
    this.events = loaded.eventCount;
    for (const row of loaded.steps) {
      this.rows.set(row.key, row);
      this.finishes = Math.max(this.finishes, row.finishNumber ?? 0);
    }
    this.failed = job.failure;
    this.stop = job.stopRequested;
  }

  /** The job's first final error, once there is one. */
  get failure(): StepError | null {
    return this.failed;
  }

  get stopRequested(): boolean {
    return this.stop;
  }

  /** Throws once a write has learned that somebody else holds the job: its other steps make no call any more either. */
  requireLease(): void {
    if (this.lost) throw this.lost;
  }

  /** Lines of the progress list so far. */
  get eventCount(): number {
    return this.events;
  }

  get isEmpty(): boolean {
    return this.rows.size === 0;
  }

  /** Gives a line its number; it is to be written at once. */
  number(event: JobEvent): NumberedEvent {
    this.events += 1;
    return { ...event, number: this.events };
  }

  find(key: string): StepRow | undefined {
    return this.rows.get(key);
  }

  all(): StepRow[] {
    return [...this.rows.values()];
  }

  /** The rows as they stand, not copied. */
  each(): Iterable<StepRow> {
    return this.rows.values();
  }

  isOpen(row: StepRow): boolean {
    return !settled.has(row.state);
  }

  /** Steps that are under way or may be. */
  open(): StepRow[] {
    return this.all().filter((row) => this.isOpen(row));
  }

  /** Commits a step's change. `failure` also makes it the job's first final error. */
  async write(
    place: StepPlace,
    change: StepChange,
    also: { event?: JobEvent | null; failure?: StepError; operatorTask?: NewOperatorTask } = {},
  ): Promise<StepRow> {
    const before = this.rows.get(place.key);
    const finished = settled.has(change.state);
    const finishNumber = finished || change.state === 'undoing' ? (before?.finishNumber ?? ++this.finishes) : null;
    const step: StepWrite = {
      key: place.key,
      position: place.position,
      state: change.state,
      serverId: place.serverId,
      claim: change.claim === undefined ? (before?.claim ?? null) : change.claim,
      task: change.task === undefined ? (before?.task ?? null) : change.task,
      output: change.output === undefined ? (before?.output ?? null) : change.output,
      error: change.error === undefined ? (before?.error ?? null) : change.error,
      attempts: change.attempts ?? before?.attempts ?? 0,
      polls: change.polls ?? before?.polls ?? 0,
      unknown: change.unknown ?? before?.unknown ?? false,
      finishNumber,
      wakeInMs: change.wakeInMs ?? null,
      waitFor: change.waitFor ?? null,
      trouble: change.trouble ?? false,
    };
    const { stopRequested } = await this.writeHeld({
      jobId: this.job.id,
      fence: this.job.fence,
      step,
      event: also.event ? this.number(also.event) : null,
      failure: also.failure ?? null,
      operatorTask: also.operatorTask ?? null,
    });
    this.stop ||= stopRequested;
    if (also.failure) this.failed ??= also.failure;
    const row: StepRow = {
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
      finishNumber,
      dueInMs: step.wakeInMs ?? 0,
      waitFor: step.waitFor,
      troubleMs: step.trouble ? (before?.troubleMs ?? 0) : null,
      ageMs: step.state === 'waiting' && before?.state !== 'waiting' ? 0 : (before?.ageMs ?? 0),
    };
    this.rows.set(row.key, row);
    return row;
  }

  private async writeHeld(entry: StepEntry): Promise<{ readonly stopRequested: boolean }> {
    try {
      return await this.journal.writeStep(entry);
    } catch (error) {
      if (error instanceof LeaseLost) this.lost = error;
      throw error;
    }
  }

  /** Remembers, with the step's next write, that a call of it may have been made by whoever was here before. */
  suspect(key: string): StepRow | undefined {
    const row = this.rows.get(key);
    if (row && !row.unknown) this.rows.set(key, { ...row, unknown: true });
    return this.rows.get(key);
  }

  /** The time that a step was waiting for has come within this turn. */
  comeDue(key: string): void {
    const row = this.rows.get(key);
    if (row) this.rows.set(key, { ...row, dueInMs: 0 });
  }

  /** Makes an error that belongs to no step the job's failure. It is committed with the turn that follows. */
  fail(error: StepError): void {
    this.failed ??= error;
  }
}
