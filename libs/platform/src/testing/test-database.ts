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
  return create(await ensureTestServer(), templateDatabase);
}

/** The database as it is now, in another one, as a backup has it. Ends everybody's connections to it. */
export async function copyTestDatabase({ connectionString }: Pick<TestDatabase, 'connectionString'>): Promise<TestDatabase> {
  const server = await ensureTestServer();
  const name = new URL(connectionString).pathname.slice(1);
  for (let tries = 1; ; tries += 1) {
    await once(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    try {
      return await create(server, name);
    } catch (error) {
      // Somebody connected in between.
      if ((error as { code?: unknown }).code !== '55006' || tries === 20) throw error;
    }
  }
}

async function create(server: string, template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await once(server, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
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
