import { Injectable } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';
import { AccountStore } from './access-store.js';
import type { Account } from './account.js';
import { Clock, PasswordHasher } from './ports.js';

/** Lets people in who know their password. */
@Injectable()
export class LogIn {
  constructor(
    private readonly accounts: AccountStore,
    private readonly passwords: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /** Throws `unauthenticated`, in the same words and after the same work whether the account is unknown, disabled or the password wrong. */
  async enter(email: string, password: string): Promise<Account> {
    const account = await this.accounts.findByEmail(email);
    const matches = account ? await this.passwords.matches(account.passwordHash, password) : await this.passwords.pretend(password);
    if (!account || !matches || account.disabledAt !== null) throw new PanelError('unauthenticated', 'e-mail address or password is wrong');
    await this.accounts.loggedIn(account.id, this.clock.now());
    return account;
  }
}
