import { isOver, type JobTurn } from '@hostwright/core';
import { PgJournal } from '@hostwright/platform';
import type { Pool } from 'pg';

/** The journal, and who waits for the end of a job. A job has ended once its last turn is committed. */
export class WatchedJournal extends PgJournal {
  private readonly waiting = new Map<string, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();

  constructor(
    pool: Pool,
    private readonly expected: JobTurn['state'],
  ) {
    super(pool);
  }

  /** Fulfilled when the job has ended as expected. `id`: of its service, or its own where it has none. Call it before the job can end. */
  ended(id: string): Promise<void> {
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  giveUp(id: string): void {
    this.waiting.get(id)?.reject(new Error(`job or service ${id} did not come to its end`));
  }

  override async writeTurn(turn: JobTurn): Promise<void> {
    await super.writeTurn(turn);
    if (!isOver(turn.state) && turn.state !== 'needs_operator') return;
    const id = turn.serviceId ?? turn.jobId;
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    this.waiting.delete(id);
    if (turn.state === this.expected) waiting.resolve();
    else waiting.reject(new Error(`job ${turn.jobId} ended as ${turn.state}, not ${this.expected}: ${JSON.stringify(turn.operatorTasks)}`));
  }
}
