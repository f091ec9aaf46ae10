import { Inject, Injectable } from '@nestjs/common';
import { Doorbell, RestorationStore, type Restoration } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import pg from 'pg';
import { inTransaction } from '../database/index.js';
import { endHold } from './end-hold.js';
import { noticeRestoration } from './installation.js';

const servers = `
  SELECT h.server_id AS "serverId", s.name, h.state, h.ended_at AS "endedAt", h.ended_by AS "endedBy", h.reason,
    (SELECT l.error FROM server_look l WHERE l.server_id = h.server_id AND l.kind = 'reconcile' AND l.created_at >= r.found_at
      ORDER BY l.id DESC LIMIT 1) AS "lookError",
    (SELECT json_build_object('orphan', count(*) FILTER (WHERE f.kind = 'orphan'), 'missing', count(*) FILTER (WHERE f.kind = 'missing'),
      'drift', count(*) FILTER (WHERE f.kind = 'drift'))
      FROM reconciliation_finding f WHERE f.server_id = h.server_id AND f.resolved_at IS NULL) AS findings
  FROM restoration_server h JOIN restoration r ON r.id = h.restoration_id JOIN server s ON s.id = h.server_id
  WHERE h.restoration_id = $1 ORDER BY h.server_id`;

/** Restorations in PostgreSQL. */
@Injectable()
export class PgRestorationStore extends RestorationStore {
  constructor(
    @Inject(pg.Pool) private readonly pool: pg.Pool,
    private readonly doorbell: Doorbell,
  ) {
    super();
  }

  override notice(): Promise<boolean> {
    return noticeRestoration(this.pool);
  }

  override async latest(): Promise<Restoration | undefined> {
    const { rows } = await this.pool.query<Omit<Restoration, 'servers'>>(
      `SELECT id, reason, found_at AS "foundAt", ended_at AS "endedAt" FROM restoration ORDER BY id DESC LIMIT 1`,
    );
    const [newest] = rows;
    if (!newest) return undefined;
    return { ...newest, servers: (await this.pool.query<Restoration['servers'][number]>(servers, [newest.id])).rows };
  }

  override async release(serverId: string, reason: string, actor: string): Promise<Restoration> {
    await inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query('SELECT 1 FROM server WHERE id = $1', [serverId]);
      if (rowCount !== 1) throw new PanelError('not_found', `there is no server ${serverId}`);
      const ended = await endHold(client, { serverId, state: 'released', by: actor, reason });
      if (!ended) throw new PanelError('conflict', `server ${serverId} is not held`);
      await client.query(
        `INSERT INTO audit (actor, action, subject, details) VALUES ($1, 'restoration.server_released', 'server:' || $2, $3)`,
        [actor, serverId, JSON.stringify({ reason })],
      );
    });
    await this.doorbell.ring('provisioning');
    const latest = await this.latest();
    if (!latest) throw new Error('a server was released and there is no restoration');
    return latest;
  }
}
