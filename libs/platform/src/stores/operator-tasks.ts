import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { OperatorTasks, pageOf, type OperatorTask, type Page, type PageOf } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { waitsForSetting } from '../database/index.js';
import { notFound } from './constraints.js';

const columns = `id, job_id AS "jobId", service_id AS "serviceId", server_id AS "serverId", kind, step_key AS "stepKey", title, detail, state, opened_at AS "openedAt",
  resolved_at AS "resolvedAt", resolved_by AS "resolvedBy", resolution`;

@Injectable()
export class PostgresOperatorTasks extends OperatorTasks {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  async list(
    { limit, after }: Page,
    { state, serviceId, jobId }: { readonly state?: OperatorTask['state']; readonly serviceId?: string; readonly jobId?: string },
  ): Promise<PageOf<OperatorTask>> {
    const { rows } = await this.pool.query<OperatorTask>(
      `SELECT ${columns} FROM operator_task o
       WHERE ($2::bigint IS NULL OR id < $2) AND ($3::text IS NULL OR state = $3) AND ($4::bigint IS NULL OR service_id = $4)
         AND ($5::bigint IS NULL OR job_id = $5 OR (state = 'open' AND EXISTS (
           SELECT 1 FROM provisioning_step t WHERE t.job_id = $5 AND ${waitsForSetting})))
       ORDER BY id DESC LIMIT $1`,
      [limit + 1, after ?? null, state ?? null, serviceId ?? null, jobId ?? null],
    );
    return pageOf(rows, limit);
  }

  async get(id: string): Promise<OperatorTask> {
    const { rows } = await this.pool.query<OperatorTask>(`SELECT ${columns} FROM operator_task WHERE id = $1`, [id]);
    if (!rows[0]) throw notFound('operator task', id);
    return rows[0];
  }

  async resolve(id: string, resolution: string, actor: string): Promise<OperatorTask> {
    const { rows } = await this.pool.query<OperatorTask>(
      `WITH resolved AS (
         UPDATE operator_task SET state = 'resolved', resolved_at = now(), resolved_by = $3, resolution = $2
         WHERE id = $1 AND state = 'open' RETURNING *),
       audited AS (
         INSERT INTO audit (actor, action, subject, details)
         SELECT $3, 'operator_task.resolved', 'operator_task:' || id, jsonb_build_object('resolution', resolution, 'jobId', job_id::text) FROM resolved)
       SELECT ${columns} FROM resolved`,
      [id, resolution, actor],
    );
    if (rows[0]) return rows[0];
    const task = await this.get(id);
    throw new PanelError('conflict', `operator task ${id} was resolved by ${task.resolvedBy ?? 'somebody'} before`);
  }
}
