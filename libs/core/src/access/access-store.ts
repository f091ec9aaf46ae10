import type { Page, PageOf } from '../paging/index.js';
import type { Account, AccountView } from './account.js';
import type { ApiKey, ApiKeyView } from './api-key.js';

export type NewAccount = Pick<Account, 'email' | 'passwordHash' | 'role' | 'customerId'>;
export type NewApiKey = Pick<ApiKey, 'name' | 'prefix' | 'keyHash' | 'scopes' | 'createdBy' | 'expiresAt'>;

export abstract class AccountStore {
  /** By e-mail address, whatever its case. */
  abstract findByEmail(email: string): Promise<Account | undefined>;
  abstract find(id: string): Promise<Account | undefined>;
  /** Throws `conflict` when the address is taken, `invalid_input` for an unknown customer. */
  abstract add(account: NewAccount): Promise<Account>;
  /** Throws `not_found`. */
  abstract change(id: string, change: Partial<Pick<Account, 'passwordHash' | 'disabledAt' | 'tokensValidFrom'>>): Promise<Account>;
  abstract loggedIn(id: string, at: Date): Promise<void>;
  abstract list(page: Page, filter: { readonly role?: Account['role']; readonly customerId?: string }): Promise<PageOf<AccountView>>;
}

export abstract class ApiKeyStore {
  abstract findByPrefix(prefix: string): Promise<ApiKey | undefined>;
  abstract add(key: NewApiKey): Promise<ApiKey>;
  /** Throws `not_found`. Revoking again changes nothing. */
  abstract revoke(id: string, at: Date): Promise<ApiKey>;
  /** Notes the use, unless one within the last minute is noted. */
  abstract used(id: string, at: Date): Promise<void>;
  abstract list(page: Page): Promise<PageOf<ApiKeyView>>;
}
