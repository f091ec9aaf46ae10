import pg from 'pg';
import { createDataSource } from './data-source.js';
import { migrateQueueSchema } from './queue-schema.js';

/** Any number that nobody else locks: "hwmg". */
const migrationLock = 0x68776d67;

/**
 * Brings the database to the schema of this version, and the queues' own schema with it. Several processes may call it at once: one
 * works, the others wait for it. Answers the names of the migrations that ran.
 */
export async function migrate(connectionString: string): Promise<readonly string[]> {
  const guard = new pg.Client({ connectionString, application_name: 'hostwright migration' });
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const dataSource = await createDataSource({ connectionString, max: 1, name: 'migration' }).initialize();
    let done: readonly { readonly name: string }[];
    try {
      done = await dataSource.runMigrations();
    } finally {
      await dataSource.destroy();
    }
    await migrateQueueSchema(guard);
    return done.map(({ name }) => name);
  } finally {
    await guard.end(); // and with it the lock
  }
}
