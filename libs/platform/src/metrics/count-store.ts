import type { Queryable } from '../database/index.js';
import type { CountDelta } from './count-deltas.js';

/** What a process has counted and not yet brought to the tables. */
export interface CountBatch {
  /** The process. */
  readonly sourceId: string;
  /** Rises by one. A batch whose answer was lost is sent again under the same number. */
  readonly number: number;
  readonly deltas: readonly CountDelta[];
}

/** When a job was asked for, taken up, and over, as times that have passed between. */
export interface JobTimes {
  readonly id: string;
  readonly seconds: number;
  readonly waitSeconds: number;
}

/**
 * Adds a batch, once however often it is sent. In one order, so that two processes never wait for each other's rows. Sources that have
 * been silent for a day are gone.
 */
const addBatch = `
WITH source AS (
  INSERT INTO engine_count_source AS s (id, flush_number) VALUES ($1, $2)
  ON CONFLICT (id) DO UPDATE SET flush_number = excluded.flush_number, flushed_at = now() WHERE s.flush_number < excluded.flush_number
  RETURNING id
), silent AS (
  DELETE FROM engine_count_source WHERE $2 = 1 AND flushed_at < now() - interval '1 day'
)
INSERT INTO engine_count AS c (name, labels, value)
SELECT d.name, d.labels, d.value FROM json_to_recordset($3::json) AS d (name text, labels jsonb, value float8)
WHERE EXISTS (SELECT 1 FROM source) ORDER BY d.name, d.labels
ON CONFLICT (name, labels) DO UPDATE SET value = c.value + excluded.value`;

export async function addCounts(db: Queryable, { sourceId, number, deltas }: CountBatch): Promise<void> {
  await db.query(addBatch, [sourceId, number, JSON.stringify(deltas)]);
}

/** Everything that was ever counted. */
export async function readCounts(db: Queryable): Promise<readonly CountDelta[]> {
  return (await db.query<{ name: string; labels: Record<string, string>; value: number }>(`SELECT name, labels, value FROM engine_count`))
    .rows;
}

/** Of the jobs that are still there and still over. */
export async function readJobTimes(db: Queryable, ids: readonly string[]): Promise<readonly JobTimes[]> {
  const { rows } = await db.query<{ id: string; seconds: number; wait_seconds: number }>(
    `SELECT id, extract(epoch FROM finished_at - created_at)::float8 AS seconds,
       extract(epoch FROM coalesce(started_at, finished_at) - created_at)::float8 AS wait_seconds
     FROM provisioning_job WHERE id = ANY ($1::bigint[]) AND finished_at IS NOT NULL`,
    [ids],
  );
  return rows.map((row) => ({ id: row.id, seconds: row.seconds, waitSeconds: row.wait_seconds }));
}
