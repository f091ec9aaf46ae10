import type { Queryable } from '../database/index.js';

/** What the tables say at the moment of a scrape: `labels` are columns, `value` is a number. */
export interface Fact {
  readonly name: string;
  readonly help: string;
  /** A gauge unless it only ever rises. */
  readonly type?: 'counter';
  readonly labels: readonly string[];
  readonly sql: string;
}

/** A server by its name; one that is gone by its id. */
const server = (id: string): string => `coalesce((SELECT s.name FROM server s WHERE s.id = ${id}), ${id}::text) AS server`;
/** Seconds since a time; nothing when there is none. */
const secondsSince = (time: string): string => `extract(epoch FROM now() - ${time})::float8`;

/** Each is one cheap statement over partial indexes or small tables. */
export const facts: readonly Fact[] = [
  {
    name: 'hostwright_jobs',
    help: 'Provisioning jobs by state; ended ones of the last 24 hours only',
    labels: ['state'],
    // Four indexes that hold nothing of the jobs that are long over; those that only look again are over.
    sql: `SELECT state, count(*)::int AS value FROM (
            SELECT state FROM provisioning_job WHERE wake_at IS NOT NULL AND finished_at IS NULL
            UNION ALL SELECT state FROM provisioning_job WHERE worker_id IS NOT NULL AND wake_at IS NULL AND finished_at IS NULL
            UNION ALL SELECT state FROM provisioning_job WHERE state = 'needs_operator' AND wake_at IS NULL AND worker_id IS NULL AND finished_at IS NULL
            UNION ALL SELECT state FROM provisioning_job
              WHERE wake_at IS NULL AND worker_id IS NULL AND state IN ('pending', 'in_progress', 'waiting', 'rolling_back') AND finished_at IS NULL
            UNION ALL SELECT state FROM provisioning_job WHERE finished_at > now() - interval '24 hours'
          ) j GROUP BY state`,
  },
  {
    name: 'hostwright_jobs_due',
    help: 'Provisioning jobs that no worker has taken up although they are due',
    labels: [],
    sql: `SELECT count(*)::int AS value FROM provisioning_job WHERE wake_at <= now() AND worker_id IS NULL`,
  },
  {
    name: 'hostwright_jobs_due_oldest_seconds',
    help: 'How long the job that has been due longest has waited for a worker; 0 when none is due',
    labels: [],
    sql: `SELECT coalesce(${secondsSince('min(wake_at)')}, 0) AS value FROM provisioning_job WHERE wake_at <= now() AND worker_id IS NULL`,
  },
  {
    name: 'hostwright_jobs_parked',
    help: 'Provisioning jobs that are rows until their time comes: they hold no worker',
    labels: [],
    sql: `SELECT count(*)::int AS value FROM provisioning_job WHERE wake_at > now() AND worker_id IS NULL`,
  },
  {
    name: 'hostwright_jobs_next_wake_seconds',
    help: 'How long until the next parked job is due; absent when none is parked',
    labels: [],
    sql: `SELECT -${secondsSince('wake_at')} AS value FROM (
            SELECT min(wake_at) AS wake_at FROM provisioning_job WHERE wake_at > now() AND worker_id IS NULL) j WHERE wake_at IS NOT NULL`,
  },
  {
    name: 'hostwright_jobs_queued_behind',
    help: 'Provisioning jobs that wait for an earlier operation of the same service',
    labels: [],
    sql: `SELECT count(*)::int AS value FROM provisioning_job
          WHERE wake_at IS NULL AND worker_id IS NULL AND state IN ('pending', 'in_progress', 'waiting', 'rolling_back')`,
  },
  {
    name: 'hostwright_permit_slots',
    help: 'Permits there are of each cap of a server: as many steps may be under way at once',
    labels: ['server', 'permit'],
    sql: `SELECT ${server('server_id')}, name AS permit, count(*)::int AS value FROM permit_slot GROUP BY server_id, name`,
  },
  {
    name: 'hostwright_permits_held',
    help: 'Permits held of each cap of a server',
    labels: ['server', 'permit'],
    sql: `SELECT ${server('server_id')}, name AS permit, count(job_id)::int AS value FROM permit_slot GROUP BY server_id, name`,
  },
  {
    name: 'hostwright_permit_waiting_jobs',
    help: 'Jobs that wait for a permit of a server',
    labels: ['server', 'permit'],
    sql: `SELECT ${server('w.server_id')}, w.permit, w.value FROM (
            SELECT split_part(wait_for, ':', 2)::bigint AS server_id, substr(wait_for, length(split_part(wait_for, ':', 2)) + 9) AS permit,
              count(DISTINCT job_id)::int AS value
            FROM provisioning_step WHERE wait_for IS NOT NULL AND wait_for LIKE 'permit:%' GROUP BY wait_for) w`,
  },
  {
    name: 'hostwright_rate_blocked_seconds',
    help: 'How long a provider still wants no calls from us; 0 when it takes them',
    labels: ['server'],
    sql: `SELECT ${server('server_id')}, greatest(0, coalesce(-${secondsSince('blocked_until')}, 0)) AS value FROM rate_bucket`,
  },
  {
    name: 'hostwright_breaker_open',
    help: '1 while a server is not called because calls kept failing',
    labels: ['server'],
    sql: `SELECT ${server('server_id')}, (coalesce(open_until, '-infinity') > now())::int AS value FROM breaker`,
  },
  {
    name: 'hostwright_breaker_opened_total',
    help: 'How often the breaker of a server opened',
    type: 'counter',
    labels: ['server'],
    sql: `SELECT ${server('server_id')}, opened_total AS value FROM breaker`,
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
    name: 'hostwright_operator_task_oldest_seconds',
    help: 'How long the oldest open operator task has waited for a person; 0 when there is none',
    labels: [],
    sql: `SELECT coalesce(${secondsSince('min(opened_at)')}, 0) AS value FROM operator_task WHERE state = 'open'`,
  },
  {
    name: 'hostwright_reconciliation_findings_open',
    help: 'What was found to be otherwise at a provider than in the panel, and still is, by kind',
    labels: ['kind'],
    sql: `SELECT k.kind, count(f.id)::int AS value FROM unnest('{orphan,missing,drift}'::text[]) AS k (kind)
          LEFT JOIN reconciliation_finding f ON f.kind = k.kind AND f.resolved_at IS NULL GROUP BY k.kind`,
  },
  {
    name: 'hostwright_server_look_success_seconds',
    help: 'How long ago a look at a server last went well, by kind of look; absent when none ever did',
    labels: ['server', 'look'],
    sql: `SELECT s.name AS server, k.look, ${secondsSince('l.ended_at')} AS value
          FROM server s CROSS JOIN unnest('{reconcile,usage}'::text[]) AS k (look) CROSS JOIN LATERAL (
            SELECT ended_at FROM server_look WHERE server_id = s.id AND kind = k.look AND state = 'done' ORDER BY id DESC LIMIT 1) l`,
  },
  {
    name: 'hostwright_server_looks_failed',
    help: 'Servers whose last look of a kind failed',
    labels: ['look'],
    sql: `SELECT k.look, count(*) FILTER (WHERE l.state = 'failed')::int AS value
          FROM unnest('{reconcile,usage}'::text[]) AS k (look) LEFT JOIN server s ON true LEFT JOIN LATERAL (
            SELECT state FROM server_look WHERE server_id = s.id AND kind = k.look AND state IN ('done', 'failed') ORDER BY id DESC LIMIT 1) l ON true
          GROUP BY k.look`,
  },
  {
    name: 'hostwright_queue_tasks',
    help: 'Tasks of mails, invoices and backups by queue and state',
    labels: ['queue', 'state'],
    sql: `SELECT queue, state, count(*)::int AS value FROM queue_task GROUP BY queue, state`,
  },
  {
    name: 'hostwright_queue_task_oldest_due_seconds',
    help: 'How long the task that has been due longest has waited, by queue; absent when none is due',
    labels: ['queue'],
    sql: `SELECT queue, ${secondsSince('min(wake_at)')} AS value FROM queue_task WHERE wake_at <= now() AND state = 'pending' GROUP BY queue`,
  },
  {
    name: 'hostwright_webhook_deliveries',
    help: 'Deliveries of webhooks that are not at their end, by state',
    labels: ['state'],
    sql: `SELECT state, count(*)::int AS value FROM webhook_delivery WHERE next_attempt_at IS NOT NULL GROUP BY state`,
  },
  {
    name: 'hostwright_webhook_oldest_due_seconds',
    help: 'How long the delivery that has been due longest at an active webhook has waited; 0 when none is due',
    labels: [],
    sql: `SELECT coalesce(max(${secondsSince('d.next_attempt_at')}), 0) AS value FROM webhook_delivery d JOIN webhook_endpoint p ON p.id = d.endpoint_id
          WHERE d.next_attempt_at <= now() AND p.state = 'active'`,
  },
  {
    name: 'hostwright_webhooks',
    help: 'Webhooks by state',
    labels: ['state'],
    sql: `SELECT state, count(*)::int AS value FROM webhook_endpoint GROUP BY state`,
  },
  {
    name: 'hostwright_outbox_events',
    help: 'Events that nobody has taken yet',
    labels: [],
    sql: `SELECT count(*)::int AS value FROM outbox`,
  },
  {
    name: 'hostwright_outbox_oldest_seconds',
    help: 'How long the oldest event has waited to be taken; 0 when there is none',
    labels: [],
    sql: `SELECT coalesce(${secondsSince('min(created_at)')}, 0) AS value FROM outbox`,
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
