import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Providers tell of subscriptions and payments made elsewhere. An event is a row before it is answered, once for each id; what it is about
 * is looked at again at the provider, and that is a row of its own, so that two events of one subject are never worked on side by side and
 * one look answers all that came in until then.
 */
export class AddTriggers1763666000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
CREATE TABLE trigger_mapping (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  server_id bigint NOT NULL REFERENCES server (id) ON DELETE CASCADE,
  plan text NOT NULL CHECK (length(plan) BETWEEN 1 AND 200),
  product_id bigint NOT NULL REFERENCES product (id),
  order_values jsonb NOT NULL DEFAULT '{}',
  on_overdue text NOT NULL CHECK (on_overdue IN ('nothing', 'suspend', 'terminate')),
  on_unpaid text NOT NULL CHECK (on_unpaid IN ('nothing', 'suspend', 'terminate')),
  on_refunded text NOT NULL CHECK (on_refunded IN ('nothing', 'suspend', 'terminate')),
  on_ended text NOT NULL CHECK (on_ended IN ('nothing', 'suspend', 'terminate')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT trigger_mapping_plan_key UNIQUE (server_id, plan)
);

CREATE TABLE trigger_subject (
  server_id bigint NOT NULL REFERENCES server (id) ON DELETE CASCADE,
  subject text NOT NULL,
  due_at timestamptz DEFAULT now(),
  looking boolean NOT NULL DEFAULT false,
  fence bigint NOT NULL DEFAULT 0,
  rings bigint NOT NULL DEFAULT 1,
  failures integer NOT NULL DEFAULT 0,
  give_up_at timestamptz,
  suspended boolean NOT NULL DEFAULT false,
  PRIMARY KEY (server_id, subject),
  CHECK (NOT looking OR due_at IS NOT NULL)
) WITH (fillfactor = 70);
CREATE INDEX trigger_subject_due_idx ON trigger_subject (server_id, due_at) WHERE due_at IS NOT NULL;
COMMENT ON COLUMN trigger_subject.due_at IS 'while it is looked at: when its holder counts as lost';
COMMENT ON COLUMN trigger_subject.rings IS 'grows with every event; grown during a look, another is due';
COMMENT ON COLUMN trigger_subject.suspended IS 'its service was suspended for it, and not by somebody else';

CREATE TABLE trigger_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  server_id bigint NOT NULL REFERENCES server (id) ON DELETE CASCADE,
  event_id text NOT NULL,
  event_type text NOT NULL,
  subject text,
  moved boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')),
  outcome text,
  service_id bigint REFERENCES service (id),
  received_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  UNIQUE (server_id, event_id),
  CHECK (subject IS NOT NULL OR state = 'done'),
  CHECK ((state = 'pending') = (finished_at IS NULL))
);
CREATE INDEX trigger_event_open_idx ON trigger_event (server_id, subject) WHERE state <> 'done';
CREATE INDEX trigger_event_subject_idx ON trigger_event (subject, id) WHERE subject IS NOT NULL;
CREATE INDEX trigger_event_state_idx ON trigger_event (state, id);
CREATE INDEX trigger_event_finished_idx ON trigger_event (finished_at) WHERE state = 'done';
COMMENT ON COLUMN trigger_event.moved IS 'it was told of another subject, which said that it is part of this one';

CREATE UNIQUE INDEX operator_task_trigger_idx ON operator_task (kind, step_key)
  WHERE state = 'open' AND job_id IS NULL AND kind IN ('trigger_failed', 'trigger_server');
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX operator_task_trigger_idx; DROP TABLE trigger_event, trigger_subject, trigger_mapping`);
  }
}
