import { migrations } from '@hostwright/migrations';
import pg from 'pg';

/** Names of this version's migrations that the database lacks. */
export async function missingMigrations(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM schema_migration');
  const applied = new Set(rows.map(({ name }) => name));
  return migrations.map(({ name }) => name).filter((name) => !applied.has(name));
}
