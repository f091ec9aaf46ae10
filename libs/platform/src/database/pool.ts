import type { Log } from '@hostwright/sdk';
import pg from 'pg';
import { QuietLine } from './quiet-line.js';

export interface PoolOptions {
  readonly connectionString: string;
  /** Shown in `pg_stat_activity`: which part of the panel it is. */
  readonly name: string;
  /** Connections at the most. */
  readonly max: number;
  /** How long a connection that nobody needs is kept. Default 60 s. */
  readonly keepIdleMs?: number;
  readonly log: Pick<Log, 'warn'>;
  /** Settings of each session, such as `-c search_path=…`. */
  readonly sessionOptions?: string;
  /**
   * For statements that are prepared while their tables are empty and run when they are full: rows are found by index, whatever the
   * planner thought of the tables on the day.
   */
  readonly steadyPlans?: boolean;
}

/** Anything a statement can be sent through: a pool, or one of its connections with a transaction open. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number | null }>;
}

/** The pool waits for it before anybody gets the connection, whatever its type says. */
function keepPlansSteady(client: pg.ClientBase): Promise<unknown> {
  return client.query(steadyPlanSettings);
}

const steadyPlanSettings = `SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off; SET plan_cache_mode = force_generic_plan`;

/**
 * A pool of connections. A `bigint` column is a string in its rows, because JavaScript numbers are too short. A lost server costs
 * one line per interval, and its callers an error after 10 s at the most.
 */
export function createPool({ connectionString, name, max, keepIdleMs = 60_000, log, sessionOptions, steadyPlans }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    application_name: `hostwright ${name}`,
    max,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: keepIdleMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // A transaction that its holder forgot would hold its locks for ever.
    idle_in_transaction_session_timeout: 60_000,
    ...(steadyPlans ? { onConnect: keepPlansSteady as (client: pg.ClientBase) => void } : {}),
    ...(sessionOptions === undefined ? {} : { options: sessionOptions }),
  });
  const line = new QuietLine(log, `a connection of the ${name} to PostgreSQL was lost`);
  pool.on('error', (error) => line.warn(error));
  return pool;
}

/** Runs `work` in a transaction: all of it is committed, or nothing is. */
export async function inTransaction<T>(pool: pg.Pool, work: (db: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onLost = (error: Error): void => void (broken = error);
  // The pool listens to the idle ones alone, and an error that nobody listens to ends the process.
  client.on('error', onLost);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((lost: Error) => (broken = lost));
    throw error;
  } finally {
    if (!broken) client.off('error', onLost);
    client.release(broken);
  }
}
