import { createHash } from 'node:crypto';
import { apiUrl, type ServerConfig } from './config.js';

interface HeldSession {
  readonly id: string;
  readonly endsAtMs: number;
}

/** Counted from the log-in; using a session does not lengthen it. */
const lifetimeMs = 1800_000;
/** A session is given up this long before it ends, so that it does not end on the way. */
const marginMs = 60_000;
const mostHeld = 256;

/*
 * A log-in costs ISPConfig a password hash and a row, so sessions are kept in memory, one per address and credentials: another server, or
 * the same one with another password, never gets to see them. The key is a digest: a password is not kept here.
 */
const held = new Map<string, HeldSession>();

/** The session of one server, as far as this process has one. */
export class Session {
  readonly #key: string;

  constructor(server: ServerConfig) {
    this.#key = createHash('sha256')
      .update(JSON.stringify([apiUrl(server), server.username, server.password]))
      .digest('hex');
  }

  /** One that will last a while. */
  id(now: string): string | undefined {
    const found = held.get(this.#key);
    return found !== undefined && found.endsAtMs - marginMs > Date.parse(now) ? found.id : undefined;
  }

  /** One that is about to end: still known at ISPConfig, and of no more use. */
  ending(now: string): string | undefined {
    const found = held.get(this.#key);
    if (found === undefined) return undefined;
    const leftMs = found.endsAtMs - Date.parse(now);
    return leftMs > 0 && leftMs <= marginMs ? found.id : undefined;
  }

  keep(id: string, begunAt: string): void {
    held.delete(this.#key);
    held.set(this.#key, { id, endsAtMs: Date.parse(begunAt) + lifetimeMs });
    // A Map keeps the order of insertion, so the first is the oldest.
    for (const key of held.keys()) {
      if (held.size <= mostHeld) break;
      held.delete(key);
    }
  }

  /** Drops the session, unless another call has already replaced it. */
  drop(id: string): void {
    if (held.get(this.#key)?.id === id) held.delete(this.#key);
  }
}
