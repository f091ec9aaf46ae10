import { DeliveryQueue, type AttemptOutcome, type ClaimedDelivery, type RecordedFailure } from '@hostwright/core';
import pg from 'pg';
import { inTransaction } from '../database/index.js';
import { disableEndpoint } from './endpoint-rows.js';

/** Under way at an endpoint, in every process. */
const underWay = (endpoint: string) =>
  `(SELECT count(*) FROM webhook_delivery s WHERE s.endpoint_id = ${endpoint} AND s.state = 'sending' AND s.next_attempt_at > now())`;

/** Endpoints with something due and room for it, those with least under way first. Locked, so that two processes do not both fill the room. */
const places = `
  SELECT p.id FROM webhook_endpoint p
  WHERE p.state = 'active' AND EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.endpoint_id = p.id AND d.next_attempt_at <= now())
    AND ${underWay('p.id')} < $2
  ORDER BY ${underWay('p.id')}, (SELECT min(d.next_attempt_at) FROM webhook_delivery d WHERE d.endpoint_id = p.id AND d.next_attempt_at IS NOT NULL)
  LIMIT $1 FOR NO KEY UPDATE OF p SKIP LOCKED`;

const lostAttempt = 'the worker that sent it was lost before it could record the answer; the receiver may have got it';

/** One of each endpoint before the second of any. A row still in `sending` had a holder that was lost. */
const claim = `
  WITH place AS (
    SELECT p.id, greatest($2 - ${underWay('p.id')}, 0) AS free FROM unnest($1::bigint[]) AS p (id)
  ), candidate AS (
    SELECT c.id, c.next_attempt_at, row_number() OVER (PARTITION BY place.id ORDER BY c.next_attempt_at, c.id) AS rank
    FROM place CROSS JOIN LATERAL (
      SELECT d.id, d.next_attempt_at FROM webhook_delivery d WHERE d.endpoint_id = place.id AND d.next_attempt_at <= now()
      ORDER BY d.next_attempt_at, d.id LIMIT place.free) c
  ), due AS (
    SELECT d.id, d.state, d.attempts FROM webhook_delivery d
    WHERE d.id IN (SELECT id FROM candidate ORDER BY rank, next_attempt_at, id LIMIT $3) AND d.next_attempt_at <= now() FOR UPDATE SKIP LOCKED
  ), lost AS (
    UPDATE webhook_attempt a SET error = $5 FROM due WHERE due.state = 'sending' AND a.delivery_id = due.id AND a.number = due.attempts
  ), taken AS (
    UPDATE webhook_delivery d SET state = 'sending', attempts = d.attempts + 1, last_attempt_at = now(),
      next_attempt_at = now() + $4 * interval '1 millisecond'
    FROM due WHERE d.id = due.id RETURNING d.id, d.endpoint_id, d.event_id, d.attempts, d.failures, d.give_up_at
  ), begun AS (
    INSERT INTO webhook_attempt (delivery_id, number) SELECT id, attempts FROM taken
  )
  SELECT t.id, t.attempts AS attempt, t.endpoint_id AS "endpointId", p.url, p.secrets, t.event_id AS "eventId", e.body, t.failures,
    (extract(epoch FROM t.give_up_at - now()) * 1000)::float8 AS "giveUpInMs"
  FROM taken t JOIN webhook_event e ON e.id = t.event_id JOIN webhook_endpoint p ON p.id = t.endpoint_id`;

const endAttempt = `UPDATE webhook_attempt SET duration_ms = $3, status = $4, error = $5, response = $6 WHERE delivery_id = $1 AND number = $2`;

/** Rows of `webhook_delivery` and `webhook_attempt`. Who needs an endpoint's row and deliveries locks the endpoint first. */
export class PgDeliveryQueue extends DeliveryQueue {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  override claim(limit: number, perEndpoint: number, leaseMs: number): Promise<readonly ClaimedDelivery[]> {
    return inTransaction(this.pool, async (db) => {
      const { rows } = await db.query<{ id: string }>({ name: 'webhook-places', text: places, values: [limit, perEndpoint] });
      if (rows.length === 0) return [];
      // A statement of its own: it sees what those who had the locks before have claimed.
      const { rows: claimed } = await db.query<ClaimedDelivery>({
        name: 'webhook-claim',
        text: claim,
        values: [rows.map(({ id }) => id), perEndpoint, limit, leaseMs, lostAttempt],
      });
      return claimed;
    });
  }

