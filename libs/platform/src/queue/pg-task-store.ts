import { maxTaskAttempts, TaskStore, type ClaimedTask, type NewTask, type TaskQueueName } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import type pg from 'pg';
import type { Queryable } from '../database/index.js';

/*
 * A task that runs is due again when its lease ends: `wake_at` is the end of the lease. `attempts` grows with every claim and is the
 * fence: a result is taken only from the attempt that is running.
 */
const claim = `
  WITH due AS (
    SELECT id FROM queue_task WHERE queue = $1 AND wake_at <= now() AND state IN ('pending', 'running')
    ORDER BY wake_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
  ), lost AS (
    UPDATE queue_task t SET state = 'failed', wake_at = NULL, finished_at = now(), error = 'the worker that did it was lost, at the last attempt'
    FROM due WHERE t.id = due.id AND t.attempts >= $4
  )
  UPDATE queue_task t SET state = 'running', attempts = attempts + 1, wake_at = now() + $3 * interval '1 millisecond', error = NULL
  FROM due WHERE t.id = due.id AND t.attempts < $4
  RETURNING t.id, t.queue, t.kind, t.payload, t.attempts AS attempt`;

/** Tasks in the table `queue_task`. */
export class PgTaskStore extends TaskStore {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  override async add(tasks: readonly NewTask[]): Promise<ReadonlyMap<TaskQueueName, number>> {
    return addTasks(this.pool, tasks);
  }

  override async claim(queue: TaskQueueName, limit: number, leaseMs: number): Promise<readonly ClaimedTask[]> {
    const { rows } = await this.pool.query<ClaimedTask>({
      name: 'task-claim',
      text: claim,
      values: [queue, limit, leaseMs, maxTaskAttempts[queue]],
    });
    return rows;
  }

  override async renew(tasks: readonly ClaimedTask[], leaseMs: number): Promise<void> {
    await this.pool.query(
      `UPDATE queue_task t SET wake_at = now() + $3 * interval '1 millisecond'
       FROM unnest($1::bigint[], $2::smallint[]) AS held (id, attempt) WHERE t.id = held.id AND t.attempts = held.attempt AND t.state = 'running'`,
      [tasks.map(({ id }) => id), tasks.map(({ attempt }) => attempt), leaseMs],
    );
  }

  override async finish({ id, attempt }: ClaimedTask, result: JsonObject): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE queue_task SET state = 'done', wake_at = NULL, finished_at = now(), result = $3, error = NULL
       WHERE id = $1 AND attempts = $2 AND state = 'running'`,
      [id, attempt, JSON.stringify(result)],
    );
    return rowCount === 1;
  }

  override async fail({ id, attempt }: ClaimedTask, error: string, retryInMs: number | null): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE queue_task SET error = $3, state = CASE WHEN $4::float8 IS NULL THEN 'failed' ELSE 'pending' END,
         wake_at = now() + $4::float8 * interval '1 millisecond', finished_at = CASE WHEN $4::float8 IS NULL THEN now() END
       WHERE id = $1 AND attempts = $2 AND state = 'running'`,
      [id, attempt, error, retryInMs],
    );
    return rowCount === 1;
  }

  override async due(): Promise<ReadonlyMap<TaskQueueName, number>> {
    const { rows } = await this.pool.query<{ queue: TaskQueueName; due: number }>(
      `SELECT queue, count(*)::int AS due FROM queue_task WHERE wake_at <= now() AND state IN ('pending', 'running') GROUP BY queue`,
    );
    return new Map(rows.map(({ queue, due }) => [queue, due]));
  }

  override async forget(hours: number): Promise<number> {
    const { rowCount } = await this.pool.query(
      // What was held back is told by another task, and kept until that is done.
      `DELETE FROM queue_task t WHERE t.state = 'done' AND t.finished_at < now() - $1 * interval '1 hour'
         AND NOT EXISTS (SELECT 1 FROM queue_task d WHERE d.id::text = t.result ->> 'digest' AND d.kind = 'support-digest' AND d.state <> 'done')`,
      [hours],
    );
    return rowCount ?? 0;
  }
}

/** Adds tasks within whatever transaction `db` is in; those whose key is known are left out. Answers how many were new, by queue. */
export async function addTasks(db: Queryable, tasks: readonly NewTask[]): Promise<ReadonlyMap<TaskQueueName, number>> {
  const { rows } = await db.query<{ queue: TaskQueueName }>(
    `INSERT INTO queue_task (queue, kind, unique_key, payload, wake_at)
     SELECT queue, kind, unique_key, payload, now() + coalesce(wait_ms, 0) * interval '1 millisecond'
     FROM jsonb_to_recordset($1::jsonb) AS t (queue text, kind text, unique_key text, payload jsonb, wait_ms float8)
     ON CONFLICT (unique_key) DO NOTHING RETURNING queue`,
    [
      JSON.stringify(
        tasks.map(({ queue, kind, uniqueKey, payload, waitMs }) => ({ queue, kind, unique_key: uniqueKey, payload, wait_ms: waitMs })),
      ),
    ],
  );
  return rows.reduce((sum, { queue }) => sum.set(queue, (sum.get(queue) ?? 0) + 1), new Map<TaskQueueName, number>());
}
