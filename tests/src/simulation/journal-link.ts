import {
  Journal,
  JournalTrouble,
  LeaseLost,
  Permits,
  type HeldJob,
  type Job,
  type JobTurn,
  type LoadedJob,
  type NewJob,
  type StepEntry,
  type Succession,
} from '@hostwright/core';
import type { SimulatedProcess } from './process.js';
import { TwoAtOnce } from './tables.js';
import type { World } from './world.js';

/** A process's connection to the database: statements take time, and either way may be lost. */
class Connection {
  /** Job → its write under way: the next one waits for it, and fails with it. */
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    protected readonly world: World,
    protected readonly process: SimulatedProcess,
  ) {}

  /** `job`: the write is of that job. `again`: what fails may be sent once more by itself, as a write that shared a statement is. */
  send<Answer>(name: string, statement: () => Promise<Answer>, options: { job?: string; again?: boolean } = {}): Promise<Answer> {
    const { job } = options;
    const before = job === undefined ? undefined : this.underWay.get(job);
    const answer = before ? before.then(() => this.transmit(name, statement, options)) : this.transmit(name, statement, options);
    if (job === undefined) return answer;
    const over = answer.then(
      () => undefined,
      (error: unknown) => {
        if (!(error instanceof LeaseLost)) throw error;
      },
    );
    this.underWay.set(job, over);
    const forget = (): void => void (this.underWay.get(job) === over && this.underWay.delete(job));
    over.then(forget, forget);
    return answer;
  }

  private transmit<Answer>(name: string, statement: () => Promise<Answer>, options: { job?: string; again?: boolean }): Promise<Answer> {
    const { world, process } = this;
    const { random } = world;
    const deliver = process.deliverer();
    const fault =
      world.quiet || !random.chance(world.plan.journalFaultRate) ? 'none' : random.pick(options.again ? faultsOfWrites : faults);
    if (fault !== 'none') {
      world.coverage.add(`journal faults: ${fault}`);
      world.trace(() => `${process.name}: ${name}${options.job ? ` of job ${options.job}` : ''}: ${fault}`);
    }
    const trouble = (cause?: unknown): JournalTrouble => new JournalTrouble(`the journal could not be reached (${name})`, { cause });
    const back = (what: () => void): void => void world.agenda.after(latency(world), () => deliver(what));
    return new Promise((resolve, reject) => {
      this.arrive(() => {
        if (fault === 'not executed') return back(() => reject(trouble()));
        world.entered = true;
        const execute = (): Promise<void> =>
          statement().then(
            (answer) => back(() => (fault === 'answer lost' ? reject(trouble()) : resolve(answer))),
            (error: unknown) => {
              if (error instanceof JournalTrouble && error.cause instanceof TwoAtOnce)
                world.watch.violated('two at once', error.cause.message);
              back(() => reject(error as Error));
            },
          );
        if (fault !== 'executed twice') return void execute();
        void statement().catch(() => undefined);
        this.arrive(() => {
          world.entered = true;
          void execute();
        });
      });
    });
  }

  private arrive(what: () => void): void {
    const { world, process } = this;
    const { life } = process;
    world.agenda.after(latency(world), () => {
      // What its sender had on the way when it died may still be committed.
      if (process.life === life || world.random.chance(0.5)) what();
    });
  }
}

const faults = ['not executed', 'answer lost'] as const;
const faultsOfWrites = [...faults, 'executed twice'] as const;

function latency(world: World): number {
  return world.random.chance(0.02) ? world.random.between(50, 3_000) : world.random.between(1, 8);
}

/** The journal as one process reaches it. */
export class LinkedJournal extends Journal {
  private readonly connection: Connection;

  constructor(
    private readonly world: World,
    private readonly process: SimulatedProcess,
  ) {
    super();
    this.connection = new Connection(world, process);
  }

  register(name: string, leaseMs: number): Promise<string> {
    return this.connection.send('register', () => this.world.journal.register(name, leaseMs));
  }
  renew(workerId: string, leaseMs: number): Promise<boolean> {
    return this.connection.send('renew', () => this.world.journal.renew(workerId, leaseMs));
  }
  leave(workerId: string): Promise<void> {
    return this.connection.send('leave', () => this.world.journal.leave(workerId));
  }
  start(workerId: string, job: NewJob): Promise<Job> {
    return this.connection.send('start', () => this.world.journal.start(workerId, job));
  }
  async claim(workerId: string, limit: number): Promise<readonly Job[]> {
    const jobs = await this.connection.send('claim', async () => {
      const claimed = await this.world.journal.claim(workerId, limit);
      for (const job of claimed) this.world.watch.claimed(this.process, job);
      return claimed;
    });
    for (const job of jobs) this.process.fences.set(Number(job.id), job.fence);
    return jobs;
  }
  load(jobIds: readonly string[]): Promise<ReadonlyMap<string, LoadedJob>> {
    return this.connection.send('load', () => this.world.journal.load(jobIds));
  }
  async writeStep(entry: StepEntry): Promise<{ readonly stopRequested: boolean }> {
    this.world.watch.aboutToWrite(this.process, entry);
    const answer = await this.heard(
      entry,
      this.connection.send('step', () => this.world.watch.writing(this.process, entry), { job: entry.jobId, again: true }),
    );
    if (entry.failure) this.process.failed.add(`${entry.jobId} ${entry.fence}`);
    return answer;
  }
  writeTurn(turn: JobTurn): Promise<void> {
    return this.heard(
      turn,
      this.connection.send('turn', () => this.world.watch.ending(this.process, turn), { job: turn.jobId, again: true }),
    );
  }
  succession(jobId: string): Promise<Succession> {
    return this.connection.send('succession', () => this.world.journal.succession(jobId));
  }
  held(workerId: string): Promise<readonly HeldJob[]> {
    return this.connection.send('held', () => this.world.journal.held(workerId));
  }
  giveBack(jobs: readonly HeldJob[]): Promise<void> {
    return this.connection.send('give back', () => this.world.journal.giveBack(jobs));
  }
  sweep(): Promise<number> {
    return this.connection.send('sweep', () => this.world.journal.sweep());
  }

  /** Remembers what the process has been told. */
  private async heard<Answer>({ jobId, fence }: HeldJob, answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof LeaseLost) this.process.lost.add(`${jobId} ${fence}`);
      throw error;
    }
  }
}

/** Permits as one process reaches them. */
export class LinkedPermits extends Permits {
  private readonly connection: Connection;

  constructor(
    private readonly world: World,
    process: SimulatedProcess,
  ) {
    super();
    this.connection = new Connection(world, process);
  }

  acquire(permit: Parameters<Permits['acquire']>[0]): Promise<boolean> {
    return this.connection.send('acquire permit', async () => {
      const got = await this.world.permits.acquire(permit);
      this.world.coverage.add(got ? 'permits: got' : 'permits: none free');
      return got;
    });
  }
  release(jobId: string, stepKey: string): Promise<boolean> {
    return this.connection.send('release permit', () => this.world.permits.release(jobId, stepKey));
  }
}
