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

  /** Fulfilled when the service's job has ended as expected. Call it before the job begins. */
  ended(serviceId: string): Promise<void> {
    return new Promise((resolve, reject) => this.waiting.set(serviceId, { resolve, reject }));
  }

  giveUp(serviceId: string): void {
    this.waiting.get(serviceId)?.reject(new Error(`the job of service ${serviceId} did not end`));
  }

  override async writeTurn(turn: JobTurn): Promise<void> {
    await super.writeTurn(turn);
    if (!isOver(turn.state) && turn.state !== 'needs_operator') return;
    const waiting = turn.serviceId === null ? undefined : this.waiting.get(turn.serviceId);
    if (!waiting) return;
    this.waiting.delete(turn.serviceId!);
    if (turn.state === this.expected) waiting.resolve();
    else waiting.reject(new Error(`job ${turn.jobId} ended as ${turn.state}, not ${this.expected}: ${JSON.stringify(turn.operatorTasks)}`));
  }
}
