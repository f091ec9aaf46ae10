import {
  LookStore,
  maxLookAttempts,
  pageOf,
  type ClaimedLook,
  type Look,
  type LookFilter,
  type LookKind,
  type LookPlan,
  type Page,
  type PageOf,
} from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import type pg from 'pg';
import { inTransaction } from '../database/index.js';

const columns = `l.id, l.server_id AS "serverId", l.kind, l.state, l.requested_by AS "requestedBy", l.created_at AS "createdAt",
  l.started_at AS "startedAt", l.ended_at AS "endedAt", l.counts, l.error`;

/** Due when the last look, over or not, was asked for that long ago; for a new server, when it was connected that long ago. */
const addDue = `
  INSERT INTO server_look (server_id, kind, requested_by)
  SELECT s.id, p.kind, 'clock' FROM jsonb_to_recordset($1::jsonb) AS p (kind text, extensions jsonb, "everyMs" float8)
  JOIN server s ON s.kind = 'provisioning' AND s.state <> 'maintenance' AND p.extensions ? s.extension
  WHERE coalesce((SELECT l.created_at FROM server_look l WHERE l.server_id = s.id AND l.kind = p.kind ORDER BY l.id DESC LIMIT 1), s.created_at)
    <= now() - p."everyMs" * interval '1 millisecond'
  ON CONFLICT (server_id, kind) WHERE state IN ('pending', 'running') DO NOTHING`;

const addHeld = `
  INSERT INTO server_look (server_id, kind, requested_by)
  SELECT s.id, 'reconcile', 'restoration' FROM restoration_server h JOIN restoration r ON r.id = h.restoration_id JOIN server s ON s.id = h.server_id
  WHERE h.state = 'held' AND s.state <> 'maintenance' AND s.extension = ANY ($1::text[]) AND NOT EXISTS (
    SELECT 1 FROM server_look l WHERE l.server_id = s.id AND l.kind = 'reconcile' AND l.created_at >= r.found_at AND l.ended_at > now() - interval '1 minute')
  ON CONFLICT (server_id, kind) WHERE state IN ('pending', 'running') DO NOTHING`;

const free = `state IN ('pending', 'running') AND coalesce(lease_until, '-infinity') <= now()`;

const claim = `
  WITH due AS (
    SELECT id, attempt FROM server_look WHERE ${free} ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
  ), lost AS (
    UPDATE server_look l SET state = 'failed', ended_at = now(), lease_until = NULL, error = 'the worker that looked was lost, at the last attempt'
    FROM due WHERE l.id = due.id AND due.attempt >= $3
  )
  UPDATE server_look l SET state = 'running', attempt = l.attempt + 1, started_at = now(), lease_until = now() + $2 * interval '1 millisecond'
  FROM due WHERE l.id = due.id AND due.attempt < $3
  RETURNING l.id, l.server_id AS "serverId", l.kind, l.attempt`;

/** Looks in the table `server_look`. */
export class PgLookStore extends LookStore {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  override async request(
    serverId: string,
    kind: LookKind,
    requestedBy: string,
  ): Promise<{ readonly look: Look; readonly created: boolean }> {
    for (;;) {
      const answer = await inTransaction(this.pool, (client) => ask(client, serverId, kind, requestedBy));
      if (answer) return answer;
    }
  }

  override async addDue(plans: readonly LookPlan[]): Promise<number> {
    const { rowCount } = await this.pool.query(addDue, [JSON.stringify(plans)]);
    return rowCount ?? 0;
  }

  override async addHeld(extensions: readonly string[]): Promise<number> {
    const { rowCount } = await this.pool.query(addHeld, [extensions]);
    return rowCount ?? 0;
  }

  override async claim(limit: number, leaseMs: number): Promise<readonly ClaimedLook[]> {
    const { rows } = await this.pool.query<ClaimedLook>({ name: 'look-claim', text: claim, values: [limit, leaseMs, maxLookAttempts] });
    return rows;
  }

