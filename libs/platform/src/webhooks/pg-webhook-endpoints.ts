import { Inject, Injectable } from '@nestjs/common';
import {
  pageOf,
  WebhookEndpointStore,
  type NewWebhookEndpoint,
  type Page,
  type PageOf,
  type WebhookEndpoint,
  type WebhookEndpointChange,
  type WebhookState,
} from '@hostwright/core';
import pg from 'pg';
import { inTransaction, type Queryable } from '../database/index.js';
import { notFound } from '../stores/index.js';
import { closeTasks, endpointColumns, subscribe } from './endpoint-rows.js';

@Injectable()
export class PgWebhookEndpoints extends WebhookEndpointStore {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  async newId(): Promise<string> {
    const { rows } = await this.pool.query<{ id: string }>(`SELECT nextval(pg_get_serial_sequence('webhook_endpoint', 'id')) AS id`);
    const first = rows[0];
    if (!first) throw new Error('the sequence of webhook ids answered nothing');
    return first.id;
  }

  add({ id, url, description, events, secrets }: NewWebhookEndpoint): Promise<WebhookEndpoint> {
    return inTransaction(this.pool, async (db) => {
      const { rows } = await db.query<WebhookEndpoint>(
        `INSERT INTO webhook_endpoint (id, url, description, events, secrets) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5)
         RETURNING ${endpointColumns}`,
        [id, url, description, events, JSON.stringify(secrets)],
      );
      await subscribe(db, id, events);
      return oneOf(rows, id);
    });
  }

  async get(id: string): Promise<WebhookEndpoint> {
    const { rows } = await this.pool.query<WebhookEndpoint>(`SELECT ${endpointColumns} FROM webhook_endpoint WHERE id = $1`, [id]);
    return oneOf(rows, id);
  }

  async list({ limit, after }: Page, { state }: { readonly state?: WebhookState }): Promise<PageOf<WebhookEndpoint>> {
    const { rows } = await this.pool.query<WebhookEndpoint>(
      `SELECT ${endpointColumns} FROM webhook_endpoint
       WHERE ($2::bigint IS NULL OR id > $2) AND ($3::text IS NULL OR state = $3) ORDER BY id LIMIT $1`,
      [limit + 1, after ?? null, state ?? null],
    );
    return pageOf(rows, limit);
  }

  change(id: string, change: WebhookEndpointChange, actor: string, reason: string): Promise<WebhookEndpoint> {
    return inTransaction(this.pool, async (db) => {
      const before = await lock(db, id);
      const after = { ...before, ...change };
      const { rows } = await db.query<WebhookEndpoint>(
        `UPDATE webhook_endpoint SET url = $2, description = $3, events = $4, state = $5, updated_at = now(),
           disabled_reason = CASE WHEN $5 = 'disabled' THEN coalesce(disabled_reason, $6) END,
           disabled_at = CASE WHEN $5 = 'disabled' THEN coalesce(disabled_at, now()) END,
           failing_since = CASE WHEN state = $5 THEN failing_since END
         WHERE id = $1 RETURNING ${endpointColumns}`,
        [id, after.url, after.description, after.events, after.state, reason],
      );
      if (change.events !== undefined || before.state !== after.state)
        await subscribe(db, id, after.state === 'active' ? after.events : null);
      if (before.state === 'disabled' && after.state === 'active') await goOn(db, id, actor);
      return oneOf(rows, id);
    });
  }

  changeSecrets(id: string, next: (endpoint: WebhookEndpoint) => WebhookEndpoint['secrets']): Promise<WebhookEndpoint> {
    return inTransaction(this.pool, async (db) => {
      const secrets = next(await lock(db, id));
      const { rows } = await db.query<WebhookEndpoint>(
        `UPDATE webhook_endpoint SET secrets = $2, updated_at = now() WHERE id = $1 RETURNING ${endpointColumns}`,
        [id, JSON.stringify(secrets)],
      );
      return oneOf(rows, id);
    });
  }

  remove(id: string, actor: string): Promise<void> {
    return inTransaction(this.pool, async (db) => {
      const { rowCount } = await db.query(`DELETE FROM webhook_endpoint WHERE id = $1`, [id]);
      if (rowCount === 0) throw notFound('webhook', id);
      await closeTasks(db, id, actor, 'the webhook was removed');
    });
  }
}

/** Removal, changes and claims of one endpoint go one after the other; events may get their deliveries meanwhile. */
async function lock(db: Queryable, id: string): Promise<WebhookEndpoint> {
  const { rows } = await db.query<WebhookEndpoint>(`SELECT ${endpointColumns} FROM webhook_endpoint WHERE id = $1 FOR NO KEY UPDATE`, [id]);
  return oneOf(rows, id);
}

/** What waited has the full time again, and does not count what failed before. */
async function goOn(db: Queryable, id: string, actor: string): Promise<void> {
  await db.query(
    `UPDATE webhook_delivery SET failures = 0, give_up_at = NULL, next_attempt_at = now() WHERE endpoint_id = $1 AND state = 'pending'`,
    [id],
  );
  await closeTasks(db, id, actor, 'the webhook was made active again');
}

function oneOf(rows: readonly WebhookEndpoint[], id: string): WebhookEndpoint {
  if (!rows[0]) throw notFound('webhook', id);
  return rows[0];
}
