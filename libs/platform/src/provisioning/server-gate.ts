import { currentCall } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import type { Pool, QueryConfig, QueryResult, QueryResultRow } from 'pg';

/** Bad calls in a row before a server is left alone for a while. */
const failuresToOpen = 5;
const firstPauseMs = 30_000;
const longestPauseMs = 600_000;
/** Tokens are drawn in batches, so that a call seldom needs the database. A batch not used up is thrown away after this time. */
const batch = 10;
const batchLifeMs = 5_000;
/** How old the state of a server may be here. */
const freshMs = 1_000;
/** Calls of this process to one server at once, as many as there are connections to it: more would only hold up others' jobs while they wait. */
const mostUnderWay = 32;
/** Who finds no place comes back after this long for every lot that was turned away before him; after the other where nothing comes back. */
const noPlaceMs = { busy: 250, silent: 5_000 };
const silentAfterMs = 1_000;
/** While another caller tries whether a server is well again. */
const probedMs = 5_000;

export interface Rate {
  readonly requests: number;
  readonly perSeconds: number;
}

interface ServerState {
  tokens: number;
  tokensAt: number;
  /** 0: closed. A time that has passed: the next caller may try. */
  openUntil: number;
  /** Until when the provider wants to be left alone, and as of which time the other processes know. */
  blockedUntil: number;
  blockKnownUntil: number;
  readAt: number;
  reading: Promise<void> | undefined;
  failures: number;
  drawing: Promise<void> | undefined;
  underWay: number;
  /** How many found no place since the last call came back. */
  turnedAway: number;
  /** When the last call came back, or the last place was taken. */
  movedAt: number;
}

/**
 * The rate and the breaker of every server, as rows that all processes share, and what this process has under way there. A call that may
 * not be made is `unavailable` before it leaves: it waits as a row, and holds nobody up. What a provider says with a 429 is heeded at once
 * here, and by other processes within a second. `waitScale` shortens pauses where a provider is played faster than life.
 */
export class ServerGate {
  private readonly servers = new Map<string, ServerState>();

  constructor(
    private readonly pool: Pool,
    private readonly now: () => number,
    private readonly waitScale: number,
  ) {}

  /**
   * Before a call; `ended` must follow. Throws `unavailable` with the time to wait while the breaker is open, the provider has asked for
   * quiet, the rate is used up, or too many calls are under way.
   */
  async pass(serverId: string, rate: Rate | undefined): Promise<void> {
    const state = this.state(serverId);
    if (this.now() - state.readAt > freshMs)
      await (state.reading ??= this.read(serverId, state).finally(() => (state.reading = undefined)));
    if (state.openUntil > this.now()) throw this.resting(state);
    this.refuseBlocked(state);
    this.enter(state);
    try {
      if (rate) await this.takeToken(serverId, rate, state);
      this.refuseBlocked(state);
      // Last, since the one who may try must then really try.
      if (state.openUntil > 0 && !(await this.mayProbe(serverId))) throw this.resting(state);
    } catch (error) {
      this.leave(state);
      throw error;
    }
  }

  /** A call that has neither rate nor breaker, such as a script over SSH, in a place of its own. */
  async within<T>(serverId: string, call: () => Promise<T>): Promise<T> {
    const state = this.state(serverId);
    this.enter(state);
    try {
      return await call();
    } finally {
      this.leave(state);
    }
  }

  private refuseBlocked(state: ServerState): void {
    const restMs = state.blockedUntil - this.now();
    if (restMs > 0) throw this.refusal('the provider asks to be left alone for a while', restMs);
  }

  private enter(state: ServerState): void {
    const now = this.now();
    if (state.underWay >= mostUnderWay) {
      const lots = 1 + Math.floor(state.turnedAway / mostUnderWay);
      state.turnedAway += 1;
      const silent = now - state.movedAt > silentAfterMs;
      throw this.refusal('many calls to the server are under way', silent ? noPlaceMs.silent : noPlaceMs.busy * lots);
    }
    state.underWay += 1;
    if (state.underWay === mostUnderWay) state.movedAt = now;
  }

  private leave(state: ServerState): void {
    state.underWay -= 1;
    state.turnedAway = 0;
    state.movedAt = this.now();
  }

