import { createHash } from 'node:crypto';
import type { Account } from '../access/index.js';

/** How long a link in a mail works. */
export const linkHours = 72;
/** How long one works that somebody asked for who could not log in. */
export const resetLinkHours = 2;

/** Whom a link lets in: into an account, or a customer into theirs, made if there is none. */
export type LinkHolder = { readonly customerId: string } | { readonly accountId: string };

/** A link that lets its holder set the password of their account, once. The token in it is known to them alone. */
export interface OneTimeLink {
  readonly id: string;
  /** One of the two; see `LinkHolder`. */
  readonly customerId: string | null;
  readonly accountId: string | null;
  /** Of the account, or of the customer. */
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
   * Uses the link up, with every other of its holder, and gives the account, made for a customer who has none, this password; log-ins
   * made with the one before end. All or nothing, and of two at once one. Undefined when the link is not open any more.
   * Throws `conflict` when the customer's address is somebody else's account or the account is disabled.
   */
  abstract setPassword(tokenHash: string, passwordHash: string): Promise<Account | undefined>;
}
