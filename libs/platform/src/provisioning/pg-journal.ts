import {
  Journal,
  JournalTrouble,
  LeaseLost,
  isOver,
  type HeldJob,
  type Job,
  type JobTurn,
  type StepEntry,
  type StepRow,
  type Succession,
} from '@hostwright/core';
import type { Pool, QueryResultRow } from 'pg';
import { Coalescer } from './coalescer.js';
import * as sql from './journal-sql.js';

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
  service_state: string | null;
  delivered: Job['delivered'] | null;
}

interface StepRecord extends QueryResultRow {
  job_id: string;
  key: string;
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

const finished: readonly string[] = ['done', 'failed', 'skipped', 'dropped', 'undone'];

/** The journal in PostgreSQL. Writes of concurrent jobs share statements and commits. */
export class PgJournal extends Journal {
  private readonly steps: Coalescer<StepEntry, { readonly stopRequested: boolean } | undefined>;
  private readonly turns: Coalescer<JobTurn, boolean>;

  constructor(private readonly pool: Pool) {
    super();
    this.steps = new Coalescer((entries: readonly StepEntry[]) => this.flushSteps(entries), laneOf);
    this.turns = new Coalescer((turns: readonly JobTurn[]) => this.flushTurns(turns), laneOf);
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
      serviceState: row.service_state,
      delivered: row.delivered ?? [],
    }));
  }

  async load(jobIds: readonly string[]): Promise<ReadonlyMap<string, readonly StepRow[]>> {
    const byJob = new Map<string, StepRow[]>();
    for (const row of await this.query<StepRecord>('load', sql.loadSteps, [jobIds])) {
      const list = byJob.get(row.job_id) ?? [];
      byJob.set(row.job_id, list);
      list.push({
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

  async writeStep(entry: StepEntry): Promise<{ readonly stopRequested: boolean }> {
    const answer = await this.steps.write(entry);
    if (!answer) throw new LeaseLost(entry.jobId);
    return answer;
  }

  async writeTurn(turn: JobTurn): Promise<void> {
    if (!(await this.turns.write(turn))) throw new LeaseLost(turn.jobId);
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
    const rows = await this.query<{ due: number }>('count-due', sql.countDue, []);
    return rows[0]!.due;
  }

  private async flushSteps(entries: readonly StepEntry[]): Promise<readonly ({ readonly stopRequested: boolean } | undefined)[]> {
    const parameter = JSON.stringify(
      entries.map(({ jobId, fence, step, events, failure, operatorTask }) => ({
        job_id: jobId,
        fence,
        key: step.key,
        position: step.position,
        state: step.state,
        server_id: step.serverId,
        claim: step.claim,
        task: step.task,
        output: step.output,
        error: step.error,
        attempts: step.attempts,
        polls: step.polls,
        unknown: step.unknown,
        finish_number: step.finishNumber,
        wake_in_ms: step.wakeInMs,
        wait_for: step.waitFor,
        trouble: step.trouble,
        finished: finished.includes(step.state),
        failure,
        events,
        operator_task: operatorTask,
      })),
    );
    const rows = await this.query<{ job_id: string; key: string; fence: number; stop: boolean }>('write-steps', sql.writeSteps, [
      parameter,
    ]);
    const written = new Map(rows.map((row) => [`${row.job_id} ${row.fence} ${row.key}`, row.stop]));
    return entries.map((entry) => {
      const stop = written.get(`${entry.jobId} ${entry.fence} ${entry.step.key}`);
      return stop === undefined ? undefined : { stopRequested: stop };
    });
  }

  private async flushTurns(turns: readonly JobTurn[]): Promise<readonly boolean[]> {
    const parameter = JSON.stringify(
      turns.map((turn) => ({
        job_id: turn.jobId,
        fence: turn.fence,
        service_id: turn.serviceId,
        state: turn.state,
        phase: turn.phase,
        wake_in_ms: turn.wakeInMs,
        release: turn.release,
        failure: turn.failure ?? null,
        result: turn.result ?? null,
        look_again_count: turn.lookAgainCount ?? null,
        over: isOver(turn.state),
        events: turn.events ?? [],
        outbox: turn.outbox ?? [],
        operator_tasks: turn.operatorTasks ?? [],
        close_tasks: turn.closeTasks ?? false,
        service_state: turn.serviceState ?? null,
        components: turn.components ?? [],
        free: turn.free ?? null,
        wipe: turn.wipe ?? [],
        program: turn.program ?? null,
        wake_next: turn.wakeNext ?? false,
      })),
    );
    const rows = await this.query<{ id: string; fence: number }>('write-turns', sql.writeTurns, [parameter]);
    const written = new Set(rows.map((row) => `${row.id} ${row.fence}`));
    return turns.map((turn) => written.has(`${turn.jobId} ${turn.fence}`));
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

/** Writes of one job stay in one lane, so that two statements never wait for each other's job rows. */
function laneOf({ jobId }: { readonly jobId: string }): number {
  return Number(jobId.slice(-9));
}