  override async renew({ id, attempt }: ClaimedLook, leaseMs: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE server_look SET lease_until = now() + $3 * interval '1 millisecond' WHERE id = $1 AND attempt = $2 AND state = 'running'`,
      [id, attempt, leaseMs],
    );
    return rowCount === 1;
  }

  override async fail({ id, attempt }: ClaimedLook, error: string): Promise<void> {
    await this.pool.query(
      `UPDATE server_look SET state = 'failed', ended_at = now(), lease_until = NULL, error = $3 WHERE id = $1 AND attempt = $2 AND state = 'running'`,
      [id, attempt, error],
    );
  }

  override async due(): Promise<number> {
    const { rows } = await this.pool.query<{ due: number }>(`SELECT count(*)::int AS due FROM server_look WHERE ${free}`);
    return rows[0]!.due;
  }

  override async forget(days: number): Promise<void> {
    // What the newest says, and when a look last went well, is asked for however long ago it was.
    await this.pool.query(
      `DELETE FROM server_look l WHERE l.ended_at < now() - $1 * interval '1 day' AND EXISTS (
         SELECT 1 FROM server_look n WHERE n.server_id = l.server_id AND n.kind = l.kind AND n.id > l.id
           AND (n.state = 'done' OR (n.state = 'failed' AND l.state = 'failed')))`,
      [days],
    );
    await this.pool.query(`DELETE FROM reconciliation_finding WHERE resolved_at < now() - $1 * interval '1 day'`, [days]);
  }

  override async list({ limit, after }: Page, { serverId, kind, state }: LookFilter): Promise<PageOf<Look>> {
    const { rows } = await this.pool.query<Look>(
      `SELECT ${columns} FROM server_look l
       WHERE ($2::bigint IS NULL OR l.id < $2) AND ($3::bigint IS NULL OR l.server_id = $3) AND ($4::text IS NULL OR l.kind = $4)
         AND ($5::text IS NULL OR l.state = $5)
       ORDER BY l.id DESC LIMIT $1`,
      [limit + 1, after ?? null, serverId ?? null, kind ?? null, state ?? null],
    );
    return pageOf(rows, limit);
  }
}

/** Undefined: the look that was in the way has ended meanwhile, so another try finds its own place. */
async function ask(
  client: pg.PoolClient,
  serverId: string,
  kind: LookKind,
  requestedBy: string,
): Promise<{ readonly look: Look; readonly created: boolean } | undefined> {
  const { rows: servers } = await client.query<{ state: string }>(`SELECT state FROM server WHERE id = $1 FOR KEY SHARE`, [serverId]);
  if (!servers[0]) throw new PanelError('not_found', `there is no server ${serverId}`);
  if (servers[0].state === 'maintenance')
    throw new PanelError('conflict', `server ${serverId} is in maintenance, so it is not asked anything`);
  const { rows: added } = await client.query<Look>(
    `WITH l AS (
       INSERT INTO server_look (server_id, kind, requested_by) VALUES ($1, $2, $3)
       ON CONFLICT (server_id, kind) WHERE state IN ('pending', 'running') DO NOTHING RETURNING *),
     audited AS (
       INSERT INTO audit (actor, action, subject, details)
       SELECT $3, 'server.look', 'server:' || l.server_id, jsonb_build_object('kind', l.kind, 'lookId', l.id::text) FROM l)
     SELECT ${columns} FROM l`,
    [serverId, kind, requestedBy],
  );
  if (added[0]) return { look: added[0], created: true };
  const { rows: open } = await client.query<Look>(
    `SELECT ${columns} FROM server_look l WHERE l.server_id = $1 AND l.kind = $2 AND l.state IN ('pending', 'running')`,
    [serverId, kind],
  );
  return open[0] && { look: open[0], created: false };
}

/**
 * Holds the look for the rest of the transaction. Throws `conflict` when it is somebody else's by now, so that nothing of a worker that
 * was taken for dead is written.
 */
export async function holdLook(client: pg.PoolClient, { id, attempt }: ClaimedLook): Promise<void> {
  const { rowCount } = await client.query(`SELECT 1 FROM server_look WHERE id = $1 AND attempt = $2 AND state = 'running' FOR UPDATE`, [
    id,
    attempt,
  ]);
  if (rowCount !== 1) throw new PanelError('conflict', `look ${id} is somebody else's by now`);
}

/** Ends a look that is held. */
export async function endLook(client: pg.PoolClient, { id }: ClaimedLook, counts: Readonly<Record<string, unknown>>): Promise<void> {
  await client.query(
    `UPDATE server_look SET state = 'done', ended_at = now(), lease_until = NULL, error = NULL, counts = $2 WHERE id = $1`,
    [id, JSON.stringify(counts)],
  );
}
