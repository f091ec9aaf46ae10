import { PanelError } from '@hostwright/sdk';
import type { RemoteAccount } from './answers.js';
import type { AccountProperties, ServerConfig } from './config.js';

/*
 * cPanel has no field for a mark that is the panel's alone. What tells an account of ours from another of the same name is when it was
 * made, which its owner cannot change; and where the server has an address for notices, the mark in it, which he can.
 */

/** What tells the account of a service from a later one of the same name. */
export type Made = Pick<AccountProperties, 'username' | 'domain' | 'madeAt'>;

/** The mark in a contact address, `hosting+hw-…@example.net`. */
export function markIn(email: string): string | undefined {
  return /\+(hw-[a-z0-9-]{1,57})@/.exec(email)?.[1];
}

/** Who is told of the account by cPanel. Throws `invalid_config` when the address has no room for the mark. */
export function contactOf(server: Pick<ServerConfig, 'noticeAddress'>, owner: string, customer: string): string {
  const { noticeAddress } = server;
  if (noticeAddress === undefined) return customer;
  const [local = '', domain = ''] = noticeAddress.split('@');
  const marked = `${local}+${owner}`;
  if (marked.length > 64) {
    throw new PanelError('invalid_config', 'the address for notices is too long to bear the owner mark as well', {
      field: 'noticeAddress',
    });
  }
  return `${marked}@${domain}`;
}

/** Whether it is the account that was made for the service. */
export function isOurs(account: RemoteAccount, made: Made, owner: string): boolean {
  return account.user === made.username && isSame(account, made, owner);
}

/** The same, whatever it is called. */
export function isSame(account: RemoteAccount, made: Made, owner: string): boolean {
  const mark = markIn(account.email);
  if (mark !== undefined && mark !== owner) return false;
  if (account.madeAt !== undefined && made.madeAt !== undefined) return account.madeAt === made.madeAt;
  return mark === owner;
}

/** Throws `not_owned` unless it is. */
export function requireOurs(account: RemoteAccount, made: Made, owner: string): void {
  if (isOurs(account, made, owner)) return;
  throw new PanelError('not_owned', `the account ${account.user} is not the one that was made for this service`);
}
