import type { Program } from '@hostwright/core';
import type { PoolClient } from 'pg';

export const unfinished = `('pending', 'in_progress', 'waiting', 'rolling_back', 'needs_operator')`;

/** A job under way or waiting for its turn. */
export interface UnfinishedJob {
  readonly id: string;
  readonly operation: string;
  readonly program: Program;
}

export async function unfinishedOf(client: PoolClient, serviceId: string): Promise<readonly UnfinishedJob[]> {
  const { rows } = await client.query<UnfinishedJob>({
    name: 'desk-unfinished',
    text: `SELECT id, operation, program FROM provisioning_job WHERE service_id = $1 AND state IN ${unfinished} ORDER BY id`,
    values: [serviceId],
  });
  return rows;
}

/**
 * Asks what is under way for the service, or one of its jobs alone, to stop at its next step boundary and undo what it did. One that waits
 * for a person is turned round. `why`: of that one, for people to read.
 */
export async function stopWork(client: PoolClient, serviceId: string, why: string, jobId?: string): Promise<void> {
  // What is now tried once more is asked of people again should it fail again.
  await client.query({
    name: 'desk-tried-again',
    text: `UPDATE operator_task t SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = 'undone once more: ' || $3
      FROM provisioning_job p WHERE p.service_id = $1 AND ($2::bigint IS NULL OR p.id = $2) AND p.state = 'needs_operator' AND p.phase = 'undoing' AND t.job_id = p.id AND t.state = 'open' AND t.kind = 'not_undone'
        AND NOT EXISTS (SELECT 1 FROM provisioning_step s WHERE s.job_id = t.job_id AND s.key = t.step_key AND s.state = 'undone')`,
    values: [serviceId, jobId ?? null, why],
  });
  await client.query({
    name: 'desk-stop',
    text: `UPDATE provisioning_job SET stop_requested_at = coalesce(stop_requested_at, now()),
        failure = CASE WHEN state = 'needs_operator' AND phase IN ('forward', 'settling') THEN jsonb_build_object('code', 'stopped', 'message', $3::text) ELSE failure END,
        phase = CASE WHEN state = 'needs_operator' AND phase = 'forward' THEN 'settling' ELSE phase END,
        wake_at = CASE WHEN worker_id IS NULL THEN now() ELSE wake_at END,
        state = CASE WHEN state = 'needs_operator' AND phase IN ('forward', 'settling') THEN 'waiting' WHEN state = 'needs_operator' AND phase = 'undoing' THEN 'rolling_back' ELSE state END
      WHERE service_id = $1 AND ($2::bigint IS NULL OR id = $2) AND state IN ${unfinished}`,
    values: [serviceId, jobId ?? null, why],
  });
}
