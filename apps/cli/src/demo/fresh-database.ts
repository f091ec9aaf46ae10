import pg from 'pg';

/** Replaces the database by an empty one. Whoever is connected to it is cut off. */
export async function emptyDatabase(connectionString: string): Promise<void> {
  const maintenance = new URL(connectionString);
  const name = decodeURIComponent(maintenance.pathname.slice(1));
  maintenance.pathname = '/postgres';
  const client = new pg.Client({ connectionString: maintenance.href, application_name: 'hostwright demo' });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
