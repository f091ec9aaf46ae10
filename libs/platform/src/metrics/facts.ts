import type { Queryable } from '../database/index.js';

/** A gauge whose values are table facts: `labels` are columns, `value` is a number. */
export interface Fact {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly sql: string;
}

/** Each is one cheap statement over partial indexes or small tables. */
export const facts: readonly Fact[] = [
  {
    name: 'hostwright_jobs',
    help: 'Provisioning jobs by state; ended ones of the last 24 hours only',
    labels: ['state'],
    sql: `SELECT state, count(*)::int AS value FROM provisioning_job
          WHERE finished_at IS NULL OR finished_at > now() - interval '24 hours' GROUP BY state`,
  },
  {
    name: 'hostwright_jobs_due',
    help: 'Provisioning jobs that no worker has taken up although they are due',
    labels: [],
    sql: `SELECT count(*)::int AS value FROM provisioning_job WHERE wake_at <= now() AND worker_id IS NULL`,
  },
  {
    name: 'hostwright_steps_parked',
    help: 'Steps that wait for a permit, a server or the admin, by what they wait for',
    labels: ['wait_for'],
    sql: `SELECT split_part(coalesce(wait_for, 'time'), ':', 1) AS wait_for, count(*)::int AS value FROM provisioning_step
          WHERE state = 'parked' GROUP BY 1`,
  },
  {
    name: 'hostwright_permits_held',
    help: 'Permits held of each cap of a server',
    labels: ['server', 'permit'],
    sql: `SELECT server_id::text AS server, name AS permit, count(job_id)::int AS value FROM permit_slot GROUP BY 1, 2`,
  },
  {
    name: 'hostwright_breakers_open',
    help: 'Servers that are not called because calls kept failing',
    labels: [],
    sql: `SELECT count(*)::int AS value FROM breaker WHERE open_until > now()`,
  },
  {
    name: 'hostwright_workers',
    help: 'Workers whose lease runs',
    labels: [],
    sql: `SELECT count(*)::int AS value FROM worker WHERE lease_until > now()`,
  },
  {
    name: 'hostwright_operator_tasks_open',
    help: 'What waits for a person, by kind',
    labels: ['kind'],
    sql: `SELECT kind, count(*)::int AS value FROM operator_task WHERE state = 'open' GROUP BY kind`,
  },
  {
    name: 'hostwright_queue_tasks',
    help: 'Tasks of mails, invoices and backups by queue and state',
    labels: ['queue', 'state'],
    sql: `SELECT queue, state, count(*)::int AS value FROM queue_task GROUP BY queue, state`,
  },
  {
    name: 'hostwright_outbox_events',
    help: 'Events that nobody has taken yet',
    labels: [],
    sql: `SELECT count(*)::int AS value FROM outbox`,
  },
];

/** The values of one fact now. */
export async function readFact(
  db: Queryable,
  { sql, labels }: Fact,
): Promise<readonly { readonly labels: Record<string, string>; readonly value: number }[]> {
  const { rows } = await db.query<Record<string, string | number>>(sql);
  return rows.map((row) => ({
    labels: Object.fromEntries(labels.map((label) => [label, String(row[label])])),
    value: Number(row['value']),
  }));
}
