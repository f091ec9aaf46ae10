import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { createPool, inTransaction, migrate } from './index.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('migrate', () => {
  it('may be called by several processes at once, on an empty database', async () => {
    const name = `empty_${Date.now().toString(36)}`;
    await db.pool.query(`CREATE DATABASE ${name}`);
    const url = new URL(db.connectionString);
    url.pathname = name;
    const runs = await Promise.all([migrate(url.href), migrate(url.href), migrate(url.href)]);
    expect(runs.filter((run) => run.length > 0)).toHaveLength(1);
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const { rows } = await client.query<{ ours: string | null; queues: string | null }>(
      `SELECT to_regclass('provisioning_job') AS ours, to_regclass('bullmq.job') AS queues`,
    );
    expect(rows[0]?.ours).toBe('provisioning_job');
    await client.end();
    await db.pool.query(`DROP DATABASE ${name}`);
  });

  it('has nothing to do the second time', async () => {
    expect(await migrate(db.connectionString)).toEqual([]);
  });
});

describe('createPool', () => {
  it('answers big numbers whole', async () => {
    const { rows } = await db.pool.query<{ big: string }>('SELECT 9007199254740993::bigint AS big');
    expect(rows[0]?.big).toBe('9007199254740993');
  });

  it('survives the loss of its connections with one line in the log', async () => {
    const lines: unknown[] = [];
    const pool = createPool({
      connectionString: db.connectionString,
      name: 'doomed',
      max: 5,
      log: { warn: (...line) => lines.push(line) },
    });
    await Promise.all(Array.from({ length: 5 }, () => pool.query('SELECT pg_sleep(0.05)')));
    await db.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hostwright doomed'`);
    await db.pool.query('SELECT pg_sleep(0.1)');
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(lines).toHaveLength(1);
    await pool.end();
  });

  it.each(['between two statements', 'during one'])(
    'fails a transaction alone whose connection is lost %s, and not the process',
    async (when) => {
      const pool = createPool({ connectionString: db.connectionString, name: 'torn', max: 1, log: { warn: () => undefined } });
      const cut = () => db.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hostwright torn'`);
      const torn = inTransaction(pool, async (client) => {
        await client.query(`INSERT INTO customer (email) VALUES ('torn@example.com')`);
        await Promise.all(when === 'during one' ? [client.query('SELECT pg_sleep(5)'), cut()] : [cut()]);
        await db.pool.query('SELECT pg_sleep(0.1)');
      });
      await expect(torn).rejects.toThrow(/terminat|not queryable/);
      expect((await pool.query('SELECT 1 FROM customer')).rowCount).toBe(0);
      await pool.end();
    },
  );

  it('leaves nothing of a transaction that failed', async () => {
    const add = inTransaction(db.pool, async (client) => {
      await client.query(`INSERT INTO customer (email) VALUES ('half@example.com')`);
      throw new Error('no');
    });
    await expect(add).rejects.toThrow('no');
    expect((await db.pool.query('SELECT 1 FROM customer')).rowCount).toBe(0);
  });
});
