import { Injectable } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';
import { AuditLog } from '../audit/index.js';
import { AccountStore } from './access-store.js';
import { viewOfAccount, type AccountView, type Role } from './account.js';
import { Clock, PasswordHasher } from './ports.js';

export const minPasswordLength = 12;

/** Makes, changes and closes log-ins. */
@Injectable()
export class Accounts {
  constructor(
    private readonly store: AccountStore,
    private readonly passwords: PasswordHasher,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Throws `invalid_input`; `conflict` when the address is taken. */
  async open(account: { email: string; password: string; role: Role; customerId?: string }, actor: string): Promise<AccountView> {
    if ((account.role === 'customer') !== (account.customerId !== undefined)) {
      throw new PanelError('invalid_input', 'customerId is needed for the role customer, and only for it', { field: 'customerId' });
    }
    refuseShortPassword(account.password);
    const made = await this.store.add({
      email: account.email,
      passwordHash: await this.passwords.hash(account.password),
      role: account.role,
      customerId: account.customerId ?? null,
    });
    await this.audit.record({ actor, action: 'account.opened', subject: `account:${made.id}`, details: { role: made.role } });
    return viewOfAccount(made);
  }

  /** Ends every log-in made with the password before. */
  async changePassword(id: string, password: string, actor: string): Promise<AccountView> {
    refuseShortPassword(password);
    const changed = await this.store.change(id, { passwordHash: await this.passwords.hash(password), tokensValidFrom: this.clock.now() });
    await this.audit.record({ actor, action: 'account.password_changed', subject: `account:${id}`, details: {} });
    return viewOfAccount(changed);
  }

  /** A disabled account cannot log in, and its tokens stop working within half a minute. */
  async setDisabled(id: string, disabled: boolean, actor: string): Promise<AccountView> {
    const changed = await this.store.change(id, { disabledAt: disabled ? this.clock.now() : null });
    await this.audit.record({ actor, action: disabled ? 'account.disabled' : 'account.enabled', subject: `account:${id}`, details: {} });
    return viewOfAccount(changed);
  }
}

export function refuseShortPassword(password: string): void {
  if (password.length < minPasswordLength) {
    throw new PanelError('invalid_input', `password needs at least ${minPasswordLength} characters`, { field: 'password' });
  }
}
