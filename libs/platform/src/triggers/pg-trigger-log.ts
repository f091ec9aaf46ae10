import { Inject, Injectable } from '@nestjs/common';
import { pageOf, TriggerLog, type Page, type PageOf, type TriggerEvent, type TriggerEventFilter } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import pg from 'pg';
import { inTransaction } from '../database/index.js';
import { notFound } from '../stores/index.js';

const shown = `SELECT e.id, e.server_id AS "serverId", e.event_id AS "eventId", e.event_type AS "eventType", e.subject, e.state, e.outcome,
    e.service_id AS "serviceId", e.received_at AS "receivedAt", CASE WHEN e.state = 'pending' THEN s.due_at END AS "nextLookAt",
    e.finished_at AS "finishedAt"
  FROM trigger_event e LEFT JOIN trigger_subject s ON s.server_id = e.server_id AND s.subject = e.subject`;

/** As if they had just come in: tried for the full time. A subject may have been forgotten. Answers how many. */
async function anew(db: pg.PoolClient, which: string, values: readonly unknown[]): Promise<number> {
  await db.query(
    `INSERT INTO trigger_subject (server_id, subject)
     SELECT DISTINCT server_id, subject FROM trigger_event WHERE ${which} AND subject IS NOT NULL ORDER BY server_id, subject
     ON CONFLICT (server_id, subject) DO UPDATE SET rings = trigger_subject.rings + 1, failures = 0, give_up_at = NULL,
       due_at = CASE WHEN trigger_subject.looking THEN trigger_subject.due_at ELSE now() END`,
    [...values],
  );
  const { rowCount } = await db.query(
    `UPDATE trigger_event SET state = 'pending', finished_at = NULL WHERE ${which} AND subject IS NOT NULL`,
    [...values],
  );
  return rowCount ?? 0;
}

@Injectable()
export class PgTriggerLog extends TriggerLog {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  override async list({ limit, after }: Page, { serverId, state, subject }: TriggerEventFilter): Promise<PageOf<TriggerEvent>> {
    const { rows } = await this.pool.query<TriggerEvent>(
      `${shown} WHERE ($2::bigint IS NULL OR e.id < $2) AND ($3::bigint IS NULL OR e.server_id = $3) AND ($4::text IS NULL OR e.state = $4)
         AND ($5::text IS NULL OR e.subject = $5) ORDER BY e.id DESC LIMIT $1`,
      [limit + 1, after ?? null, serverId ?? null, state ?? null, subject ?? null],
    );
    return pageOf(rows, limit);
  }

  override async get(id: string): Promise<TriggerEvent> {
    const { rows } = await this.pool.query<TriggerEvent>(`${shown} WHERE e.id = $1`, [id]);
    if (!rows[0]) throw notFound('trigger event', id);
    return rows[0];
  }

  override async replay(id: string): Promise<TriggerEvent> {
    const replayed = await inTransaction(this.pool, (db) => anew(db, 'id = $1', [id]));
    const event = await this.get(id);
    if (replayed !== 1) throw new PanelError('conflict', `event ${id} is about nothing that is sold here, so there is nothing to look at`);
    return event;
  }

  override async replayFailed(serverId: string): Promise<number> {
    return inTransaction(this.pool, async (db) => {
      const { rowCount: there } = await db.query(`SELECT 1 FROM server WHERE id = $1 FOR KEY SHARE`, [serverId]);
      if (there !== 1) throw notFound('server', serverId);
      return anew(db, `server_id = $1 AND state = 'failed'`, [serverId]);
    });
  }
}
