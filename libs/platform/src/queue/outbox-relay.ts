import type { Doorbell, NewTask, QueueName } from '@hostwright/core';
import type { JsonObject, Log } from '@hostwright/sdk';
import type pg from 'pg';
import { inTransaction, type Queryable } from '../database/index.js';
import { addTasks } from './pg-task-store.js';

/** What an event of the outbox means for the queues. Pure: the same event gives the same tasks. */
export type OutboxConsumer = (payload: JsonObject) => readonly NewTask[];

/** Something that happened. */
export interface OutboxEvent {
  readonly id: string;
  readonly topic: string;
  readonly payload: JsonObject;
  readonly createdAt: Date;
  /** `createdAt` as the database writes it, to the microsecond. */
  readonly moment: string;
}

/** Keeps of a batch of events what it needs, in the transaction in which they leave the outbox. */
export interface OutboxSink {
  /** Answers how many things became ready, by the queue that is to be rung. An error holds up every event of the batch. */
  take(db: Queryable, events: readonly OutboxEvent[]): Promise<ReadonlyMap<QueueName, number>>;
}

const batch = 100;

/**
 * Turns events into tasks and gives them to the sinks: rows leave the outbox in the transaction in which that appears, so none is lost or
 * done twice. Rows are claimed, not counted up to: events that commit late are not passed by.
 */
export class OutboxRelay {
  constructor(
    private readonly pool: pg.Pool,
    /** By topic. An event that nobody waits for is removed. */
    private readonly consumers: Readonly<Record<string, OutboxConsumer>>,
    private readonly doorbell: Doorbell,
    private readonly log: Pick<Log, 'error'>,
    private readonly sinks: readonly OutboxSink[] = [],
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
    const { rows } = await db.query<OutboxEvent>(
      `DELETE FROM outbox WHERE id IN (SELECT id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING id, topic, payload, created_at AS "createdAt", created_at::text AS moment`,
      [batch],
    );
    const added: [QueueName, number][] = [];
    const tasks = rows.flatMap((row) => this.tasksOf(row));
    if (tasks.length > 0) added.push(...(await addTasks(db, tasks)));
    if (rows.length > 0) for (const sink of this.sinks) added.push(...(await sink.take(db, rows)));
    return { taken: rows.length, added };
  }

  private tasksOf({ id, topic, payload }: OutboxEvent): readonly NewTask[] {
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
