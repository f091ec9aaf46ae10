import { createHash } from 'node:crypto';
import type { ServerConfig } from './config.js';
import { apiRoot } from './config.js';

interface HeldToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** A token is given up this long before it ends, so that it does not end on the way. */
const marginMs = 60_000;
const mostHeld = 256;

/*
 * Tokens live a day and a log-in costs a password hash, so they are kept in memory, one per address and credentials: another server, or
 * the same one with another password, never gets to see them. The key is a digest: a password is not kept here.
 */
const held = new Map<string, HeldToken>();

/** The token of one server, as far as this process has one. */
export class Session {
  readonly #key: string;

  constructor(server: ServerConfig) {
    const { identity, secret } = server;
    this.#key = createHash('sha256')
      .update(JSON.stringify([apiRoot(server), identity, secret]))
      .digest('hex');
  }

  token(now: string): string | undefined {
    const found = held.get(this.#key);
    if (found === undefined || found.expiresAtMs - marginMs <= Date.parse(now)) return undefined;
    return found.token;
  }

  keep(token: string, expiresAt: string): void {
    held.delete(this.#key);
    held.set(this.#key, { token, expiresAtMs: Date.parse(expiresAt) });
    // A Map keeps the order of insertion, so the first is the oldest.
    for (const key of held.keys()) {
      if (held.size <= mostHeld) break;
      held.delete(key);
    }
  }

  /** Drops the token, unless another call has already replaced it. */
  drop(token: string): void {
    if (held.get(this.#key)?.token === token) held.delete(this.#key);
  }
}
