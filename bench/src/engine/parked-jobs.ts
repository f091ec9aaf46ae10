import type { Pool } from 'pg';
import { stepNames } from './workloads.js';

/**
 * Jobs that wait for their provider, as the engine leaves them: the job with its program, the step that is waited for with its task, and a
 * line of the progress list. Each is of a service of its own.
 */
export async function parkJobs(pool: Pool, count: number, wakeInSeconds: number): Promise<void> {
  const one = async (text: string): Promise<string> => (await pool.query<{ id: string }>(text)).rows[0]!.id;
  const product = await one(`INSERT INTO product (code, name) VALUES ('parked', 'Parked') RETURNING id`);
  const customer = await one(`INSERT INTO customer (email) VALUES ('parked@example.com') RETURNING id`);
  const server = await one(
    `INSERT INTO server (name, extension, kind, settings) VALUES ('parked', 'parked', 'provisioning', '{}') RETURNING id`,
  );
  await pool.query(
    `WITH s AS (INSERT INTO service (product_id, customer_id) SELECT $1, $2 FROM generate_series(1, $3::int) RETURNING id),
     j AS (
       INSERT INTO provisioning_job (service_id, operation, state, program, requested_by, wake_at, fence, event_count, started_at)
       SELECT id, 'create', 'waiting', jsonb_build_object('contract', 1, 'owner', 'hw-bench-' || id, 'components', jsonb_build_array(jsonb_build_object(
           'name', 'site', 'extension', 'parked', 'version', '1.0.0', 'serverId', $4::text, 'connections', '{}'::jsonb, 'product', '{}'::jsonb,
           'order', '{}'::jsonb, 'reserved', '{}'::jsonb, 'steps', $5::jsonb))),
         'bench', now() + $6 * interval '1 second', 1, 1, now() FROM s RETURNING id),
     e AS (
       INSERT INTO provisioning_event (job_id, number, type, step, total, percentage, message) SELECT id, 1, 'progress', 0, 9, 0, 'create: accepted' FROM j)
     INSERT INTO provisioning_step (job_id, key, position, state, server_id, claim, task, wake_at, waiting_since)
     SELECT id, 'site / step 1', 1, 'waiting', $4::bigint, to_jsonb('hw-bench-' || id), to_jsonb('task-' || id), now() + $6 * interval '1 second', now() FROM j`,
    [product, customer, count, server, JSON.stringify(stepNames), wakeInSeconds],
  );
  await pool.query('VACUUM ANALYZE');
}
