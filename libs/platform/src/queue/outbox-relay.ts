import type { Doorbell, NewTask } from '@hostwright/core';
import type { JsonObject, Log } from '@hostwright/sdk';
import type pg from 'pg';
import { inTransaction, type Queryable } from '../database/index.js';
import { addTasks } from './pg-task-store.js';

/** What an event of the outbox means for the queues. Pure: the same event gives the same tasks. */
export type OutboxConsumer = (payload: JsonObject) => readonly NewTask[];

interface OutboxRow {
  readonly id: string;
  readonly topic: string;
  readonly payload: JsonObject;
}

const batch = 100;

/**
 * Turns events into tasks: rows leave the outbox in the transaction in which their tasks appear, so none is lost or done twice. Rows are
 * claimed, not counted up to: events that commit late are not passed by.
 */
export class OutboxRelay {
  constructor(
    private readonly pool: pg.Pool,
    /** By topic. An event that nobody waits for is removed. */
    private readonly consumers: Readonly<Record<string, OutboxConsumer>>,
    private readonly doorbell: Doorbell,
    private readonly log: Pick<Log, 'error'>,
  ) {}

  /** Empties the outbox as far as others leave it to us. Answers how many events it took. */
  async run(): Promise<number> {
    for (let total = 0; ;) {
      const { taken, added } = await inTransaction(this.pool, (db) => this.relay(db));
      for (const [queue, count] of added) await this.doorbell.ring(queue, count);
      total += taken;
      if (taken < batch) return total;
    }
  }

  private async relay(db: Queryable) {
    const { rows } = await db.query<OutboxRow>(
      `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING id, topic, payload`,
      [batch],
    );
    const tasks = rows.flatMap((row) => this.tasksOf(row));
    return { taken: rows.length, added: tasks.length > 0 ? await addTasks(db, tasks) : new Map<never, number>() };
  }

  private tasksOf({ id, topic, payload }: OutboxRow): readonly NewTask[] {
    const consumer = Object.hasOwn(this.consumers, topic) ? this.consumers[topic] : undefined;
    if (!consumer) return [];
    try {
      return consumer(payload).map((task, at) => ({ ...task, uniqueKey: task.uniqueKey ?? `outbox:${id}:${at}` }));
    } catch (error) {
      // One event that nobody can read must not hold up the others, and must not vanish: it stays as a failed task.
      this.log.error(`event ${id} (${topic}) cannot be read`, { reason: String(error) });
      return [{ queue: 'emails', kind: `event ${topic}`, uniqueKey: `outbox:${id}`, payload }];
    }
  }
}
