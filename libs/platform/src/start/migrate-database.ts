/** As `migrate`; what that needs is loaded when it is called. */
export async function migrateDatabase(connectionString: string): Promise<readonly string[]> {
  // eslint-disable-next-line hostwright/folder-index -- the folder's index loads Nest, which takes longer than a whole migration
  const { migrate } = await import('../database/migrate.js');
  return migrate(connectionString);
}
