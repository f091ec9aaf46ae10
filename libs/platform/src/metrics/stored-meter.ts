import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineMeter, type MeteredStep } from '@hostwright/core';
import type { Log } from '@hostwright/sdk';
import { QuietLine, type Queryable } from '../database/index.js';
import { CountDeltas } from './count-deltas.js';
import { addCounts, readJobTimes, type CountBatch } from './count-store.js';
import { engineCounts as counts } from './engine-counts.js';

/** How often what was counted is brought to the tables. A worker that is killed takes no more than this along. */
const flushEveryMs = 5_000;
/** For the last flush. A database that hangs is not worth a worker that does not stop. */
const farewellMs = 3_000;

interface EndedJob {
  readonly id: string;
  readonly operation: string;
  readonly outcome: string;
}

export interface StoredMeterOptions {
  readonly db: Queryable;
  readonly log: Pick<Log, 'warn'>;
  readonly everyMs?: number;
}

/**
 * Counts in memory and adds to the tables now and then, in one statement that nobody waits for. What could not be added is kept and sent
 * again with the same number: a database that took it and could not say so takes it once.
 */
export class StoredMeter extends EngineMeter {
  private readonly sourceId = randomUUID();
  private readonly line: QuietLine;
  private deltas = new CountDeltas();
  private ended: EndedJob[] = [];
  private unsent: CountBatch | undefined;
  private number = 0;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;

  constructor(private readonly options: StoredMeterOptions) {
    super();
    this.line = new QuietLine(options.log, 'what the worker counts could not be stored; it is kept and sent again');
  }

  /** Begins to flush. */
  start(): void {
    this.timer ??= setInterval(() => void this.tryFlush(), this.options.everyMs ?? flushEveryMs).unref();
  }

  /** Ends with a last flush. Nothing may be told any more. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await Promise.race([this.lastFlush(), sleep(farewellMs, undefined, { ref: false })]);
    if (this.unsent !== undefined || this.pending)
      this.options.log.warn('what the worker counted last is lost with it, since the database did not take it');
  }

  /** Adds what was counted so far. Rejects when it could not; nothing is lost by that. */
  flush(): Promise<void> {
    this.flushing ??= this.send().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  stopwatch(): () => number {
    const from = performance.now();
    return () => (performance.now() - from) / 1000;
  }

  jobEnded({ id, operation, outcome }: EndedJob): void {
    this.deltas.add(counts.jobsEnded, { operation, outcome });
    this.ended.push({ id, operation, outcome });
  }

  stepEnded({ extension, name, outcome, seconds }: MeteredStep & { readonly outcome: string; readonly seconds: number }): void {
    this.deltas.observe(counts.stepSeconds, { extension, step: name, outcome }, seconds);
  }

  callFailed({ extension, name, during, verdict }: MeteredStep & { readonly during: string; readonly verdict: string }): void {
    this.deltas.add(counts.stepCallFailures, { extension, step: name, during, verdict });
  }

  stepRetried({ extension, name }: MeteredStep): void {
    this.deltas.add(counts.stepRetries, { extension, step: name });
  }

  turnEnded(outcome: string): void {
    this.deltas.add(counts.turns, { outcome });
  }

  swept(jobs: number, seconds: number): void {
    this.deltas.observe(counts.sweepSeconds, {}, seconds);
    this.deltas.add(counts.sweptJobs, {}, jobs);
  }

  leaseLost(): void {
    this.deltas.add(counts.leasesLost, {});
  }

  journalWritten(writes: number): void {
    this.deltas.add(counts.journalStatements, {});
    this.deltas.add(counts.journalWrites, {}, writes);
  }

  private get pending(): boolean {
    return this.deltas.size > 0 || this.ended.length > 0;
  }

  private async lastFlush(): Promise<void> {
    await this.tryFlush();
    // A flush that was under way, or a batch sent again, left what came after it.
    if (this.unsent === undefined && this.pending) await this.tryFlush();
  }

  private tryFlush(): Promise<void> {
    return this.flush().catch((error: unknown) => this.line.warn(error));
  }

  private async send(): Promise<void> {
    if (this.unsent === undefined) {
      if (!this.pending) return;
      await this.lookUpTimes();
      this.unsent = { sourceId: this.sourceId, number: ++this.number, deltas: this.deltas.all() };
      this.deltas = new CountDeltas();
    }
    try {
      await addCounts(this.options.db, this.unsent);
    } catch (error) {
      // Class 22: a label that PostgreSQL cannot keep. It would be refused for ever, and hold up what comes after it.
      if (/^22/.test(String((error as { code?: unknown }).code))) this.unsent = undefined;
      throw error;
    }
    this.unsent = undefined;
  }

  /** How long the jobs that ended took, by the tables' own clock. */
  private async lookUpTimes(): Promise<void> {
    const { ended } = this;
    if (ended.length === 0) return;
    const times = new Map((await readJobTimes(this.options.db, [...new Set(ended.map(({ id }) => id))])).map((one) => [one.id, one]));
    // Only now: had the tables not answered, they would be asked again.
    this.ended = this.ended.slice(ended.length);
    for (const { id, operation, outcome } of ended) {
      const known = times.get(id);
      if (!known) continue;
      this.deltas.observe(counts.jobSeconds, { operation, outcome }, known.seconds);
      this.deltas.observe(counts.jobWaitSeconds, { operation }, known.waitSeconds);
    }
  }
}
