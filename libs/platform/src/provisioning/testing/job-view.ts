import type { JobState, Program } from '@hostwright/core';
import type { Pool } from 'pg';

/** A job as a test sees it: what the database has of it, in one piece. */
export interface JobView {
  readonly state: JobState;
  readonly phase: string;
  readonly failure: { code: string; message: string } | null;
  readonly event_count: number;
  readonly program: Program;
  readonly serviceId: string;
  readonly fence: number;
  readonly service: string;
  /** How many reservations of the job are not free yet. */
  readonly reserved: number;
  /** How many permits the job holds. */
  readonly permits: number;
  readonly steps: Record<
    string,
    { state: string; output: unknown; task: unknown; claim: unknown; attempts: number; unknown: boolean; error: unknown }
  >;
  readonly events: readonly string[];
  readonly tasks: readonly string[];
}

export async function viewJob(pool: Pool, jobId: string): Promise<JobView> {
  const { rows } = await pool.query<JobView>(
    `SELECT p.state, p.phase, p.failure, p.event_count, p.program, p.service_id AS "serviceId", p.fence, s.state AS service,
      (SELECT count(*)::int FROM reservation r WHERE r.job_id = p.id AND r.free_at IS NULL) AS reserved,
      (SELECT count(*)::int FROM permit_slot l WHERE l.job_id = p.id) AS permits,
      (SELECT coalesce(json_object_agg(key, json_build_object('state', t.state, 'output', t.output, 'claim', t.claim, 'attempts', t.attempts, 'unknown', t.unknown, 'error', t.error, 'task', t.task)), '{}') FROM provisioning_step t WHERE t.job_id = p.id) AS steps,
      (SELECT coalesce(json_agg(e.type || ' ' || e.message || ' ' || e.percentage ORDER BY e.number), '[]') FROM provisioning_event e WHERE e.job_id = p.id) AS events,
      (SELECT coalesce(json_agg(o.kind ORDER BY o.id), '[]') FROM operator_task o WHERE o.job_id = p.id AND o.state = 'open') AS tasks
     FROM provisioning_job p LEFT JOIN service s ON s.id = p.service_id WHERE p.id = $1`,
    [jobId],
  );
  return rows[0]!;
}
