import type { Queryable } from '../database/index.js';

/**
 * Which database this is: the cluster it is in, the database, its tables, and the history of the write-ahead log that it goes on from. A
 * backup that is restored with any tool has another one. So has a standby that took over, which may lack the last that was committed.
 */
const identity = `(SELECT system_identifier FROM pg_control_system()) || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
  || '/' || 'installation'::regclass::oid || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)`;

/**
 * Whether the database is the one that it remembers; undefined when it remembers none. The row tells, besides, who wrote it: when rows are
 * put back into the same tables, that is another transaction than the one it names.
 */
export async function isSameDatabase(db: Queryable): Promise<boolean | undefined> {
  const { rows } = await db.query<{ same: boolean }>(
    `SELECT identity = ${identity} AND written_in = xmin::text AS same FROM database_identity`,
  );
  return rows[0]?.same;
}

/** Has the database remember which one it is. Not after a savepoint: the row must bear the transaction's own number. */
export async function keepIdentity(db: Queryable): Promise<void> {
  await db.query('DELETE FROM database_identity');
  await db.query(`INSERT INTO database_identity (identity, written_in) SELECT ${identity}, pg_current_xact_id()::xid::text`);
}
