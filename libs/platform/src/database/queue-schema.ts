import { DEFAULT_SCHEMA, runMigrations } from 'bullmq';
import type pg from 'pg';

/** The schema of the queues when they live in PostgreSQL. */
export const queueSchema = DEFAULT_SCHEMA;

/** BullMQ brings its own migrations, guarded by a lock of its own. */
export async function migrateQueueSchema(client: pg.Client): Promise<void> {
  // BullMQ asks for a pool's client and uses `query` only, which every client has.
  await runMigrations(client as unknown as Parameters<typeof runMigrations>[0], queueSchema);
}
