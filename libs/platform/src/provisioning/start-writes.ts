import type { NewJob } from '@hostwright/core';
import { rowsOf, type Column } from './write-columns.js';

/** A new job, and who makes it. */
export interface StartEntry {
  readonly workerId: string;
  readonly job: NewJob;
}

export const startColumns: readonly Column<StartEntry, never>[] = [
  { name: 'worker_id', type: 'bigint', of: ({ workerId }) => workerId },
  { name: 'operation', type: 'text', of: ({ job }) => job.operation },
  { name: 'program', type: 'jsonb', of: ({ job }) => job.program },
  { name: 'requested_by', type: 'text', of: ({ job }) => job.requestedBy },
  { name: 'total', type: 'smallint', of: ({ job }) => job.program.components.reduce((sum, one) => sum + one.steps.length, 0) },
];

/**
 * Jobs that begin at once, held by who asks for them; due for everybody where its lease has run out, or while servers are held since the
 * panel was restored. `n`: what was made.
 */
export function writeStarts(from: number): string {
  return `n AS MATERIALIZED (
  SELECT nextval('provisioning_job_id_seq') AS id, x.*, EXISTS (SELECT 1 FROM worker w WHERE w.id = x.worker_id AND w.lease_until > now())
    AND NOT EXISTS (SELECT 1 FROM restoration_server WHERE state = 'held') AS held
  FROM ${rowsOf(startColumns, from, 'x')}
), nj AS (
  INSERT INTO provisioning_job (id, operation, program, requested_by, state, fence, worker_id, wake_at, started_at, event_count) OVERRIDING SYSTEM VALUE
  SELECT id, operation, program, requested_by, CASE WHEN held THEN 'in_progress' ELSE 'pending' END, CASE WHEN held THEN 1 ELSE 0 END,
    CASE WHEN held THEN worker_id END, CASE WHEN NOT held THEN now() END, CASE WHEN held THEN now() END, 1 FROM n
), ne AS (
  INSERT INTO provisioning_event (job_id, number, type, step, total, percentage, message)
  SELECT id, 1, 'progress', 0, total, 0, operation || ': accepted' FROM n
)`;
}
