import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Receivers of other people are told of events. What each endpoint was subscribed to is kept with its time, so that an event goes to those
 * that were when it happened, however late it is relayed. A delivery is a row that workers claim, and each of its attempts a row that is
 * there before the request is sent.
 */
export class AddWebhooks1763660000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
CREATE TABLE webhook_endpoint (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  url text NOT NULL,
  description text NOT NULL DEFAULT '',
  events text[] NOT NULL,
  secrets jsonb NOT NULL,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
  disabled_reason text,
  disabled_at timestamptz,
  failing_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((state = 'disabled') = (disabled_at IS NOT NULL AND disabled_reason IS NOT NULL))
);
COMMENT ON COLUMN webhook_endpoint.secrets IS 'the one in use first, then those it replaced with the time until which they sign too; sealed';
COMMENT ON COLUMN webhook_endpoint.failing_since IS 'the first failed attempt since the last that was well';

CREATE TABLE webhook_subscription (
  endpoint_id bigint NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
  events text[] NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  until timestamptz
);
CREATE UNIQUE INDEX webhook_subscription_now_idx ON webhook_subscription (endpoint_id) WHERE until IS NULL;
CREATE INDEX webhook_subscription_endpoint_idx ON webhook_subscription (endpoint_id);

CREATE TABLE webhook_event (
  id text PRIMARY KEY DEFAULT 'evt_' || replace(gen_random_uuid()::text, '-', ''),
  outbox_id bigint UNIQUE,
  type text NOT NULL,
  occurred_at timestamptz NOT NULL,
  body text NOT NULL
);
CREATE INDEX webhook_event_occurred_idx ON webhook_event (occurred_at);
COMMENT ON COLUMN webhook_event.outbox_id IS 'the row of the outbox that it was; null for a test';

CREATE TABLE webhook_delivery (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint_id bigint NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
  event_id text NOT NULL REFERENCES webhook_event (id) ON DELETE CASCADE,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'delivered', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  failures integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz DEFAULT now(),
  give_up_at timestamptz,
  last_status smallint,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_attempt_at timestamptz,
  finished_at timestamptz,
  cleared_at timestamptz,
  UNIQUE (event_id, endpoint_id),
  CHECK ((state IN ('pending', 'sending')) = (next_attempt_at IS NOT NULL))
) WITH (fillfactor = 70);
CREATE INDEX webhook_delivery_due_idx ON webhook_delivery (endpoint_id, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_delivery_sending_idx ON webhook_delivery (endpoint_id) WHERE state = 'sending';
CREATE INDEX webhook_delivery_log_idx ON webhook_delivery (endpoint_id, id);
CREATE INDEX webhook_delivery_state_idx ON webhook_delivery (endpoint_id, state, id);
CREATE INDEX webhook_delivery_finished_idx ON webhook_delivery (finished_at) WHERE finished_at IS NOT NULL;
COMMENT ON COLUMN webhook_delivery.next_attempt_at IS 'while it is sent: when its holder counts as lost';
COMMENT ON COLUMN webhook_delivery.attempts IS 'of all time, and the fence; failures count since it was begun or replayed';

CREATE TABLE webhook_attempt (
  delivery_id bigint NOT NULL REFERENCES webhook_delivery (id) ON DELETE CASCADE,
  number integer NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  duration_ms integer,
  status smallint,
  error text,
  response text,
  PRIMARY KEY (delivery_id, number)
);
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE webhook_attempt, webhook_delivery, webhook_event, webhook_subscription, webhook_endpoint`);
  }
}
