import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPool, type Queryable } from '../database/index.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { createMetrics } from './index.js';
import { installationMetrics } from './installation-metrics.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const silent = { warn: () => undefined };

describe('metrics', () => {
  it('tell what the tables say', async () => {
    await db.pool.query(`
      INSERT INTO server (name, extension, kind, settings) VALUES ('the cluster', 'examplevps', 'provisioning', '{}');
      INSERT INTO provisioning_job (operation, state, program, requested_by, wake_at, worker_id, finished_at) VALUES
        ('create', 'pending', '{}', 'test', now() - interval '1 minute', NULL, NULL), ('create', 'waiting', '{}', 'test', now() + interval '1 hour', NULL, NULL),
        ('create', 'pending', '{}', 'test', NULL, NULL, NULL), ('create', 'in_progress', '{}', 'test', NULL, 7, NULL),
        ('create', 'needs_operator', '{}', 'test', NULL, NULL, NULL),
        ('create', 'completed', '{}', 'test', NULL, NULL, now()), ('create', 'completed', '{}', 'test', NULL, NULL, now() - interval '2 days'),
        -- Over, and looks again: counted once.
        ('create', 'failed', '{}', 'test', now() + interval '2 hours', NULL, now());
      INSERT INTO provisioning_step (job_id, key, position, state, wait_for) VALUES (1, 'site/a', 0, 'parked', 'permit:1:task'), (1, 'site/b', 1, 'parked', 'permit:1:task'),
        (2, 'site/a', 0, 'parked', 'permit:9:a:b');
      INSERT INTO permit_slot (server_id, name, slot, job_id) VALUES (1, 'task', 0, 1), (1, 'task', 1, NULL);
      INSERT INTO breaker (server_id, open_until) VALUES (1, now() + interval '1 minute'), (2, now() - interval '1 minute');
      INSERT INTO rate_bucket (server_id, tokens, blocked_until) VALUES (1, 0, now() - interval '1 minute'), (2, 0, now() + interval '1 minute');
      INSERT INTO queue_task (queue, kind, payload, state) VALUES ('emails', 'tell-customer', '{}', 'failed');
      INSERT INTO outbox (topic, payload, created_at) VALUES ('a', '{}', now() - interval '1 minute');
      INSERT INTO operator_task (job_id, kind, title, detail) VALUES (1, 'decide', 'a', 'b');
      INSERT INTO worker (name, lease_until) VALUES ('a', now() + interval '1 minute'), ('dead', now() - interval '1 minute')`);
    const lines = (await createMetrics({ process: 'api', facts: { db: db.pool, log: silent } }).text()).split('\n');
    for (const line of [
      'hostwright_jobs{state="pending"} 2',
      'hostwright_jobs{state="waiting"} 1',
      'hostwright_jobs{state="in_progress"} 1',
      'hostwright_jobs{state="needs_operator"} 1',
      'hostwright_jobs{state="completed"} 1',
      'hostwright_jobs{state="failed"} 1',
      'hostwright_jobs_due 1',
      'hostwright_jobs_parked 2',
      'hostwright_jobs_queued_behind 1',
      'hostwright_permit_slots{server="the cluster",permit="task"} 2',
      'hostwright_permits_held{server="the cluster",permit="task"} 1',
      'hostwright_permit_waiting_jobs{server="the cluster",permit="task"} 1',
      'hostwright_permit_waiting_jobs{server="9",permit="a:b"} 1',
      'hostwright_breaker_open{server="the cluster"} 1',
      'hostwright_breaker_open{server="2"} 0',
      'hostwright_rate_blocked_seconds{server="the cluster"} 0',
      'hostwright_workers 1',
      'hostwright_operator_tasks_open{kind="decide"} 1',
      'hostwright_queue_tasks{queue="emails",state="failed"} 1',
      'hostwright_outbox_events 1',
      'hostwright_leases_lost_total 0',
      'hostwright_database_up 1',
    ])
      expect(lines).toContain(line);
    const value = (name: string): number =>
      Number(
        lines
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')
          .pop(),
      );
    expect(value('hostwright_jobs_due_oldest_seconds')).toBeGreaterThanOrEqual(60);
    expect(value('hostwright_jobs_next_wake_seconds')).toBeGreaterThan(3_000);
    expect(value('hostwright_jobs_next_wake_seconds')).toBeLessThanOrEqual(3_600);
    expect(value('hostwright_rate_blocked_seconds{server="2"}')).toBeGreaterThan(0);
    expect(value('hostwright_outbox_oldest_seconds')).toBeGreaterThanOrEqual(60);
    expect(lines.find((line) => line.startsWith('process_resident_memory_bytes'))).toContain('process="api"');
  });

  it('count each opening of a breaker, which its own count forgets', async () => {
    await db.pool.query(`INSERT INTO breaker (server_id) VALUES (5)`);
    for (const count of [1, 1, 2, 0, 1]) await db.pool.query(`UPDATE breaker SET opened_count = $1 WHERE server_id = 5`, [count]);
    const text = await installationMetrics({ db: db.pool, log: silent }).text();
    expect(text).toContain('# TYPE hostwright_breaker_opened_total counter');
    expect(text.split('\n')).toContain('hostwright_breaker_opened_total{server="5"} 3');
  });

  it('count the workers that were struck off, but not those that left', async () => {
    await db.pool.query(`INSERT INTO worker (name, lease_until) VALUES ('killed', now()), ('left', '-infinity')`);
    await db.pool.query(`DELETE FROM worker WHERE name IN ('killed', 'left')`);
    const lines = (await installationMetrics({ db: db.pool, log: silent }).text()).split('\n');
    expect(lines).toContain('hostwright_workers_reclaimed_total 1');
  });

  it('leave out what they cannot know while the database is away, and say so', async () => {
    const pool = createPool({ connectionString: 'postgres://u:p@127.0.0.1:1/x', name: 'none', max: 1, log: silent });
    const warned: string[] = [];
    const { text } = createMetrics({ process: 'api', facts: { db: pool, log: { warn: (line) => warned.push(line) } } });
    const lines = (await text()).split('\n');
    expect(lines).toContain('hostwright_database_up 0');
    expect(lines.filter((line) => /^hostwright_(?!database_up)/.test(line))).toEqual([]);
    expect(lines.some((line) => line.startsWith('process_cpu_seconds_total'))).toBe(true);
    expect(warned).toHaveLength(1);
    await pool.end();
  });

  it('do not wait for a database that hangs, and ask it once', async () => {
    let asked = 0;
    const hangs = { query: () => ((asked += 1), new Promise<never>(() => undefined)) } as Queryable;
    const metrics = installationMetrics({ db: hangs, log: silent, patienceMs: 10 });
    const [first, second] = await Promise.all([metrics.text(), metrics.text()]);
    expect(first.split('\n')).toContain('hostwright_database_up 0');
    expect(second).toBe(first);
    expect(asked).toBe(1);
  });
});
