import {
  Journal,
  JournalTrouble,
  LeaseLost,
  type EngineMeter,
  type HeldJob,
  type Job,
  type JobTurn,
  type LoadedJob,
  type NewJob,
  type StepEntry,
  type StepRow,
  type Succession,
} from '@hostwright/core';
import type { Pool, QueryResultRow } from 'pg';
import { Coalescer, type End } from './coalescer.js';
import * as sql from './journal-sql.js';
import { WriteBatch, type WrittenRow } from './journal-writes.js';
import type { StartEntry } from './start-writes.js';

interface JobRecord extends QueryResultRow {
  id: string;
  service_id: string | null;
  operation: string;
  state: Job['state'];
  phase: Job['phase'];
  program: Job['program'];
  interactive: boolean;
  fence: number;
  failure: Job['failure'];
  stop_requested: boolean;
  look_again_count: number;
  doubtful: boolean;
  event_count: number;
  service_state: string | null;
  delivered: Job['delivered'] | null;
  handed_over: boolean;
  given_up: Job['givenUp'];
}

interface StepRecord extends QueryResultRow {
  job_id: string;
  event_count: number;
  /** Null where the job has no step yet, and so is the rest. */
  key: string | null;
  position: number;
  state: StepRow['state'];
  server_id: string | null;
  claim: StepRow['claim'];
  task: StepRow['task'];
  output: StepRow['output'];
  error: StepRow['error'];
  attempts: number;
  polls: number;
  unknown: boolean;
  finish_number: number | null;
  wait_for: string | null;
  due_in_ms: number;
  trouble_ms: number | null;
  age_ms: number;
}

/** What is written. */
type JournalWrite = { readonly start: StartEntry } | { readonly step: StepEntry } | { readonly turn: JobTurn };
/** The answer to a write, by its kind; a turn has none. */
type Written = { readonly stopRequested: boolean } | { readonly id: string; readonly held: boolean } | undefined;

/** The journal in PostgreSQL. Writes of concurrent jobs share statements and commits. */
export class PgJournal extends Journal {
  private readonly writes = new Coalescer<JournalWrite, Written>((items) => this.flush(items), {
    writerOf: (write) => this.writerOf(write),
    goesOn: (write) => !('turn' in write),
    now: () => performance.now(),
  });
  private started = 0;

  constructor(
    private readonly pool: Pool,
    private readonly meter?: Pick<EngineMeter, 'journalWritten'>,
  ) {
    super();
  }

  async register(name: string, leaseMs: number): Promise<string> {
    const rows = await this.query<{ id: string }>(
      'register',
      `INSERT INTO worker (name, lease_until) VALUES ($1, now() + $2 * interval '1 millisecond') RETURNING id`,
      [name, leaseMs],
    );
    return rows[0]!.id;
  }

  async renew(workerId: string, leaseMs: number): Promise<boolean> {
    const rows = await this.query(
      'renew',
      `UPDATE worker SET lease_until = now() + $2 * interval '1 millisecond' WHERE id = $1 AND lease_until > now() RETURNING id`,
      [workerId, leaseMs],
    );
    return rows.length === 1;
  }

  async leave(workerId: string): Promise<void> {
    await this.query('leave', `UPDATE worker SET lease_until = '-infinity' WHERE id = $1`, [workerId]);
    await this.query('reclaim', sql.reclaim, []);
  }

  async claim(workerId: string, limit: number): Promise<readonly Job[]> {
    const rows = await this.query<JobRecord>('claim', sql.claimJobs, [workerId, limit]);
    return rows.map((row) => ({
      id: row.id,
      serviceId: row.service_id,
      operation: row.operation,
      state: row.state,
      phase: row.phase,
      program: row.program,
      interactive: row.interactive,
      fence: row.fence,
      failure: row.failure,
      stopRequested: row.stop_requested,
      lookAgainCount: row.look_again_count,
      doubtful: row.doubtful,
      eventCount: row.event_count,
      serviceState: row.service_state,
      delivered: row.delivered ?? [],
      handedOver: row.handed_over,
      givenUp: row.given_up,
    }));
  }

  async load(jobIds: readonly string[]): Promise<ReadonlyMap<string, LoadedJob>> {
    const byJob = new Map<string, { readonly eventCount: number; readonly steps: StepRow[] }>();
    for (const row of await this.query<StepRecord>('load', sql.loadSteps, [jobIds])) {
      const job = byJob.get(row.job_id) ?? { eventCount: row.event_count, steps: [] };
      byJob.set(row.job_id, job);
      if (row.key === null) continue;
      job.steps.push({
        key: row.key,
        position: row.position,
        state: row.state,
        serverId: row.server_id,
        claim: row.claim,
        task: row.task,
        output: row.output,
        error: row.error,
        attempts: row.attempts,
        polls: row.polls,
        unknown: row.unknown,
        finishNumber: row.finish_number,
        dueInMs: row.due_in_ms,
        waitFor: row.wait_for,
        troubleMs: row.trouble_ms,
        ageMs: row.age_ms,
      });
    }
    return byJob;
  }

