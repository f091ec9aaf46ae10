import type { Json } from '@hostwright/sdk';
import {
  isOfJournal,
  type JobEvent,
  type Journal,
  type LoadedJob,
  type NewOperatorTask,
  type NumberedEvent,
  type StepEntry,
  type StepWrite,
} from './journal.js';
import { componentOf, type Job, type StepError, type StepRow, type StepState } from './job.js';
import type { Timers } from './timers.js';

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

/** What is committed together with a step. `failure`: the job's first final error. */
interface Beside {
  readonly event?: JobEvent | null;
  readonly failure?: StepError;
  readonly operatorTask?: NewOperatorTask;
}

/** Where a step stands in the list, who serves it, and how it is called. */
export interface StepPlace {
  readonly key: string;
  readonly position: number;
  readonly serverId: string | null;
}

const settled: ReadonlySet<StepState> = new Set(['done', 'failed', 'skipped', 'dropped', 'undone']);

/**
 * One job's journal as its holder sees it. A change that was written is committed, under the fence, before it is visible here. An end that
 * was noted is visible at once, so that the pure code after it can go on and what it comes to shares the commit; but nothing leaves the
 * process before it is `committed`.
 */
export class JobLedger {
  private readonly rows = new Map<string, StepRow>();
  private finishes = 0;
  private events: number;
  private failed: StepError | null;
  private stop: boolean;
  private lost: unknown;
  /** Once the service is handed over each component fails for itself: those that have, by name. */
  private readonly failedParts = new Map<string, StepError>();
  /** Since when the rows are as they are: those that were written to wait by key, the others since they were loaded. */
  private readonly waitsSince = new Map<string, number>();
  private readonly loadedAt: number;
  /** The last note on its way. Writes of one job are committed in order, so with it all are. It never rejects. */
  private underWay: Promise<void> | undefined;

  constructor(
    readonly job: Job,
    loaded: LoadedJob,
    private readonly journal: Journal,
    private readonly timers: Pick<Timers, 'passed'>,
  ) {
    this.loadedAt = timers.passed();
    this.events = loaded.eventCount;
    for (const row of loaded.steps) {
      this.rows.set(row.key, row);
      this.finishes = Math.max(this.finishes, row.finishNumber ?? 0);
    }
    this.failed = job.failure;
    this.stop = job.stopRequested;
    if (!job.handedOver) return;
    for (const row of loaded.steps) if (row.state === 'failed' && row.error) this.failedParts.set(componentOf(row.key), row.error);
    for (const [name, why] of Object.entries(job.givenUp)) this.failedParts.set(name, why);
  }

  /** The job's first final error, once there is one. */
  get failure(): StepError | null {
    return this.failed;
  }

  get stopRequested(): boolean {
    return this.stop;
  }

  /** No new step of that key's component starts. */
  isStopping(key: string): boolean {
    return this.failed !== null || this.stop || (this.failedParts.size > 0 && this.failedParts.has(componentOf(key)));
  }

  /** Why a component has failed since the hand-over. */
  failureOf(component: string): StepError | undefined {
    return this.failedParts.get(component);
  }

  /**
   * Throws once a write has learned that somebody else holds the job, or could not be made: its other steps make no call any more either,
   * and no line is written behind one of which nobody knows whether it is there.
   */
  requireLease(): void {
    if (this.lost) throw this.lost as Error;
  }

  /**
   * The commit of all that was noted so far; undefined where all is committed. It never rejects: `requireLease` says afterwards whether
   * it came to it.
   */
  get notes(): Promise<void> | undefined {
    return this.underWay;
  }

  /** Everything noted so far is committed. Throws as `requireLease`, or what a note was refused for. */
  async committed(): Promise<void> {
    await this.underWay;
    this.requireLease();
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
  async write(place: StepPlace, change: StepChange, also: Beside = {}): Promise<StepRow> {
    const { entry, row } = this.changed(place, change, also);
    try {
      const { stopRequested } = await this.journal.writeStep(entry);
      this.stop ||= stopRequested;
    } catch (error) {
      this.refused(entry, error);
      throw error;
    }
    if (also.failure && this.job.handedOver) this.failedParts.set(componentOf(row.key), also.failure);
    else if (also.failure) this.failed ??= also.failure;
    this.rows.set(row.key, row);
    if (row.dueInMs > 0) this.waitsSince.set(row.key, this.timers.passed());
    return row;
  }

  /** Milliseconds from this moment until the step is due: a turn may take its time, and what waits meanwhile has waited then. */
  dueIn({ key, dueInMs }: StepRow): number {
    return dueInMs === 0 ? 0 : Math.max(0, dueInMs - (this.timers.passed() - (this.waitsSince.get(key) ?? this.loadedAt)));
  }

  /** Until the first of these is due. */
  nextWake(rows: readonly StepRow[]): number {
    return Math.min(...rows.map((row) => this.dueIn(row)));
  }

  /** Hands a change to the journal without waiting for the commit. `committed`: told once it is. */
  note(place: StepPlace, change: StepChange, { event = null, committed }: { event?: JobEvent | null; committed?: () => void } = {}): void {
    const { entry, row } = this.changed(place, change, { event });
    const before = this.rows.get(row.key);
    this.rows.set(row.key, row);
    const written: Promise<void> = this.journal.writeStep(entry).then(
      ({ stopRequested }) => {
        if (this.underWay === written) this.underWay = undefined;
        this.stop ||= stopRequested;
        committed?.();
      },
      (error: unknown) => {
        if (this.underWay === written) this.underWay = undefined;
        this.refused(entry, error);
        // The function went on from it, so this turn is over whatever the reason was.
        this.lost ??= error;
        if (before) this.rows.set(row.key, before);
        else this.rows.delete(row.key);
      },
    );
    this.underWay = written;
  }

  private changed(place: StepPlace, change: StepChange, also: Beside): { readonly entry: StepEntry; readonly row: StepRow } {
    this.requireLease();
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
    const entry: StepEntry = {
      jobId: this.job.id,
      fence: this.job.fence,
      step,
      isNew: before === undefined,
      event: also.event ? this.number(also.event) : null,
      // After the hand-over it is the component's, and the row says it.
      failure: (this.job.handedOver ? null : also.failure) ?? null,
      operatorTask: also.operatorTask ?? null,
    };
    // Field by field: at some ten thousand steps a second, spreading the one into the other is felt.
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
    return { entry, row };
  }

  private refused(entry: StepEntry, error: unknown): void {
    if (isOfJournal(error)) this.lost = error;
    // What was refused for what it holds is certainly not there, and neither is what was to come behind it.
    else if (entry.event) this.rewind(entry.event.number - 1);
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

  /** Takes back the numbers of lines that certainly were not written. `eventCount`: how many there were before them. */
  rewind(eventCount: number): void {
    this.events = Math.min(this.events, eventCount);
  }

  /** Makes an error that belongs to no step the job's failure. It is committed with the turn that follows. */
  fail(error: StepError): void {
    this.failed ??= error;
  }
}
