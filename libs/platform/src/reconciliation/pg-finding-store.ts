import { Inject, Injectable } from '@nestjs/common';
import { FindingStore, pageOf, type Finding, type FindingFilter, type Page, type PageOf } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import pg from 'pg';

const columns = `f.id, f.server_id AS "serverId", f.service_id AS "serviceId", f.component, f.remote_id AS "remoteId", f.kind, f.aspect, f.details,
  f.first_seen_at AS "firstSeenAt", f.last_seen_at AS "lastSeenAt", f.resolved_at AS "resolvedAt", f.repair_job_id AS "repairJobId",
  f.repair_task_id AS "repairTaskId", f.repaired_by AS "repairedBy", f.repaired_at AS "repairedAt",
  f.resolved_at IS NOT NULL OR f.last_look_id >= coalesce((SELECT l.id FROM server_look l
    WHERE l.server_id = f.server_id AND l.kind = 'reconcile' AND l.state IN ('done', 'failed') ORDER BY l.id DESC LIMIT 1), 0) AS rechecked`;

@Injectable()
export class PgFindingStore extends FindingStore {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  override async list({ limit, after }: Page, { serverId, serviceId, kind, state }: FindingFilter): Promise<PageOf<Finding>> {
    const { rows } = await this.pool.query<Finding>(
      `SELECT ${columns} FROM reconciliation_finding f
       WHERE ($2::bigint IS NULL OR f.id < $2) AND ($3::bigint IS NULL OR f.server_id = $3) AND ($4::bigint IS NULL OR f.service_id = $4)
         AND ($5::text IS NULL OR f.kind = $5) AND ($6::text IS NULL OR (f.resolved_at IS NULL) = ($6 = 'open'))
       ORDER BY f.id DESC LIMIT $1`,
      [limit + 1, after ?? null, serverId ?? null, serviceId ?? null, kind ?? null, state ?? null],
    );
    return pageOf(rows, limit);
  }

  override async get(id: string): Promise<Finding> {
    const { rows } = await this.pool.query<Finding>(`SELECT ${columns} FROM reconciliation_finding f WHERE f.id = $1`, [id]);
    if (!rows[0]) throw new PanelError('not_found', `there is no finding ${id}`);
    return rows[0];
  }
}
