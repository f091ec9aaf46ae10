import type pg from 'pg';

/** Kinds of operator task: a subject that a person must decide on, and a server whose settings must be mended. */
export type TriggerTaskKind = 'trigger_failed' | 'trigger_server';

export interface TriggerTask {
  readonly kind: TriggerTaskKind;
  /** What it is about; there is one open task for each. */
  readonly about: string;
  /** At which it is read. */
  readonly serverId: string;
  readonly title: string;
  readonly detail: string;
  readonly serviceId?: string | undefined;
  /** Not when a person has seen to one with this title already. */
  readonly once?: boolean;
}

/** Asks staff, or tells in what they were asked already how it stands now. */
export async function openTask(
  db: pg.PoolClient,
  { kind, about, serverId, title, detail, serviceId, once = false }: TriggerTask,
): Promise<void> {
  await db.query(
    `WITH task AS (
       INSERT INTO operator_task (kind, step_key, title, detail, service_id, server_id) SELECT $1, $2, $3, $4, $5::bigint, $7::bigint
       WHERE NOT $6::boolean OR NOT EXISTS (SELECT 1 FROM operator_task s
         WHERE s.kind = $1 AND s.step_key = $2 AND s.title = $3 AND s.state = 'resolved' AND s.resolved_by <> 'system')
       ON CONFLICT (kind, step_key) WHERE state = 'open' AND job_id IS NULL AND kind IN ('trigger_failed', 'trigger_server')
       DO UPDATE SET title = excluded.title, detail = excluded.detail, service_id = excluded.service_id, server_id = excluded.server_id
       RETURNING id, service_id, title, detail, xmax = 0 AS is_new)
     INSERT INTO outbox (topic, payload)
     SELECT 'operator_task.opened', jsonb_build_object('taskId', id::text, 'jobId', NULL, 'serviceId', service_id::text, 'title', title, 'detail', detail)
     FROM task WHERE is_new`,
    [kind, about, title, detail, serviceId ?? null, once, serverId],
  );
}

/** Closes what staff were asked, because it has been seen to. */
export async function closeTask(db: pg.PoolClient, kind: TriggerTaskKind, about: string, resolution: string): Promise<void> {
  await db.query(
    `UPDATE operator_task SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = $3
     WHERE state = 'open' AND job_id IS NULL AND kind IN ('trigger_failed', 'trigger_server') AND kind = $1 AND step_key = $2`,
    [kind, about, resolution],
  );
}

export function aboutSubject(serverId: string, subject: string): string {
  return `trigger:${serverId}:${subject}`;
}

export function aboutServer(serverId: string): string {
  return `server:${serverId}`;
}
