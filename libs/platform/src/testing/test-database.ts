import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createPool } from '../database/index.js';
import { ensureTestServer, templateDatabase, withDatabase } from './test-server.js';

export interface TestDatabase {
  readonly connectionString: string;
  readonly pool: pg.Pool;
  /** Closes the pool and removes the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** A database of the caller's own with every migration applied, on a real server. Call it in `beforeAll` and `drop` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await ensureTestServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await once(server, `CREATE DATABASE ${name} TEMPLATE ${templateDatabase} STRATEGY FILE_COPY`);
  const connectionString = withDatabase(server, name);
  const pool = createPool({ connectionString, name: 'test', max: 10, log: { warn: () => undefined } });
  return {
    connectionString,
    pool,
    async drop() {
      await pool.end();
      await once(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** `name` in the statements is ours: letters and digits. */
async function once(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
