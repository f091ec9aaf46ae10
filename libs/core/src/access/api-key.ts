import { createHash } from 'node:crypto';
import type { Scope } from './scopes.js';

/** A program's key. The key itself is `hwk_<prefix>_<secret>` and is known to its holder alone. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** Finds the row; 12 letters and digits, no secret. */
  readonly prefix: string;
  /** SHA-256 of the whole key, hexadecimal: its secret has 238 bits, so there is nothing to guess and nothing to slow down. */
  readonly keyHash: string;
  readonly scopes: readonly Scope[];
  readonly createdBy: string;
  readonly createdAt: Date;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** A key as staff may see it. */
export type ApiKeyView = Omit<ApiKey, 'keyHash'>;

const shape = /^hwk_([A-Za-z0-9]{12})_[A-Za-z0-9]{40}$/;

export const prefixLength = 12;
export const secretLength = 40;

export function apiKeyText(prefix: string, secret: string): string {
  return `hwk_${prefix}_${secret}`;
}

/** The prefix of something that looks like one of our keys. */
export function prefixOf(key: string): string | undefined {
  return shape.exec(key)?.[1];
}

export function hashOfApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** True while the key opens anything. */
export function isInForce(key: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, at: Date): boolean {
  return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > at);
}

export function viewOfApiKey({ keyHash: _, ...view }: ApiKey): ApiKeyView {
  return view;
}
