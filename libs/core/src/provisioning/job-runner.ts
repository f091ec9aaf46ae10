import type { HttpSignal } from '@hostwright/sdk';
import type { EngineLog } from './engine-log.js';
import type { EngineSettings } from './engine-settings.js';
import type { Job, StepRow } from './job.js';
import { JobLoop } from './job-loop.js';
import { JobTurn, type EnginePorts } from './job-turn.js';
import { PollBatch } from './poll-batch.js';

export interface RunnerPorts extends EnginePorts {
  readonly name: string;
  readonly settings: EngineSettings;
}

/**
 * One worker: holds a lease, claims jobs that are due, and gives each its turn. Nothing is kept here that the database does not know;
 * a worker that dies is found by its lease, and another goes on from the journal.
 */
export class JobRunner extends JobLoop {
  private workerId: string | undefined;
  private lease = new AbortController();
  private readonly turns = new Map<string, Promise<void>>();
  private lostSight = new Set<string>();
  private readonly polls: PollBatch;
  private looking = false;
  private lookAgain = false;
  private stopped = true;
  private alarm: { readonly at: number; cancel(): void } | undefined;
  private beat: { cancel(): void } | undefined;
  private sweeper: { cancel(): void } | undefined;
  private failing = false;
  private troubleLineAt = -Infinity;
  private renewedAt = 0;
  private gone = false;

  constructor(
    private readonly ports: RunnerPorts,
    private readonly now: () => number,
  ) {
    super();
    this.polls = new PollBatch(ports.timers);
  }

  private get log(): EngineLog {
    return this.ports.log;
  }

  override async start(): Promise<void> {
    if (!this.stopped) return;
    this.stopped = false;
    this.gone = false;
    await this.enlist();
    this.heartbeat();
    this.sweepLater(0);
    this.look();
  }