  override async delivered({ id, attempt, endpointId }: ClaimedDelivery, outcome: AttemptOutcome): Promise<boolean> {
    await this.pool.query(`UPDATE webhook_endpoint SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL`, [endpointId]);
    const { rows } = await this.pool.query(
      `WITH attempt AS (${endAttempt})
       UPDATE webhook_delivery SET state = 'delivered', next_attempt_at = NULL, give_up_at = NULL, failures = 0, last_status = $4, last_error = NULL,
         finished_at = now()
       WHERE id = $1 AND attempts = $2 AND state = 'sending' RETURNING id`,
      valuesOf(id, attempt, outcome),
    );
    return rows.length === 1;
  }

  override failed({ id, attempt, endpointId }: ClaimedDelivery, { outcome, nextInMs, giveUpMs, gone }: RecordedFailure): Promise<boolean> {
    return inTransaction(this.pool, async (db) => {
      const { rows } = await db.query<{ url: string; spent: boolean }>(
        `UPDATE webhook_endpoint SET failing_since = coalesce(failing_since, now()) WHERE id = $1
         RETURNING url, now() - failing_since >= $2 * interval '1 millisecond' AS spent`,
        [endpointId, giveUpMs],
      );
      const [endpoint] = rows;
      if (!endpoint) return false;
      const { rowCount } = await db.query(
        `WITH attempt AS (${endAttempt})
         UPDATE webhook_delivery SET state = CASE WHEN $7::float8 IS NULL THEN 'failed' ELSE 'pending' END, failures = failures + 1,
           next_attempt_at = now() + $7::float8 * interval '1 millisecond', finished_at = CASE WHEN $7::float8 IS NULL THEN now() END,
           give_up_at = coalesce(give_up_at, now() + $8 * interval '1 millisecond'), last_status = $4, last_error = $5
         WHERE id = $1 AND attempts = $2 AND state = 'sending'`,
        [...valuesOf(id, attempt, outcome), nextInMs, giveUpMs],
      );
      const place = { id: endpointId, url: endpoint.url };
      if (gone) await disableEndpoint(db, place, 'the receiver answered 410, which says that it wants no events any more');
      else if (endpoint.spent)
        await disableEndpoint(db, place, `every attempt failed for ${lengthOf(giveUpMs)}; the last: ${outcome.error}`);
      return rowCount === 1;
    });
  }

  override async forget(days: number): Promise<number> {
    await this.pool.query(
      `DELETE FROM webhook_subscription s WHERE until < now() - $1 * interval '1 day' AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.created_at < s.until)`,
      [days],
    );
    for (let gone = 0; ;) {
      const { rowCount } = await this.pool.query(
        `DELETE FROM webhook_event WHERE id IN (
           SELECT e.id FROM webhook_event e WHERE e.occurred_at < now() - $1 * interval '1 day' AND NOT EXISTS (
             SELECT 1 FROM webhook_delivery d JOIN webhook_endpoint p ON p.id = d.endpoint_id
             WHERE d.event_id = e.id AND d.next_attempt_at IS NOT NULL AND p.state = 'active')
           ORDER BY e.occurred_at LIMIT $2)`,
        [days, forgetBatch],
      );
      gone += rowCount ?? 0;
      if ((rowCount ?? 0) < forgetBatch) return gone;
    }
  }
}

/** Events that go in one statement, with their deliveries and attempts. */
const forgetBatch = 1_000;

function valuesOf(id: string, attempt: number, { durationMs, status, error, response }: AttemptOutcome) {
  return [id, attempt, Math.round(durationMs), status ?? null, error ?? null, response ?? null];
}

function lengthOf(ms: number): string {
  return ms >= 3_600_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.ceil(ms / 1_000)} s`;
}
