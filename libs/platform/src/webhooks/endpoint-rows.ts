import type { WebhookEndpoint } from '@hostwright/core';
import type { Queryable } from '../database/index.js';
import { recordAudit } from '../stores/index.js';
import type pg from 'pg';

export const endpointColumns = `id, url, description, events, secrets, state, disabled_reason AS "disabledReason", disabled_at AS "disabledAt",
  failing_since AS "failingSince", created_at AS "createdAt", updated_at AS "updatedAt"`;

const taskKind = 'webhook_disabled';

/** Begins a period in which the endpoint is told of these events, and ends the one before. Without events it only ends. */
export async function subscribe(db: Queryable, endpointId: string, events: readonly string[] | null): Promise<void> {
  await db.query(`UPDATE webhook_subscription SET until = now() WHERE endpoint_id = $1 AND until IS NULL`, [endpointId]);
  if (events) await db.query(`INSERT INTO webhook_subscription (endpoint_id, events) VALUES ($1, $2)`, [endpointId, events]);
}

/** Disables an active endpoint without anybody having asked, and tells staff. The caller has its row locked. */
export async function disableEndpoint(db: pg.PoolClient, endpoint: Pick<WebhookEndpoint, 'id' | 'url'>, reason: string): Promise<void> {
  const { rowCount } = await db.query(
    `UPDATE webhook_endpoint SET state = 'disabled', disabled_reason = $2, disabled_at = now(), updated_at = now() WHERE id = $1 AND state = 'active'`,
    [endpoint.id, reason],
  );
  if (rowCount === 0) return;
  await subscribe(db, endpoint.id, null);
  const { host } = new URL(endpoint.url);
  await db.query(
    `WITH task AS (
       INSERT INTO operator_task (kind, step_key, title, detail) VALUES ($1, $2, $3, $4) RETURNING id, title, detail)
     INSERT INTO outbox (topic, payload)
     SELECT 'operator_task.opened', jsonb_build_object('taskId', id::text, 'jobId', NULL, 'serviceId', NULL, 'title', title, 'detail', detail) FROM task`,
    [
      taskKind,
      subjectOf(endpoint.id),
      `webhook ${endpoint.id} (${host}) was disabled`,
      `${reason}. What waits for it is sent when it is made active again; what happens until then it is not told of.`,
    ],
  );
  await recordAudit(db, { actor: 'system', action: 'webhook.disabled', subject: subjectOf(endpoint.id), details: { host, reason } });
}

/** Closes what staff were asked about an endpoint. */
export async function closeTasks(db: Queryable, endpointId: string, actor: string, resolution: string): Promise<void> {
  await db.query(
    `UPDATE operator_task SET state = 'resolved', resolved_at = now(), resolved_by = $3, resolution = $4
     WHERE state = 'open' AND job_id IS NULL AND kind = $1 AND step_key = $2`,
    [taskKind, subjectOf(endpointId), actor, resolution],
  );
}

function subjectOf(endpointId: string): string {
  return `webhook:${endpointId}`;
}
