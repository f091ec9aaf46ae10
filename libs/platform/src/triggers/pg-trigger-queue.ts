import { TriggerQueue, type ClaimedSubject, type KnownNotice, type LookAgain, type LookEnd, type LookFailed } from '@hostwright/core';
import pg from 'pg';
import { inTransaction } from '../database/index.js';
import { aboutServer, aboutSubject, closeTask, openTask } from './trigger-tasks.js';

/** While it is looked at its time is its holder's; whoever is lost leaves it due. */
const ringSubject = `
  INSERT INTO trigger_subject (server_id, subject) VALUES ($1, $2)
  ON CONFLICT (server_id, subject) DO UPDATE SET rings = trigger_subject.rings + 1,
    due_at = CASE WHEN trigger_subject.looking THEN trigger_subject.due_at ELSE now() END`;

/** The subjects of each server that have waited longest, as far as there is room at it. */
const claim = `
  WITH place AS (
    SELECT v.id, greatest($2 - (SELECT count(*) FROM trigger_subject b WHERE b.server_id = v.id AND b.looking AND b.due_at > now()), 0) AS free
    FROM server v WHERE v.kind = 'trigger'
  ), candidate AS (
    SELECT c.server_id, c.subject, c.due_at, row_number() OVER (PARTITION BY place.id ORDER BY c.due_at) AS rank
    FROM place CROSS JOIN LATERAL (
      SELECT s.server_id, s.subject, s.due_at FROM trigger_subject s WHERE s.server_id = place.id AND s.due_at <= now()
      ORDER BY s.due_at LIMIT place.free) c
  ), due AS (
    SELECT s.server_id, s.subject FROM trigger_subject s
    WHERE (s.server_id, s.subject) IN (SELECT server_id, subject FROM candidate ORDER BY rank, due_at LIMIT $1) AND s.due_at <= now()
    FOR UPDATE SKIP LOCKED
  )
  UPDATE trigger_subject s SET looking = true, fence = s.fence + 1, due_at = now() + $3 * interval '1 millisecond'
  FROM due JOIN server v ON v.id = due.server_id WHERE s.server_id = due.server_id AND s.subject = due.subject
  RETURNING s.server_id AS "serverId", v.name AS "serverName", s.subject, s.fence, s.rings, s.failures,
    (extract(epoch FROM s.give_up_at - now()) * 1000)::float8 AS "giveUpInMs"`;

type ClaimedRow = Omit<ClaimedSubject, 'events' | 'moved'>;

interface OpenEvents {
  readonly serverId: string;
  readonly subject: string;
  readonly events: string[];
  readonly moved: boolean;
}

/** Events that go in one statement. */
const forgetBatch = 1_000;

/** Rows of `trigger_event` and `trigger_subject`. Who changes both locks the subject first. */
export class PgTriggerQueue extends TriggerQueue {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  override receive({ serverId, eventId, eventType, subject }: KnownNotice): Promise<boolean> {
    return inTransaction(this.pool, async (db) => {
      const { rowCount } = await db.query(
        `INSERT INTO trigger_event (server_id, event_id, event_type, subject, state, outcome, finished_at)
         VALUES ($1, $2, $3, $4::text, CASE WHEN $4::text IS NULL THEN 'done' ELSE 'pending' END,
           CASE WHEN $4::text IS NULL THEN 'it is about nothing that is sold here' END, CASE WHEN $4::text IS NULL THEN now() END)
         ON CONFLICT (server_id, event_id) DO NOTHING`,
        [serverId, eventId, eventType, subject],
      );
      const isNew = rowCount === 1;
      // After the event: a look under way that does not see it sees that the subject was rung.
      if (isNew && subject !== null) await db.query(ringSubject, [serverId, subject]);
      return isNew;
    });
  }

  override claim(limit: number, perServer: number, leaseMs: number): Promise<readonly ClaimedSubject[]> {
    return inTransaction(this.pool, async (db) => {
      const { rows } = await db.query<ClaimedRow>({ name: 'trigger-claim', text: claim, values: [limit, perServer, leaseMs] });
      if (rows.length === 0) return [];
      // A statement of its own, with the subjects locked: it sees every event that rang before.
      const { rows: open } = await db.query<OpenEvents>({
        name: 'trigger-open-events',
        text: `SELECT e.server_id AS "serverId", e.subject, array_agg(e.id::text ORDER BY e.id) AS events, bool_and(e.moved) AS moved
          FROM unnest($1::bigint[], $2::text[]) AS s (server_id, subject)
          JOIN trigger_event e ON e.server_id = s.server_id AND e.subject = s.subject AND e.state <> 'done' GROUP BY e.server_id, e.subject`,
        values: [rows.map(({ serverId }) => serverId), rows.map(({ subject }) => subject)],
      });
      return rows.map((row) => {
        const found = open.find(({ serverId, subject }) => serverId === row.serverId && subject === row.subject);
        return { ...row, events: found?.events ?? [], moved: found?.moved ?? false };
      });
    });
  }