  private resting(state: ServerState): PanelError {
    const restMs = state.openUntil - this.now();
    return this.refusal('the server failed repeatedly and is left alone for a moment', restMs > 0 ? restMs : probedMs * this.waitScale);
  }

  /** `waitMs`: of the machine's own time. */
  private refusal(message: string, waitMs: number): PanelError {
    return new PanelError('unavailable', message, { retryAfterMs: waitMs / this.waitScale });
  }

  /** After a call: whether the server answered as a healthy one does. Undefined: it was cut short by us, which says nothing about the server. */
  async ended(serverId: string, healthy: boolean | undefined): Promise<void> {
    const state = this.state(serverId);
    this.leave(state);
    if (healthy === undefined) return;
    if (healthy) {
      if (state.failures === 0 && state.openUntil === 0) return;
      state.failures = 0;
      state.openUntil = 0;
      await this.query({
        name: 'breaker-close',
        text: `UPDATE breaker SET failures = 0, open_until = NULL, probe_until = NULL, opened_count = 0, changed_at = now() WHERE server_id = $1`,
        values: [serverId],
      });
      return;
    }
    state.failures += 1;
    // One of those that were under way when it opened.
    if (state.openUntil > this.now()) return;
    const { rows } = await this.query<{ open_in_ms: number | null; failures: number }>({
      name: 'breaker-count',
      text: `INSERT INTO breaker AS b (server_id, failures) VALUES ($1, 1)
        ON CONFLICT (server_id) DO UPDATE SET failures = b.failures + 1, changed_at = now(), probe_until = NULL,
          opened_count = CASE WHEN b.failures + 1 >= $2 AND coalesce(b.open_until, '-infinity') <= now() THEN b.opened_count + 1 ELSE b.opened_count END,
          open_until = CASE WHEN b.failures + 1 >= $2 AND coalesce(b.open_until, '-infinity') <= now()
            THEN now() + least($4::float8, $3::float8 * 2 ^ b.opened_count) * interval '1 millisecond' ELSE b.open_until END
        RETURNING failures, (extract(epoch FROM open_until - now()) * 1000)::float8 AS open_in_ms`,
      values: [serverId, failuresToOpen, firstPauseMs * this.waitScale, longestPauseMs * this.waitScale],
    });
    this.remember(state, rows[0]);
  }

  /** The provider said that this many milliseconds must pass before the next call, for everybody. */
  async block(serverId: string, forMs: number): Promise<void> {
    const state = this.state(serverId);
    const until = this.now() + forMs * this.waitScale;
    state.tokens = 0;
    state.blockedUntil = Math.max(state.blockedUntil, until);
    // In a storm every call comes back with the same: the others are told once a second.
    if (until - state.blockKnownUntil < Math.min(freshMs, forMs * this.waitScale)) return;
    state.blockKnownUntil = until;
    await this.query({
      name: 'rate-block',
      text: `INSERT INTO rate_bucket (server_id, tokens, blocked_until) VALUES ($1, 0, now() + $2 * interval '1 millisecond')
        ON CONFLICT (server_id) DO UPDATE SET tokens = 0, filled_at = now(), blocked_until = greatest(rate_bucket.blocked_until, excluded.blocked_until)`,
      values: [serverId, forMs * this.waitScale],
    });
  }

  /** Without its state nobody knows whether a call may be made, so it is not. */
  private async query<Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>> {
    try {
      return await this.pool.query<Row>(query);
    } catch (error) {
      throw new PanelError('unavailable', 'the state of the server could not be read', { cause: error });
    }
  }

  private state(serverId: string): ServerState {
    let state = this.servers.get(serverId);
    if (!state) this.servers.set(serverId, (state = newState()));
    return state;
  }