  async start(workerId: string, job: NewJob): Promise<Job> {
    const answer = (await this.writes.write({ start: { workerId, job } })) as { readonly id: string; readonly held: boolean };
    return {
      id: answer.id,
      serviceId: null,
      operation: job.operation,
      state: answer.held ? 'in_progress' : 'pending',
      phase: 'forward',
      program: job.program,
      interactive: false,
      fence: answer.held ? 1 : 0,
      failure: null,
      stopRequested: false,
      lookAgainCount: 0,
      doubtful: false,
      eventCount: 1,
      serviceState: null,
      delivered: [],
      handedOver: false,
      givenUp: {},
    };
  }

  writeStep(entry: StepEntry): Promise<{ readonly stopRequested: boolean }> {
    return this.writes.write({ step: entry }) as Promise<{ readonly stopRequested: boolean }>;
  }

  async writeTurn(turn: JobTurn): Promise<void> {
    await this.writes.write({ turn });
  }

  async succession(jobId: string): Promise<Succession> {
    const rows = await this.query<{ claimed_before: string[]; claimed_again: string[]; completed: boolean }>('succession', sql.succession, [
      jobId,
    ]);
    return {
      claimedBefore: new Set(rows[0]!.claimed_before),
      claimedAgain: new Set(rows[0]!.claimed_again),
      completed: rows[0]!.completed,
    };
  }

  async held(workerId: string): Promise<readonly HeldJob[]> {
    const rows = await this.query<{ id: string; fence: number }>('held', `SELECT id, fence FROM provisioning_job WHERE worker_id = $1`, [
      workerId,
    ]);
    return rows.map((row) => ({ jobId: row.id, fence: row.fence }));
  }

  async giveBack(jobs: readonly HeldJob[]): Promise<void> {
    await this.query(
      'give-back',
      `UPDATE provisioning_job p SET worker_id = NULL, wake_at = now(), fence = p.fence + 1
       FROM unnest($1::bigint[], $2::int[]) AS h (id, fence) WHERE p.id = h.id AND p.fence = h.fence AND p.worker_id IS NOT NULL`,
      [jobs.map((job) => job.jobId), jobs.map((job) => job.fence)],
    );
  }

  async sweep(): Promise<number> {
    await this.query('reclaim', sql.reclaim, []);
    await this.query('wake-forgotten', sql.wakeForgotten, []);
    await this.query('free-permits', sql.freePermits, []);
    await this.query('close-server-tasks', sql.closeServerTasks, []);
    const rows = await this.query<{ due: number }>('count-due', sql.countDue, []);
    return rows[0]!.due;
  }

  /** Writes of one job depend on each other; a new job is by itself. */
  private writerOf(write: JournalWrite): number {
    if ('start' in write) return Number.MAX_SAFE_INTEGER - (this.started = (this.started + 1) % 1_000_000);
    return Number(('step' in write ? write.step : write.turn).jobId);
  }

  /** All that is wanted at the moment, in one statement. */
  private async flush(items: readonly JournalWrite[]): Promise<readonly End<Written>[]> {
    const batch = new WriteBatch();
    for (const item of items) {
      if ('step' in item) batch.addStep(item.step);
      else if ('turn' in item) batch.addTurn(item.turn);
      else batch.addStart(item.start);
    }
    const write = (again: boolean): Promise<(WrittenRow & QueryResultRow)[]> => {
      const { name, text, values } = batch.statement(again);
      return this.query(name, text, values);
    };
    // What is there already was committed by an earlier try whose answer did not come.
    const rows = await write(false).catch((error: unknown) => (isThere(error) ? write(true) : Promise.reject(error as Error)));
    this.meter?.journalWritten(items.length);
    const written: Record<WrittenRow['kind'], WrittenRow[]> = { start: [], step: [], turn: [] };
    for (const row of rows) written[row.kind][row.ord - 1] = row;
    const next = { start: 0, step: 0, turn: 0 };
    return items.map((item) => {
      if ('step' in item) {
        const row = written.step[next.step++];
        return row ? { answer: { stopRequested: row.flag } } : { error: new LeaseLost(item.step.jobId) };
      }
      if ('turn' in item) return written.turn[next.turn++] ? { answer: undefined } : { error: new LeaseLost(item.turn.jobId) };
      const { id, flag } = written.start[next.start++]!;
      return { answer: { id, held: flag } };
    });
  }

  /** A named statement is prepared once per connection. */
  private async query<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>({ name: `journal-${name}`, text, values })).rows;
    } catch (error) {
      // Class 22: the data is not what PostgreSQL can keep. Trying again would be refused again.
      if (/^22/.test(String((error as { code?: unknown }).code)))
        throw new Error(`the journal refused what was to be written (${name})`, { cause: error });
      throw new JournalTrouble(`the journal could not be reached (${name})`, { cause: error });
    }
  }
}

/** A step or a line of that number is in the tables. */
function isThere(error: unknown): boolean {
  const { code, table } = ((error as Error).cause ?? {}) as { code?: string; table?: string };
  return code === '23505' && (table === 'provisioning_step' || table === 'provisioning_event');
}
