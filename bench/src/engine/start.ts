import type { Program } from '@hostwright/core';
import type { Pool } from 'pg';

/** A job that shall begin now. */
export interface NewJob {
  readonly serviceId: string;
  readonly operation: string;
  readonly program: Program;
}

/** Puts jobs, and the first line of each one's progress list, into the database in one commit; they are due at once. */
export async function insertJobs(pool: Pool, jobs: readonly NewJob[]): Promise<void> {
  await pool.query({
    name: 'bench-insert-jobs',
    text: `WITH j AS (
        INSERT INTO provisioning_job (service_id, operation, program, requested_by, wake_at, event_count)
        SELECT service_id, operation, program, 'bench', now(), 1
        FROM json_to_recordset($1::json) AS x (service_id bigint, operation text, program jsonb)
        RETURNING id, operation, program)
      INSERT INTO provisioning_event (job_id, number, type, step, total, percentage, message)
      SELECT id, 1, 'progress', 0, jsonb_array_length(program #> '{components,0,steps}'), 0, operation || ': accepted' FROM j`,
    values: [JSON.stringify(jobs.map(({ serviceId, operation, program }) => ({ service_id: serviceId, operation, program: program })))],
  });
}
