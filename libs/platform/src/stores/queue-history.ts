import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import {
  pageOf,
  QueueHistory,
  queueNames,
  type Page,
  type PageOf,
  type QueueEntry,
  type QueueName,
  type QueueStats,
  type TaskQueueName,
} from '@hostwright/core';

/** All kinds of work in one shape; `provisioning` is the journal's, `looks` are looks at servers, `webhooks` are deliveries, the others are tasks. */
const entries = `
  SELECT id, 'provisioning' AS queue, operation AS kind, state, 1 AS attempts, failure ->> 'message' AS error, result, created_at AS "createdAt",
    finished_at AS "finishedAt", cleared_at IS NOT NULL AS cleared, state = 'failed' AS failed FROM provisioning_job WHERE $1 = 'provisioning'
  UNION ALL
  SELECT id, 'looks', kind, state, attempt, error, counts, created_at, ended_at, cleared_at IS NOT NULL, state = 'failed' FROM server_look WHERE $1 = 'looks'
  UNION ALL
  SELECT id, queue, kind, state, attempts, error, result, created_at, finished_at, false, state = 'failed' FROM queue_task WHERE queue = $1
  UNION ALL
  SELECT d.id, 'webhooks', e.type, d.state, d.attempts, d.last_error, jsonb_build_object('webhookId', d.endpoint_id::text, 'eventId', d.event_id), d.created_at,
    d.finished_at, d.cleared_at IS NOT NULL, d.state = 'failed'
  FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id WHERE $1 = 'webhooks'`;

/** Takes failed work off the list. What other rows refer to, or what says when a look went wrong, stays in its table. */
const clearing: Readonly<Partial<Record<QueueName, string>>> = {
  provisioning: `UPDATE provisioning_job SET cleared_at = now() WHERE state = 'failed' AND cleared_at IS NULL AND $1::text IS NOT NULL RETURNING id`,
  webhooks: `UPDATE webhook_delivery SET cleared_at = now() WHERE state = 'failed' AND cleared_at IS NULL AND $1::text IS NOT NULL RETURNING id`,
  looks: `UPDATE server_look SET cleared_at = now() WHERE state = 'failed' AND cleared_at IS NULL AND $1::text IS NOT NULL RETURNING id`,
};
const clearingTasks = `DELETE FROM queue_task WHERE queue = $1 AND state = 'failed' RETURNING id`;

const shown = 'id, queue, kind, state, attempts, error, result, "createdAt", "finishedAt"';

@Injectable()
export class PostgresQueueHistory extends QueueHistory {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  async stats(): Promise<readonly QueueStats[]> {
    const { rows } = await this.pool.query<QueueStats>(`
      SELECT 'provisioning' AS queue,
        count(*) FILTER (WHERE state IN ('pending', 'waiting', 'needs_operator'))::int AS waiting,
        count(*) FILTER (WHERE state IN ('in_progress', 'rolling_back'))::int AS running,
        count(*) FILTER (WHERE state = 'failed' AND cleared_at IS NULL)::int AS failed,
        count(*) FILTER (WHERE state = 'completed' AND finished_at > now() - interval '24 hours')::int AS "completedLast24h"
      FROM provisioning_job
      WHERE state NOT IN ('completed', 'cancelled', 'superseded') OR finished_at > now() - interval '24 hours'
      UNION ALL
      SELECT 'looks', count(*) FILTER (WHERE state = 'pending')::int, count(*) FILTER (WHERE state = 'running')::int,
        count(*) FILTER (WHERE state = 'failed' AND cleared_at IS NULL)::int,
        count(*) FILTER (WHERE state = 'done' AND ended_at > now() - interval '24 hours')::int
      FROM server_look WHERE state <> 'done' OR ended_at > now() - interval '24 hours'
      UNION ALL
      SELECT queue, count(*) FILTER (WHERE state = 'pending')::int, count(*) FILTER (WHERE state = 'running')::int,
        count(*) FILTER (WHERE state = 'failed')::int,
        count(*) FILTER (WHERE state = 'done' AND finished_at > now() - interval '24 hours')::int
      FROM queue_task GROUP BY queue
      UNION ALL
      SELECT 'webhooks', count(*) FILTER (WHERE state = 'pending')::int, count(*) FILTER (WHERE state = 'sending')::int,
        count(*) FILTER (WHERE state = 'failed' AND cleared_at IS NULL)::int,
        count(*) FILTER (WHERE state = 'delivered' AND finished_at > now() - interval '24 hours')::int
      FROM webhook_delivery`);
    return queueNames.map(
      (queue) => rows.find((row) => row.queue === queue) ?? { queue, waiting: 0, running: 0, failed: 0, completedLast24h: 0 },
    );
  }

  async failed(queue: QueueName, { limit, after }: Page): Promise<PageOf<QueueEntry>> {
    const { rows } = await this.pool.query<QueueEntry>(
      `SELECT ${shown} FROM (${entries}) e WHERE failed AND NOT cleared AND ($3::bigint IS NULL OR id < $3) ORDER BY id DESC LIMIT $2`,
      [queue, limit + 1, after ?? null],
    );
    return pageOf(rows, limit);
  }

  async results(queue: QueueName, { limit, after }: Page): Promise<PageOf<QueueEntry>> {
    const { rows } = await this.pool.query<QueueEntry>(
      `SELECT ${shown} FROM (${entries}) e WHERE "finishedAt" > now() - interval '24 hours' AND ($3::bigint IS NULL OR id < $3) ORDER BY id DESC LIMIT $2`,
      [queue, limit + 1, after ?? null],
    );
    return pageOf(rows, limit);
  }

  async clearFailed(queue: QueueName, actor: string): Promise<number> {
    const cleared = clearing[queue] ?? clearingTasks;
    const { rows } = await this.pool.query<{ cleared: number }>(
      `WITH cleared AS (${cleared}), counted AS (SELECT count(*)::int AS cleared FROM cleared),
       audited AS (INSERT INTO audit (actor, action, subject, details)
         SELECT $2, 'queue.cleared', 'queue:' || $1::text, jsonb_build_object('cleared', cleared) FROM counted)
       SELECT cleared FROM counted`,
      [queue, actor],
    );
    return rows[0]?.cleared ?? 0;
  }

  async retryFailed(queue: TaskQueueName, actor: string, id?: string): Promise<number> {
    const { rows } = await this.pool.query<{ retried: number }>(
      `WITH retried AS (
         UPDATE queue_task SET state = 'pending', attempts = 0, wake_at = now(), finished_at = NULL, error = NULL
         WHERE queue = $1 AND state = 'failed' AND ($3::bigint IS NULL OR id = $3) RETURNING id),
       counted AS (SELECT count(*)::int AS retried FROM retried),
       audited AS (INSERT INTO audit (actor, action, subject, details)
         SELECT $2, 'queue.retried', 'queue:' || $1::text, jsonb_strip_nulls(jsonb_build_object('retried', retried, 'taskId', $3::text))
         FROM counted WHERE retried > 0)
       SELECT retried FROM counted`,
      [queue, actor, id ?? null],
    );
    return rows[0]?.retried ?? 0;
  }
}