  override async hold({ serverId, subject, fence }: ClaimedSubject, leaseMs: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE trigger_subject SET due_at = now() + $4 * interval '1 millisecond' WHERE server_id = $1 AND subject = $2 AND fence = $3 AND looking`,
      [serverId, subject, fence, leaseMs],
    );
    return rowCount === 1;
  }

  override move(claimed: ClaimedSubject, to: string): Promise<boolean> {
    return inTransaction(this.pool, async (db) => {
      if (!(await this.end(db, claimed))) return false;
      await db.query(ringSubject, [claimed.serverId, to]);
      await db.query(
        `UPDATE trigger_event SET subject = $2, moved = true, state = 'pending', finished_at = NULL WHERE id = ANY($1::bigint[])`,
        [claimed.events, to],
      );
      return true;
    });
  }

  override done(claimed: ClaimedSubject, { outcome, serviceId }: LookEnd): Promise<boolean> {
    return inTransaction(this.pool, async (db) => {
      if (!(await this.end(db, claimed))) return false;
      await finish(db, claimed, 'done', outcome, serviceId);
      await closeTask(db, 'trigger_failed', aboutSubject(claimed.serverId, claimed.subject), outcome);
      await closeTask(db, 'trigger_server', aboutServer(claimed.serverId), 'the provider answers again');
      return true;
    });
  }

  override later(claimed: ClaimedSubject, { reason, inMs, giveUpMs, mend, serviceId }: LookAgain): Promise<boolean> {
    const { serverId, serverName, subject, fence, rings } = claimed;
    return inTransaction(this.pool, async (db) => {
      const { rowCount } = await db.query(
        `UPDATE trigger_subject SET looking = false, failures = failures + 1,
           due_at = CASE WHEN rings > $4 THEN now() ELSE now() + $5 * interval '1 millisecond' END,
           give_up_at = coalesce(give_up_at, now() + $6 * interval '1 millisecond')
         WHERE server_id = $1 AND subject = $2 AND fence = $3 AND looking`,
        [serverId, subject, fence, rings, inMs, giveUpMs],
      );
      if (rowCount !== 1) return false;
      await db.query(
        `UPDATE trigger_event SET state = 'pending', outcome = $2, finished_at = NULL, service_id = coalesce($3, service_id) WHERE id = ANY($1::bigint[])`,
        [claimed.events, reason, serviceId ?? null],
      );
      if (mend !== undefined)
        await openTask(db, {
          kind: 'trigger_server',
          about: aboutServer(serverId),
          serverId,
          title: `the server ${serverName} cannot be asked how subscriptions and payments stand`,
          detail: `${mend}. Mend its settings; what waits goes on by itself for 24 hours from its first failure.`,
        });
      return true;
    });
  }

  override fail(claimed: ClaimedSubject, { outcome, serviceId, title, detail, once, answered }: LookFailed): Promise<boolean> {
    const { serverId, subject } = claimed;
    return inTransaction(this.pool, async (db) => {
      if (!(await this.end(db, claimed))) return false;
      await finish(db, claimed, 'failed', outcome, serviceId);
      await openTask(db, { kind: 'trigger_failed', about: aboutSubject(serverId, subject), serverId, title, detail, serviceId, once });
      if (answered) await closeTask(db, 'trigger_server', aboutServer(serverId), 'the provider answers again');
      return true;
    });
  }

  override async lookAgain({ serverId, subject }: ClaimedSubject): Promise<void> {
    await this.pool.query(
      `UPDATE trigger_subject SET rings = rings + 1, due_at = CASE WHEN looking THEN due_at ELSE now() END WHERE server_id = $1 AND subject = $2`,
      [serverId, subject],
    );
  }

  override async forget(days: number): Promise<number> {
    let gone = 0;
    for (let last = forgetBatch; last === forgetBatch; gone += last) {
      const { rowCount } = await this.pool.query(
        `DELETE FROM trigger_event WHERE id IN (
           SELECT id FROM trigger_event WHERE state = 'done' AND finished_at < now() - $1 * interval '1 day' ORDER BY finished_at LIMIT $2)`,
        [days, forgetBatch],
      );
      last = rowCount ?? 0;
    }
    await this.pool.query(
      `DELETE FROM trigger_subject s WHERE due_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM trigger_event e WHERE e.subject = s.subject AND e.server_id = s.server_id)`,
    );
    return gone;
  }

  /** Lets go of a subject; due again only where something came in meanwhile. False when it was taken over. */
  private async end(db: pg.PoolClient, { serverId, subject, fence, rings }: ClaimedSubject): Promise<boolean> {
    const { rowCount } = await db.query(
      `UPDATE trigger_subject SET looking = false, failures = 0, give_up_at = NULL,
         due_at = CASE WHEN rings > $4 THEN now() END
       WHERE server_id = $1 AND subject = $2 AND fence = $3 AND looking`,
      [serverId, subject, fence, rings],
    );
    return rowCount === 1;
  }
}

async function finish(db: pg.PoolClient, { events }: ClaimedSubject, state: string, outcome: string, serviceId?: string): Promise<void> {
  await db.query(
    `UPDATE trigger_event SET state = $2, outcome = $3, finished_at = now(), service_id = coalesce($4, service_id) WHERE id = ANY($1::bigint[])`,
    [events, state, outcome, serviceId ?? null],
  );
}
