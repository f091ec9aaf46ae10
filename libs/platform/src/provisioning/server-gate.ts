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
/** How old a breaker's state may be here. */
const freshMs = 1_000;

export interface Rate {
  readonly requests: number;
  readonly perSeconds: number;
}

interface ServerState {
  tokens: number;
  tokensAt: number;
  /** 0: closed. A time that has passed: the next caller may try. */
  openUntil: number;
  readAt: number;
  failures: number;
}

/**
 * The rate and the breaker of every server, as rows that all processes share. A call that may not be made is `unavailable` before it leaves.
 * `waitScale` shortens the breaker's pauses where a provider is played faster than life.
 */
export class ServerGate {
  private readonly servers = new Map<string, ServerState>();

  constructor(
    private readonly pool: Pool,
    private readonly now: () => number,
    private readonly waitScale: number,
  ) {}

  /** Before a call. Throws `unavailable` with the time to wait while the breaker is open or the rate is used up. */
  async pass(serverId: string, rate: Rate | undefined): Promise<void> {
    const state = this.state(serverId);
    if (this.now() - state.readAt > freshMs) await this.readBreaker(serverId, state);
    if (state.openUntil > this.now()) throw this.resting(state);
    if (rate) await this.takeToken(serverId, rate, state);
    // Last, since the one who may try must then really try.
    if (state.openUntil > 0 && !(await this.mayProbe(serverId))) throw this.resting(state);
  }

  private resting(state: ServerState): PanelError {
    const restMs = Math.max(1_000 * this.waitScale, state.openUntil - this.now());
    return new PanelError('unavailable', 'the server failed repeatedly and is left alone for a moment', {
      retryAfterMs: restMs / this.waitScale,
    });
  }

  /** After a call: whether the server answered as a healthy one does. */
  async ended(serverId: string, healthy: boolean): Promise<void> {
    const state = this.state(serverId);
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
    await this.query({
      name: 'rate-block',
      text: `INSERT INTO rate_bucket (server_id, tokens, blocked_until) VALUES ($1, 0, now() + $2 * interval '1 millisecond')
        ON CONFLICT (server_id) DO UPDATE SET tokens = 0, filled_at = now(), blocked_until = greatest(rate_bucket.blocked_until, excluded.blocked_until)`,
      values: [serverId, forMs * this.waitScale],
    });
    this.state(serverId).tokens = 0;
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
    if (!state) this.servers.set(serverId, (state = { tokens: 0, tokensAt: 0, openUntil: 0, readAt: 0, failures: 0 }));
    return state;
  }

  private async readBreaker(serverId: string, state: ServerState): Promise<void> {
    const { rows } = await this.query<{ open_in_ms: number | null; failures: number }>({
      name: 'breaker-read',
      text: `SELECT failures, (extract(epoch FROM open_until - now()) * 1000)::float8 AS open_in_ms FROM breaker WHERE server_id = $1`,
      values: [serverId],
    });
    this.remember(state, rows[0]);
    state.readAt = this.now();
  }

  private remember(state: ServerState, row: { open_in_ms: number | null; failures: number } | undefined): void {
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
    if (state.tokens > 0 && this.now() - state.tokensAt < batchLifeMs) {
      state.tokens -= 1;
      return;
    }
    const perMs = rate.requests / (rate.perSeconds * 1_000);
    // A tenth is kept for calls that a customer waits for.
    const floor = currentCall()?.interactive ? 0 : rate.requests * 0.1;
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
    if (row.granted === 0)
      throw new PanelError('unavailable', 'the rate that the provider allows is used up for the moment', {
        retryAfterMs: Math.max(1_000, row.wait_ms) / this.waitScale,
      });
    state.tokens = row.granted - 1;
    state.tokensAt = this.now();
  }
}
