import { createHash } from 'node:crypto';
import type { Account } from '../access/index.js';

/** How long a link in a mail works. */
export const linkHours = 72;

/** A link that lets a customer set the password of their account, once. The token in it is known to its holder alone. */
export interface OneTimeLink {
  readonly id: string;
  readonly customerId: string;
  /** Of the customer. */
  readonly email: string;
  readonly state: 'open' | 'used' | 'expired';
}

const shape = /^[A-Za-z0-9_-]{43}$/;

/** SHA-256 of a token, hexadecimal: it has 256 bits, so there is nothing to guess. Undefined for what is no token. */
export function hashOfLinkToken(token: string): string | undefined {
  return shape.test(token) ? createHash('sha256').update(token).digest('hex') : undefined;
}

export abstract class OneTimeLinkStore {
  abstract find(tokenHash: string): Promise<OneTimeLink | undefined>;
  /**
   * Uses the link up, with every other of its customer, and gives the customer's account, made if there is none, this password; log-ins
   * made with the one before end. All or nothing, and of two at once one. Undefined when the link is not open any more.
   * Throws `conflict` when the customer's address is somebody else's account or the account is disabled.
   */
  abstract setPassword(tokenHash: string, passwordHash: string): Promise<Account | undefined>;
}