  /** Claims nothing new, lets the calls under way end, and gives back what it holds. */
  override async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.alarm?.cancel();
    this.sweeper?.cancel();
    let patience: { cancel(): void } | undefined;
    const patienceEnds = new Promise<void>((resolve) => (patience = this.ports.timers.after(this.ports.settings.leaseMs, resolve)));
    await Promise.race([Promise.allSettled([...this.turns.values()]), patienceEnds]);
    patience?.cancel();
    // Only now: what is under way is ours for as long as the lease is kept.
    this.gone = true;
    this.beat?.cancel();
    this.lease.abort(new Error('the worker stops'));
    if (this.workerId !== undefined) await this.ports.journal.leave(this.workerId).catch(() => undefined);
    this.workerId = undefined;
  }

  /** Somebody rang: there may be jobs that are due. */
  override look(): void {
    if (this.stopped) return;
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    this.looking = true;
    void this.claim().finally(() => {
      this.looking = false;
      if (this.lookAgain) {
        this.lookAgain = false;
        this.look();
      }
    });
  }

  private async enlist(): Promise<void> {
    const askedAt = this.now();
    this.workerId = await this.ports.journal.register(this.ports.name, this.ports.settings.leaseMs);
    this.lease = new AbortController();
    this.renewedAt = askedAt;
  }

  /** Aborted, too, once the lease has run out by our own clock: a process that stood still makes no call before it has heard that it is late. */
  private leaseSignal(): HttpSignal {
    const { signal } = this.lease;
    const ranOut = (): boolean => this.now() - this.renewedAt > this.ports.settings.leaseMs;
    return {
      get aborted() {
        return signal.aborted || ranOut();
      },
      get reason(): unknown {
        return signal.reason;
      },
      addEventListener: (type, listener) => signal.addEventListener(type, listener),
      removeEventListener: (type, listener) => signal.removeEventListener(type, listener),
    };
  }

  /** A lease that ran out is lost for good: every turn is told, and the worker comes back as another. */
  private heartbeat(): void {
    this.beat = this.ports.timers.after(this.ports.settings.leaseMs / 3, () => {
      void (async () => {
        if (this.gone) return;
        const askedAt = this.now();
        try {
          if (this.workerId === undefined || !(await this.ports.journal.renew(this.workerId, this.ports.settings.leaseMs))) {
            this.lease.abort(new Error('the lease was lost'));
            await this.enlist();
            this.log.warn('the worker lost its lease and enlisted anew');
            this.look();
          } else {
            this.renewedAt = askedAt;
          }
          this.recovered();
        } catch (error) {
          // A lease that nobody could renew has run out: whatever is under way must not go on.
          if (this.now() - this.renewedAt > this.ports.settings.leaseMs) this.lease.abort(new Error('the lease could not be renewed'));
          this.trouble(error);
        }
        if (!this.gone) this.heartbeat();
      })();
    });
  }

  private sweepLater(ms: number): void {
    this.sweeper = this.ports.timers.after(ms, () => {
      void (async () => {
        try {
          const due = await this.ports.journal.sweep();
          await this.giveBackLost();
          this.ports.meter.swept(due);
          this.recovered();
          if (due > 0) this.look();
        } catch (error) {
          this.trouble(error);
        }
        if (!this.stopped) this.sweepLater(this.ports.settings.sweepMs);
      })();
    });
  }

  /**
   * Jobs this worker holds but does not work on: the answer to a claim was lost, or a turn ended without being able to say so.
   * Given back when seen at two sweeps, since a claim's answer may just be on its way.
   */
  private async giveBackLost(): Promise<void> {
    if (this.workerId === undefined) return;
    const idle = (await this.ports.journal.held(this.workerId)).filter((job) => !this.turns.has(`${job.jobId} ${job.fence}`));
    const lost = idle.filter((job) => this.lostSight.has(`${job.jobId} ${job.fence}`));
    this.lostSight = new Set(idle.map((job) => `${job.jobId} ${job.fence}`));
    if (lost.length === 0) return;
    await this.ports.journal.giveBack(lost);
    this.look();
  }

  private async claim(): Promise<void> {
    const { journal, settings } = this.ports;
    try {
      for (;;) {
        const free = settings.concurrency - this.turns.size;
        if (this.stopped || free <= 0 || this.workerId === undefined) return;
        const jobs = await journal.claim(this.workerId, free);
        if (jobs.length === 0) return;
        // The fence is committed; only now is the journal read.
        const rows = await journal.load(jobs.map((job) => job.id));
        for (const job of jobs) this.begin(job, rows.get(job.id) ?? []);
        if (jobs.length < free) return;
      }
    } catch (error) {
      this.trouble(error);
    }
  }

  private begin(job: Job, rows: readonly StepRow[]): void {
    const signal = this.leaseSignal();
    const work = async (): Promise<string> =>
      new JobTurn(job, rows, this.ports, signal, this.polls, (wakeInMs) => this.wakeIn(wakeInMs)).run();
    const done = work().then(
      (outcome) => this.ports.meter.turnEnded(outcome),
      (error: unknown) => {
        if (error instanceof Error && error.name === 'LeaseLost') this.ports.meter.turnEnded('lease lost');
        // The journal could not be written. Nobody knows how far the turn came, so nothing is assumed: the job is given back as it is.
        else this.trouble(error);
      },
    );
    const held = `${job.id} ${job.fence}`;
    const tracked = done.finally(() => {
      this.turns.delete(held);
      if (this.turns.size >= this.ports.settings.concurrency - 1) this.look();
    });
    this.turns.set(held, tracked);
  }

  /** Looks again when the nearest of this process's parked jobs is due. Others' are found by their own process and by the sweep. */
  private wakeIn(ms: number): void {
    if (this.stopped || ms > this.ports.settings.sweepMs * 4) return;
    const at = this.now() + ms;
    if (this.alarm && this.alarm.at <= at) return;
    this.alarm?.cancel();
    const timer = this.ports.timers.after(Math.max(0, Math.ceil(ms)), () => {
      this.alarm = undefined;
      this.look();
    });
    this.alarm = { at, cancel: () => timer.cancel() };
  }

  /** A database that is away, or comes and goes, makes a line a minute. */
  private trouble(error: unknown): void {
    if (this.stopped) return;
    const now = this.now();
    if (now - this.troubleLineAt > 60_000) {
      this.troubleLineAt = now;
      this.log.error('the journal cannot be reached; the worker tries again by itself', {}, error);
    }
    this.failing = true;
  }

  private recovered(): void {
    if (this.failing && this.now() - this.troubleLineAt > 60_000) this.log.info('the journal can be reached again');
    this.failing = false;
  }
}
