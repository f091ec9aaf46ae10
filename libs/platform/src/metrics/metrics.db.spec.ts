import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPool } from '../database/index.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { createMetrics } from './index.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('metrics', () => {
  it('tell what the tables say', async () => {
    await db.pool.query(`
      INSERT INTO provisioning_job (operation, state, program, requested_by, wake_at) VALUES ('create', 'pending', '{}', 'test', now()), ('create', 'waiting', '{}', 'test', NULL);
      INSERT INTO provisioning_step (job_id, key, position, state, wait_for) VALUES (1, 'site/a', 0, 'parked', 'permit:1:task'), (1, 'site/b', 1, 'parked', 'permit:1:task');
      INSERT INTO permit_slot (server_id, name, slot, job_id) VALUES (1, 'task', 0, 1), (1, 'task', 1, NULL);
      INSERT INTO breaker (server_id, open_until) VALUES (1, now() + interval '1 minute'), (2, now() - interval '1 minute');
      INSERT INTO queue_task (queue, kind, payload, state) VALUES ('emails', 'send-mail', '{}', 'failed');
      INSERT INTO operator_task (job_id, kind, title, detail) VALUES (1, 'decide', 'a', 'b');
      INSERT INTO worker (name, lease_until) VALUES ('a', now() + interval '1 minute'), ('dead', now() - interval '1 minute')`);
    const { text, meter } = createMetrics({ process: 'api', facts: { db: db.pool, log: { warn: () => undefined } } });
    meter.stepEnded({ extension: 'examplevps', name: 'clone machine', outcome: 'done', seconds: 2 });
    meter.swept(3);
    const lines = (await text()).split('\n');
    for (const line of [
      'hostwright_jobs{state="pending",process="api"} 1',
      'hostwright_jobs{state="waiting",process="api"} 1',
      'hostwright_jobs_due{process="api"} 1',
      'hostwright_steps_parked{wait_for="permit",process="api"} 2',
      'hostwright_permits_held{server="1",permit="task",process="api"} 1',
      'hostwright_breakers_open{process="api"} 1',
      'hostwright_workers{process="api"} 1',
      'hostwright_operator_tasks_open{kind="decide",process="api"} 1',
      'hostwright_queue_tasks{queue="emails",state="failed",process="api"} 1',
      'hostwright_database_up{process="api"} 1',
      'hostwright_swept_jobs_total{process="api"} 3',
    ])
      expect(lines).toContain(line);
    expect(lines.find((line) => line.startsWith('hostwright_step_seconds_count'))).toMatch(/step="clone machine",outcome="done".*} 1$/);
  });

  it('leave out what they cannot know while the database is away, and say so', async () => {
    const pool = createPool({ connectionString: 'postgres://u:p@127.0.0.1:1/x', name: 'none', max: 1, log: { warn: () => undefined } });
    const warned: string[] = [];
    const { text } = createMetrics({ process: 'api', facts: { db: pool, log: { warn: (line) => warned.push(line) } } });
    const lines = (await text()).split('\n');
    expect(lines).toContain('hostwright_database_up{process="api"} 0');
    expect(lines.filter((line) => /^hostwright_(jobs|breakers)/.test(line))).toEqual([]);
    expect(warned).toHaveLength(1);
    await pool.end();
  });
});
