import type { HttpSignal } from '@hostwright/sdk';
import type { EnginePorts } from './engine-ports.js';
import type { EngineSettings } from './engine-settings.js';
import type { Job } from './job.js';
import { JobLoop } from './job-loop.js';
import { JobTurn } from './job-turn.js';
import type { LoadedJob, NewJob } from './journal.js';
import { JournalLine } from './journal-line.js';
import { Lease } from './lease.js';
import { PollBatch } from './poll-batch.js';
import { Sweeper } from './sweeper.js';

export interface RunnerPorts extends EnginePorts {
  readonly name: string;
  readonly settings: EngineSettings;
}

/**
 * One worker: holds a lease, claims jobs that are due, and gives each its turn. Nothing is kept here that the database does not know;
 * a worker that dies is found by its lease, and another goes on from the journal.
 */
export class JobRunner extends JobLoop {
  private readonly lease: Lease;
  private readonly sweeper: Sweeper;
  private readonly line: JournalLine;
  private readonly polls: PollBatch;
  private readonly turns = new Map<string, Promise<void>>();
  private looking = false;
  private lookAgain = false;
  private stopped = true;
  private alarm: { readonly at: number; cancel(): void } | undefined;

  constructor(
    private readonly ports: RunnerPorts,
    private readonly now: () => number,
  ) {
    super();
    const { journal, timers, meter, log, name, settings } = ports;
    this.line = new JournalLine(log, now);
    this.polls = new PollBatch(timers);
    const reached = (): void => this.line.reached();
    const trouble = (error: unknown): void => this.trouble(error);
    this.lease = new Lease(
      { journal, timers, now, name, leaseMs: settings.leaseMs },
      {
        enlistedAnew: () => {
          meter.leaseLost();
          log.warn('the worker lost its lease and enlisted anew');
          this.look();
        },
        reached,
        trouble,
      },
    );
    this.sweeper = new Sweeper(
      {
        journal,
        timers,
        meter,
        everyMs: settings.sweepMs,
        workerId: () => this.lease.workerId,
        worksOn: ({ jobId, fence }) => this.turns.has(`${jobId} ${fence}`),
      },
      { found: () => this.look(), reached, trouble },
    );
  }

  override async start(): Promise<void> {
    if (!this.stopped) return;
    this.stopped = false;
    await this.lease.take();
    this.sweeper.start();
    this.look();
  }

  /** Claims nothing new, lets the calls under way end, and gives back what it holds. */
  override async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.alarm?.cancel();
    this.sweeper.stop();
    let patience: { cancel(): void } | undefined;
    const patienceEnds = new Promise<void>((resolve) => (patience = this.ports.timers.after(this.ports.settings.leaseMs, resolve)));
    await Promise.race([Promise.allSettled([...this.turns.values()]), patienceEnds]);
    patience?.cancel();
    // Only now: what is under way is ours for as long as the lease is kept.
    await this.lease.give();
  }

  /**
   * Makes a job of the installation and begins it at once, without a ring and without a claim. Answers its id as soon as it is committed;
   * from then on it is as safe as any other. Throws `JournalTrouble` when nobody knows whether it was made.
   */
  async begin(job: NewJob): Promise<string> {
    const { workerId, signal } = this.lease;
    if (this.stopped || workerId === undefined) throw new Error('the worker is not at work');
    const started = await this.ports.journal.start(workerId, job);
    if (started.state === 'in_progress') this.give(started, { steps: [], eventCount: started.eventCount }, signal);
    return started.id;
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

  private async claim(): Promise<void> {
    const { journal, settings } = this.ports;
    try {
      for (;;) {
        const free = settings.concurrency - this.turns.size;
        const { workerId, signal } = this.lease;
        if (this.stopped || free <= 0 || workerId === undefined) return;
        const jobs = await journal.claim(workerId, free);
        if (jobs.length === 0) return;
        // Nobody has written anything of a job that was never claimed before. Of the others the journal is read once the fence is committed.
        const before = jobs.filter((job) => job.fence > 1);
        const loaded = before.length === 0 ? undefined : await journal.load(before.map((job) => job.id));
        for (const job of jobs) this.give(job, loaded?.get(job.id) ?? { steps: [], eventCount: job.eventCount }, signal);
        if (jobs.length < free) return;
      }
    } catch (error) {
      this.trouble(error);
    }
  }

  /** Gives a job its turn. `signal` is that of the lease under which the job was claimed. */
  private give(job: Job, loaded: LoadedJob, signal: HttpSignal): void {
    const work = async (): Promise<string> =>
      new JobTurn(job, loaded, this.ports, signal, this.polls, (wakeInMs) => this.wakeIn(wakeInMs)).run();
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

  private trouble(error: unknown): void {
    if (!this.stopped) this.line.trouble(error);
  }
}
