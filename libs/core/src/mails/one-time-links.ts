import { Injectable } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';
import { PasswordHasher, refuseShortPassword, type Account } from '../access/index.js';
import { AuditLog } from '../audit/index.js';
import { MailDesk } from './mail-desk.js';
import { hashOfLinkToken, OneTimeLinkStore, type OneTimeLink } from './one-time-link.js';

/** Lets in whoever holds a link out of a mail, once. */
@Injectable()
export class OneTimeLinks {
  constructor(
    private readonly links: OneTimeLinkStore,
    private readonly passwords: PasswordHasher,
    private readonly mails: MailDesk,
    private readonly audit: AuditLog,
  ) {}

  /** Throws `not_found` for what is no link of ours. */
  async look(token: string): Promise<OneTimeLink> {
    return this.links.find(hashOf(token)).then((link) => link ?? refuse());
  }

  /** Sets the password, and answers the account that is now logged in. Throws `conflict` when the link was used or is too old. */
  async setPassword(token: string, password: string): Promise<Account> {
    refuseShortPassword(password);
    // Before anything slow is done for it.
    const { state, accountId } = await this.look(token);
    const account = state === 'open' ? await this.links.setPassword(hashOf(token), await this.passwords.hash(password)) : undefined;
    if (!account) {
      throw new PanelError('conflict', `this link ${state === 'expired' ? 'is too old' : 'was used already'}; ask for a new one`, {
        field: 'token',
      });
    }
    const actor = `${account.role}:${account.id}`;
    const details = { customerId: account.customerId };
    await this.audit.record({ actor, action: 'account.password_set_by_link', subject: `account:${account.id}`, details });
    // Who had a password before learns of it, should it have been somebody else with their mailbox.
    if (accountId !== null) await this.mails.passwordChanged(accountId);
    return account;
  }

  /** Sends its holder a new link in place of one that is over. Throws `conflict` while the old one works. */
  async sendNew(token: string): Promise<void> {
    const { id, state, customerId, email } = await this.look(token);
    if (state === 'open') throw new PanelError('conflict', 'this link still works', { field: 'token' });
    await (customerId === null ? this.mails.resetPassword(email) : this.mails.newLink(customerId, id));
  }

  /**
   * Sends whoever has this address a link to set a new password. Whether anybody has is found out when the mail is composed, so neither
   * the answer nor the time it takes tells. Throws `invalid_config` when no mail can be sent.
   */
  async sendReset(email: string): Promise<void> {
    await this.mails.resetPassword(email);
  }
}

function hashOf(token: string): string {
  return hashOfLinkToken(token) ?? refuse();
}

function refuse(): never {
  throw new PanelError('not_found', 'this link is not one of ours; it may not have been copied whole', { field: 'token' });
}
