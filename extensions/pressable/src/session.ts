import { createHash } from 'node:crypto';
import { isPanelError, PanelError } from '@hostwright/sdk';
import { rootOf, type ServerConfig } from './config.js';

export interface Login {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** A token, and whether it was made for this call or was there already. */
export interface UsedToken {
  readonly token: string;
  readonly isNew: boolean;
}

interface HeldToken {
  readonly token: string;
  readonly renewAtMs: number;
}

interface HeldRefusal {
  readonly reason: string;
  readonly field: string | undefined;
  readonly untilMs: number;
  /** How long it is held. */
  readonly forMs: number;
}

/** A token lives an hour and is given up this long before its end, so that it does not end on the way. */
const marginMs = 60_000;
/** Repeated failures can lock the account, so a log-in that was refused is not tried again for so long, and each time for twice as long. */
const refusedForMs = 5 * 60_000;
const longestRefusedForMs = 60 * 60_000;
const mostHeld = 256;

/*
 * Kept in memory, one per address and credentials: another server, or the same one with another secret, never gets to see them. The key
 * is a digest: a secret is not kept here.
 */
const tokens = new Map<string, HeldToken>();
const refusals = new Map<string, HeldRefusal>();
const logIns = new Map<string, Promise<string>>();

/** The token of one server, as far as this process has one. */
export class Session {
  readonly #key: string;

  constructor(server: ServerConfig) {
    this.#key = createHash('sha256')
      .update(JSON.stringify([rootOf(server), server.clientId, server.clientSecret]))
      .digest('hex');
  }

  /**
   * The token that is held, or a new one. Whoever asks while a log-in is under way waits for that one.
   * Throws `invalid_config`, without asking, for a while after the credentials were refused.
   */
  async token(now: string, logIn: () => Promise<Login>): Promise<UsedToken> {
    const nowMs = Date.parse(now);
    const found = tokens.get(this.#key);
    if (found !== undefined && nowMs < found.renewAtMs) return { token: found.token, isNew: false };
    const refusal = refusals.get(this.#key);
    if (refusal !== undefined && nowMs < refusal.untilMs) {
      throw new PanelError('invalid_config', refusal.reason, refusal.field === undefined ? {} : { field: refusal.field });
    }
    const underWay = logIns.get(this.#key) ?? this.#begin(now, logIn);
    return { token: await underWay, isNew: true };
  }

  /** Drops the token, unless another call has already replaced it. */
  drop(token: string): void {
    if (tokens.get(this.#key)?.token === token) tokens.delete(this.#key);
  }

  /** The credentials are not good: nothing is asked with them for a while. */
  refuse(now: string, { message, field }: PanelError): void {
    tokens.delete(this.#key);
    const before = refusals.get(this.#key)?.forMs;
    const forMs = before === undefined ? refusedForMs : Math.min(before * 2, longestRefusedForMs);
    keep(refusals, this.#key, { reason: message, field, untilMs: Date.parse(now) + forMs, forMs });
  }

  /** The token was good for a call. */
  accept(): void {
    refusals.delete(this.#key);
  }

  /** Somebody says that it was mended, so the next call tries it. */
  forgive(): void {
    refusals.delete(this.#key);
  }

  #begin(now: string, logIn: () => Promise<Login>): Promise<string> {
    const key = this.#key;
    const begun = (async () => {
      try {
        const { token, expiresInSeconds } = await logIn();
        keep(tokens, key, { token, renewAtMs: Date.parse(now) + expiresInSeconds * 1000 - marginMs });
        return token;
      } catch (error) {
        // An address that is wrong locks nobody out.
        if (isPanelError(error) && error.code === 'invalid_config' && error.field !== 'apiUrl') this.refuse(now, error);
        throw error;
      } finally {
        logIns.delete(key);
      }
    })();
    logIns.set(key, begun);
    return begun;
  }
}

function keep<Value>(held: Map<string, Value>, key: string, value: Value): void {
  held.delete(key);
  held.set(key, value);
  // A Map keeps the order of insertion, so the first is the oldest.
  for (const oldest of held.keys()) {
    if (held.size <= mostHeld) break;
    held.delete(oldest);
  }
}