  private async read(serverId: string, state: ServerState): Promise<void> {
    const { rows } = await this.query<{ open_in_ms: number | null; failures: number | null; blocked_in_ms: number | null }>({
      name: 'gate-read',
      text: `SELECT b.failures, (extract(epoch FROM b.open_until - now()) * 1000)::float8 AS open_in_ms,
          (extract(epoch FROM r.blocked_until - now()) * 1000)::float8 AS blocked_in_ms
        FROM (SELECT $1::bigint AS id) s LEFT JOIN breaker b ON b.server_id = s.id LEFT JOIN rate_bucket r ON r.server_id = s.id`,
      values: [serverId],
    });
    const row = rows[0]!;
    this.remember(state, row);
    if (row.blocked_in_ms !== null) state.blockedUntil = Math.max(state.blockedUntil, this.now() + row.blocked_in_ms);
    state.readAt = this.now();
  }

  private remember(state: ServerState, row: { open_in_ms: number | null; failures: number | null } | undefined): void {
    state.failures = row?.failures ?? 0;
    state.openUntil = row?.open_in_ms == null ? 0 : this.now() + row.open_in_ms;
  }

  /** One caller at a time may try a server whose pause is nearly over; it closes the breaker for all or keeps it open. */
  private async mayProbe(serverId: string): Promise<boolean> {
    const { rowCount } = await this.query({
      name: 'breaker-probe',
      text: `UPDATE breaker SET probe_until = now() + interval '30 seconds' WHERE server_id = $1 AND open_until <= now() AND coalesce(probe_until, '-infinity') <= now()`,
      values: [serverId],
    });
    return rowCount === 1;
  }

  private async takeToken(serverId: string, rate: Rate, state: ServerState): Promise<void> {
    for (;;) {
      if (this.now() - state.tokensAt >= batchLifeMs) state.tokens = 0;
      if (state.tokens > 0) {
        state.tokens -= 1;
        return;
      }
      // One batch for all who ask at the same time. Whom a customer waits for draws alone, from what is kept for that.
      if (currentCall()?.interactive) await this.draw(serverId, rate, state, true);
      else await (state.drawing ??= this.draw(serverId, rate, state, false).finally(() => (state.drawing = undefined)));
    }
  }

  /** Draws a batch of tokens. Throws `unavailable` when there are none. */
  private async draw(serverId: string, rate: Rate, state: ServerState, interactive: boolean): Promise<void> {
    const perMs = rate.requests / (rate.perSeconds * 1_000);
    // A tenth is kept for calls that a customer waits for.
    const floor = interactive ? 0 : rate.requests * 0.1;
    const want = Math.max(1, Math.min(batch, Math.floor(rate.requests / 20)));
    const { rows } = await this.query<{ granted: number; wait_ms: number }>({
      name: 'rate-draw',
      text: `INSERT INTO rate_bucket AS b (server_id, tokens, drawn) VALUES ($1, $2::float8 - $4::int, $4::int)
        ON CONFLICT (server_id) DO UPDATE SET
          tokens = least($2::float8, b.tokens + extract(epoch FROM now() - b.filled_at) * 1000 * $3::float8)
            - CASE WHEN coalesce(b.blocked_until, '-infinity') <= now() AND least($2::float8, b.tokens + extract(epoch FROM now() - b.filled_at) * 1000 * $3::float8) - $4::int >= $5::float8 THEN $4::int ELSE 0 END,
          filled_at = now(), drawn = CASE WHEN coalesce(b.blocked_until, '-infinity') <= now() AND least($2::float8, b.tokens + extract(epoch FROM now() - b.filled_at) * 1000 * $3::float8) - $4::int >= $5::float8 THEN $4::int ELSE 0 END
        RETURNING drawn::int AS granted, greatest(0, coalesce(extract(epoch FROM blocked_until - now()) * 1000, 0), ($4::int + $5::float8 - tokens) / $3::float8)::float8 AS wait_ms`,
      values: [serverId, rate.requests, perMs, want, floor],
    });
    const row = rows[0]!;
    if (row.granted === 0) throw this.refusal('the rate that the provider allows is used up for the moment', Math.max(1_000, row.wait_ms));
    state.tokens += row.granted;
    state.tokensAt = this.now();
  }
}

function newState(): ServerState {
  return {
    tokens: 0,
    tokensAt: 0,
    openUntil: 0,
    blockedUntil: 0,
    blockKnownUntil: 0,
    readAt: 0,
    reading: undefined,
    failures: 0,
    drawing: undefined,
    underWay: 0,
    turnedAway: 0,
    movedAt: 0,
  };
}
