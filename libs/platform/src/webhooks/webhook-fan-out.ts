import { filtersFor, ringsFor, webhookEventOf, type QueueName } from '@hostwright/core';
import type { Queryable } from '../database/index.js';
import type { OutboxEvent, OutboxSink } from '../queue/index.js';

/**
 * The endpoints are locked against removal while they get their rows. An event that nobody is subscribed to is not kept.
 * An event of the outbox becomes one event here, whoever relays it and how often.
 */
const fanOut = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS g (outbox_id bigint, type text, at timestamptz, filters text[], body text)
  ), told AS MATERIALIZED (
    SELECT g.outbox_id, s.endpoint_id FROM given g
    JOIN webhook_subscription s ON s.events && g.filters AND s.since <= g.at AND (s.until IS NULL OR s.until > g.at)
    JOIN webhook_endpoint p ON p.id = s.endpoint_id
    FOR KEY SHARE OF p
  ), kept AS (
    INSERT INTO webhook_event (outbox_id, type, occurred_at, body)
    SELECT outbox_id, type, at, body FROM given g WHERE EXISTS (SELECT 1 FROM told t WHERE t.outbox_id = g.outbox_id) ORDER BY outbox_id
    ON CONFLICT (outbox_id) DO NOTHING RETURNING id, outbox_id
  )
  INSERT INTO webhook_delivery (endpoint_id, event_id)
  SELECT t.endpoint_id, k.id FROM kept k JOIN told t ON t.outbox_id = k.outbox_id ORDER BY t.outbox_id, t.endpoint_id
  ON CONFLICT (event_id, endpoint_id) DO NOTHING`;

/** Gives every endpoint that was subscribed when an event happened a delivery of it. */
export class WebhookFanOut implements OutboxSink {
  /** `clean`: takes secrets out of a text. */
  constructor(private readonly clean: (text: string) => string) {}

  async take(db: Queryable, events: readonly OutboxEvent[]): Promise<ReadonlyMap<QueueName, number>> {
    const given = events.flatMap(({ id, topic, payload, createdAt, moment }) => {
      const event = webhookEventOf(topic, payload, createdAt, this.clean);
      return event ? [{ outbox_id: id, type: topic, at: moment, filters: filtersFor(topic), body: event.body }] : [];
    });
    if (given.length === 0) return new Map();
    const { rowCount } = await db.query(fanOut, [JSON.stringify(given)]);
    return new Map([['webhooks', ringsFor(rowCount ?? 0)]]);
  }
}
