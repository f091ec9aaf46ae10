import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../database/index.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { entities } from './entities.js';
import { TypeormServerStore } from './server-store.js';

let db: TestDatabase;
let source: DataSource;
let store: TypeormServerStore;
let ids: { server: string; other: string; product: string; customer: string };

const one = async (text: string, values: unknown[] = []): Promise<string> =>
  (await db.pool.query<{ id: string }>(text, values)).rows[0]!.id;
const server = (name: string) =>
  one(`INSERT INTO server (name, extension, kind, settings) VALUES ($1, 'x', 'provisioning', '{}') RETURNING id`, [name]);

beforeAll(async () => {
  db = await createTestDatabase();
  source = await createDataSource({ connectionString: db.connectionString, entities, name: 'test' }).initialize();
  store = new TypeormServerStore(source);
  ids = {
    server: await server('a'),
    other: await server('b'),
    product: await one(`INSERT INTO product (code, name) VALUES ('p', 'P') RETURNING id`),
    customer: await one(`INSERT INTO customer (email) VALUES ('a@example.com') RETURNING id`),
  };
});
afterAll(async () => {
  await source?.destroy();
  await db?.drop();
});
beforeEach(() => db.pool.query('DELETE FROM provisioning_step; DELETE FROM provisioning_job'));

/** A job that waits an hour at a server; `trouble`: because something is wrong there. */
async function waiting(at: string, trouble: boolean): Promise<string> {
  const service = await one('INSERT INTO service (product_id, customer_id) VALUES ($1, $2) RETURNING id', [ids.product, ids.customer]);
  return one(
    `WITH j AS (
       INSERT INTO provisioning_job (service_id, operation, state, program, requested_by, wake_at)
       VALUES ($1, 'create', 'waiting', '{"components": []}', 'test', now() + interval '1 hour') RETURNING id)
     INSERT INTO provisioning_step (job_id, key, position, state, server_id, wake_at, trouble_since)
     SELECT id, 'site / make', 1, 'parked', $2, now() + interval '1 hour', CASE WHEN $3 THEN now() END FROM j RETURNING job_id AS id`,
    [service, at, trouble],
  );
}

/** Whether the job, and its step, are due within a few seconds. */
async function isDue(job: string): Promise<boolean> {
  const { rows } = await db.pool.query<{ job: boolean; step: boolean }>(
    `SELECT p.wake_at < now() + interval '5 seconds' AS job, t.wake_at < now() + interval '5 seconds' AS step
     FROM provisioning_job p JOIN provisioning_step t ON t.job_id = p.id WHERE p.id = $1`,
    [job],
  );
  expect(rows[0]!.job).toBe(rows[0]!.step);
  return rows[0]!.job;
}

describe('changing a server', () => {
  it('tries at once what waits there because something was wrong, and nothing else', async () => {
    const [wrong, elsewhere, provider] = [
      await waiting(ids.server, true),
      await waiting(ids.other, true),
      await waiting(ids.server, false),
    ];
    await store.change(ids.server, { settings: { token: 'new' } });
    expect(await isDue(wrong)).toBe(true);
    expect(await isDue(elsewhere)).toBe(false);
    expect(await isDue(provider)).toBe(false);
  });

  it('of its name tries nothing', async () => {
    const wrong = await waiting(ids.server, true);
    await store.change(ids.server, { name: 'a renamed' });
    expect(await isDue(wrong)).toBe(false);
  });

  it('leaves alone what a worker is at', async () => {
    const wrong = await waiting(ids.server, true);
    await db.pool.query(`INSERT INTO worker (id, name, lease_until) OVERRIDING SYSTEM VALUE VALUES (9, 'w', now() + interval '1 minute')`);
    await db.pool.query(`UPDATE provisioning_job SET worker_id = 9 WHERE id = $1`, [wrong]);
    await store.change(ids.server, { settings: {} });
    expect(await isDue(wrong)).toBe(false);
  });
});
