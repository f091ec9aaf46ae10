import { Inject, Injectable } from '@nestjs/common';
import {
  pageOf,
  WebhookLog,
  type DeliveryState,
  type Page,
  type PageOf,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookDeliveryDetails,
  type WebhookEvent,
} from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import pg from 'pg';
import { notFound } from '../stores/index.js';

const shown = `d.id, d.endpoint_id AS "endpointId", d.event_id AS "eventId", e.type AS "eventType", d.state, d.attempts,
  CASE WHEN d.state = 'pending' AND p.state = 'active' THEN d.next_attempt_at END AS "nextAttemptAt", d.last_status AS "lastStatus",
  d.last_error AS "lastError", d.created_at AS "createdAt", d.last_attempt_at AS "lastAttemptAt", d.finished_at AS "finishedAt"`;
const tables = `webhook_delivery d JOIN webhook_event e ON e.id = d.event_id JOIN webhook_endpoint p ON p.id = d.endpoint_id`;
/** As if it had just happened. What was told before stays in the log. */
const anew = `state = 'pending', failures = 0, give_up_at = NULL, next_attempt_at = now(), finished_at = NULL, cleared_at = NULL`;

@Injectable()
export class PgWebhookLog extends WebhookLog {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  async list(
    endpointId: string,
    { limit, after }: Page,
    { state, eventType }: { readonly state?: DeliveryState; readonly eventType?: string },
  ): Promise<PageOf<WebhookDelivery>> {
    const { rows } = await this.pool.query<WebhookDelivery>(
      `SELECT ${shown} FROM ${tables}
       WHERE d.endpoint_id = $2 AND ($3::bigint IS NULL OR d.id < $3) AND ($4::text IS NULL OR d.state = $4) AND ($5::text IS NULL OR e.type = $5)
       ORDER BY d.id DESC LIMIT $1`,
      [limit + 1, endpointId, after ?? null, state ?? null, eventType ?? null],
    );
    if (rows.length === 0) await this.stateOf(endpointId);
    return pageOf(rows, limit);
  }

  async get(endpointId: string, id: string): Promise<WebhookDeliveryDetails> {
    const { rows } = await this.pool.query<WebhookDelivery & { readonly body: string }>(
      `SELECT ${shown}, e.body FROM ${tables} WHERE d.endpoint_id = $1 AND d.id = $2`,
      [endpointId, id],
    );
    const [delivery] = rows;
    if (!delivery) throw notFound('delivery', id);
    const { rows: history } = await this.pool.query<WebhookAttempt>(
      `SELECT number, started_at AS "startedAt", duration_ms AS "durationMs", status, error, response
       FROM webhook_attempt WHERE delivery_id = $1 ORDER BY number`,
      [id],
    );
    return { ...delivery, history };
  }

  async add(endpointId: string, { type, at, body }: WebhookEvent): Promise<WebhookDelivery> {
    const { rows } = await this.pool.query<{ id: string }>(
      `WITH place AS (SELECT id FROM webhook_endpoint WHERE id = $1 AND state = 'active' FOR KEY SHARE),
       event AS (INSERT INTO webhook_event (type, occurred_at, body) SELECT $2, $3, $4 FROM place RETURNING id)
       INSERT INTO webhook_delivery (endpoint_id, event_id) SELECT place.id, event.id FROM place, event RETURNING id`,
      [endpointId, type, at, body],
    );
    if (rows[0]) return this.get(endpointId, rows[0].id).then(withoutDetails);
    throw await this.refusal(endpointId);
  }

  async replay(endpointId: string, id: string): Promise<WebhookDelivery> {
    const { rowCount } = await this.pool.query(
      `UPDATE webhook_delivery d SET ${anew} FROM webhook_endpoint p
       WHERE d.id = $2 AND d.endpoint_id = $1 AND d.state <> 'sending' AND p.id = d.endpoint_id AND p.state = 'active'`,
      [endpointId, id],
    );
    if (rowCount === 1) return withoutDetails(await this.get(endpointId, id));
    await this.get(endpointId, id);
    throw await this.refusal(endpointId);
  }

  async replayFailed(endpointId: string, since: Date): Promise<number> {
    if ((await this.stateOf(endpointId)) !== 'active') throw await this.refusal(endpointId);
    const { rowCount } = await this.pool.query(
      `UPDATE webhook_delivery d SET ${anew} FROM webhook_endpoint p, webhook_event e
       WHERE d.endpoint_id = $1 AND d.state = 'failed' AND p.id = d.endpoint_id AND p.state = 'active' AND e.id = d.event_id AND e.occurred_at >= $2`,
      [endpointId, since],
    );
    return rowCount ?? 0;
  }

  /** Throws `not_found`. */
  private async stateOf(endpointId: string): Promise<string> {
    const { rows } = await this.pool.query<{ state: string }>(`SELECT state FROM webhook_endpoint WHERE id = $1`, [endpointId]);
    if (!rows[0]) throw notFound('webhook', endpointId);
    return rows[0].state;
  }

  /** Why nothing was sent. */
  private async refusal(endpointId: string): Promise<PanelError> {
    return (await this.stateOf(endpointId)) === 'active'
      ? new PanelError('conflict', 'it is being sent right now')
      : new PanelError('conflict', `webhook ${endpointId} is disabled; make it active first`);
  }
}

function withoutDetails({ body: _body, history: _history, ...delivery }: WebhookDeliveryDetails): WebhookDelivery {
  return delivery;
}
