import type { AccountView } from '@hostwright/core';

export interface WantedAccount {
  readonly email: string;
  readonly password: string;
  readonly role: 'staff' | 'customer';
  /** For the role customer, and only for it. */
  readonly customerId?: string;
}

/**
 * Makes an account straight in the database, whose schema must be up to date: how the first one comes to be.
 * Throws: `invalid_input`; `conflict` when the address is taken.
 */
export async function openAccount(connectionString: string, wanted: WantedAccount): Promise<AccountView> {
  // Loaded here: no other command needs the stores.
  const [{ Accounts }, platform] = await Promise.all([import('@hostwright/core'), import('@hostwright/platform')]);
  const { Argon2PasswordHasher, createDataSource, createPool, entities, PostgresAuditLog, SystemClock, TypeormAccountStore } = platform;
  const pool = createPool({ connectionString, name: 'account', max: 1, log: { warn: () => undefined } });
  try {
    const dataSource = await createDataSource({ connectionString, entities, name: 'account', max: 1 }).initialize();
    try {
      const store = new TypeormAccountStore(dataSource);
      return await new Accounts(store, new Argon2PasswordHasher(), new PostgresAuditLog(pool), new SystemClock()).open(wanted, 'cli');
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await pool.end();
  }
}
