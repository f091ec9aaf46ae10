/** As `migrate`; what that needs is loaded when it is called. */
export async function migrateDatabase(connectionString: string): Promise<readonly string[]> {
  const { migrate } = await import('../database/migrate.js');
  return migrate(connectionString);
}
