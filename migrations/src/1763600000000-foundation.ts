import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first schema: who may act, what is sold and where it runs, services, and the journal of every effect on the outside. */
export class Foundation1763600000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
CREATE TABLE installation (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  id text NOT NULL CHECK (id ~ '^[a-z0-9]{4,12}$'),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE customer (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX customer_email_idx ON customer (lower(email));

CREATE TABLE account (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  password_hash text NOT NULL,
  role text NOT NULL CHECK (role IN ('staff', 'customer')),
  customer_id bigint REFERENCES customer (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  last_login_at timestamptz,
  disabled_at timestamptz,
  CHECK ((role = 'customer') = (customer_id IS NOT NULL))
);
CREATE UNIQUE INDEX account_email_idx ON account (lower(email));

CREATE TABLE api_key (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  prefix text NOT NULL UNIQUE,
  key_hash text NOT NULL,
  scopes text[] NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz
);

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_subject_idx ON audit (subject, id);
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();

CREATE TABLE server_group (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  fill text NOT NULL DEFAULT 'least_full' CHECK (fill IN ('least_full', 'fill')),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE server (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  extension text NOT NULL,
  kind text NOT NULL,
  server_group_id bigint REFERENCES server_group (id),
  settings jsonb NOT NULL,
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'draining', 'maintenance')),
  capacity integer CHECK (capacity > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE product (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'hidden', 'retired')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE product_component (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id bigint NOT NULL REFERENCES product (id) ON DELETE CASCADE,
  position smallint NOT NULL DEFAULT 0,
  name text NOT NULL,
  extension text NOT NULL,
  server_group_id bigint NOT NULL REFERENCES server_group (id),
  settings jsonb NOT NULL DEFAULT '{}',
  connections jsonb NOT NULL DEFAULT '{}',
  UNIQUE (product_id, name)
);
COMMENT ON COLUMN product_component.connections IS 'module kind to server id, such as {"dns": "2", "proxy": "3"}';

CREATE TABLE service (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id bigint NOT NULL REFERENCES product (id),
  customer_id bigint NOT NULL REFERENCES customer (id),
  external_source text,
  external_id text CHECK (length(external_id) BETWEEN 1 AND 255),
  order_values jsonb NOT NULL DEFAULT '{}',
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'active', 'suspended', 'terminated', 'cancelled')),
  state_since timestamptz NOT NULL DEFAULT now(),
  desired_state text NOT NULL DEFAULT 'active' CHECK (desired_state IN ('active', 'suspended', 'terminated')),
  observed_state text,
  observed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (external_source, external_id)
);
CREATE INDEX service_customer_idx ON service (customer_id, id);

CREATE TABLE service_component (
  service_id bigint NOT NULL REFERENCES service (id),
  name text NOT NULL,
  extension text NOT NULL,
  server_id bigint NOT NULL REFERENCES server (id),
  settings jsonb NOT NULL,
  connections jsonb NOT NULL,
  remote_id text,
  properties jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (service_id, name)
);
CREATE INDEX service_component_server_idx ON service_component (server_id);

CREATE TABLE worker (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  lease_until timestamptz NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE provisioning_job (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service_id bigint REFERENCES service (id),
  operation text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'in_progress', 'waiting', 'completed', 'rolling_back',
    'failed', 'cancelled', 'needs_operator', 'superseded')),
  phase text NOT NULL DEFAULT 'forward' CHECK (phase IN ('forward', 'settling', 'undoing', 'looking', 'ended')),
  program jsonb NOT NULL,
  requested_by text NOT NULL,
  interactive boolean NOT NULL DEFAULT false,
  fence integer NOT NULL DEFAULT 0,
  worker_id bigint,
  wake_at timestamptz,
  stop_requested_at timestamptz,
  failure jsonb,
  result jsonb,
  event_count integer NOT NULL DEFAULT 0,
  look_again_count smallint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz
) WITH (fillfactor = 60);
CREATE INDEX provisioning_job_due_idx ON provisioning_job (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX provisioning_job_worker_idx ON provisioning_job (worker_id) WHERE worker_id IS NOT NULL;
CREATE INDEX provisioning_job_service_idx ON provisioning_job (service_id, id);
CREATE UNIQUE INDEX provisioning_job_one_at_a_time_idx ON provisioning_job (service_id)
  WHERE state IN ('in_progress', 'waiting', 'rolling_back', 'needs_operator');
COMMENT ON COLUMN provisioning_job.wake_at IS 'when a worker shall look; null: not before something else happens';

CREATE TABLE provisioning_step (
  job_id bigint NOT NULL,
  key text NOT NULL,
  position smallint NOT NULL,
  state text NOT NULL CHECK (state IN ('parked', 'intended', 'waiting', 'done', 'failed', 'skipped', 'dropped', 'undoing', 'undone')),
  server_id bigint,
  claim jsonb,
  task jsonb,
  output jsonb,
  error jsonb,
  attempts smallint NOT NULL DEFAULT 0,
  polls integer NOT NULL DEFAULT 0,
  unknown boolean NOT NULL DEFAULT false,
  finish_number integer,
  wake_at timestamptz,
  wait_for text,
  trouble_since timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  waiting_since timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (job_id, key)
) WITH (fillfactor = 80);
CREATE INDEX provisioning_step_wait_idx ON provisioning_step (wait_for, job_id) WHERE wait_for IS NOT NULL;
COMMENT ON TABLE provisioning_step IS 'no foreign key: every write is joined to its job row, locked by the fence, in the same statement';

CREATE TABLE provisioning_event (
  job_id bigint NOT NULL,
  number integer NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  type text NOT NULL,
  step_key text,
  step smallint NOT NULL,
  total smallint NOT NULL,
  percentage smallint NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (job_id, number)
);

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE queue_task (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue text NOT NULL CHECK (queue IN ('emails', 'invoices', 'backups')),
  kind text NOT NULL,
  unique_key text UNIQUE,
  payload jsonb NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'done', 'failed')),
  attempts smallint NOT NULL DEFAULT 0,
  wake_at timestamptz DEFAULT now(),
  worker_id bigint,
  error text,
  result jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
CREATE INDEX queue_task_due_idx ON queue_task (queue, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX queue_task_finished_idx ON queue_task (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE operator_task (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id bigint REFERENCES provisioning_job (id),
  service_id bigint REFERENCES service (id),
  kind text NOT NULL,
  step_key text NOT NULL DEFAULT '',
  title text NOT NULL,
  detail text NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved')),
  opened_at timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  resolved_by text,
  resolution text
);
CREATE UNIQUE INDEX operator_task_open_idx ON operator_task (job_id, kind, step_key) WHERE state = 'open';
CREATE INDEX operator_task_state_idx ON operator_task (state, id);

CREATE TABLE reservation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pool text NOT NULL,
  value text NOT NULL,
  number bigint,
  name text NOT NULL,
  job_id bigint NOT NULL,
  service_id bigint,
  component text NOT NULL,
  free_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (pool, value)
);
CREATE INDEX reservation_job_idx ON reservation (job_id);
CREATE INDEX reservation_service_idx ON reservation (service_id);
CREATE INDEX reservation_number_idx ON reservation (pool, number);
CREATE INDEX reservation_free_idx ON reservation (free_at) WHERE free_at IS NOT NULL;

CREATE TABLE permit_slot (
  server_id bigint NOT NULL,
  name text NOT NULL,
  slot smallint NOT NULL,
  job_id bigint,
  step_key text,
  since timestamptz,
  PRIMARY KEY (server_id, name, slot)
);
CREATE INDEX permit_slot_holder_idx ON permit_slot (job_id) WHERE job_id IS NOT NULL;

CREATE TABLE rate_bucket (
  server_id bigint PRIMARY KEY,
  tokens double precision NOT NULL,
  drawn smallint NOT NULL DEFAULT 0,
  filled_at timestamptz NOT NULL DEFAULT now(),
  blocked_until timestamptz
);

CREATE TABLE breaker (
  server_id bigint PRIMARY KEY,
  failures integer NOT NULL DEFAULT 0,
  open_until timestamptz,
  probe_until timestamptz,
  opened_count integer NOT NULL DEFAULT 0,
  changed_at timestamptz NOT NULL DEFAULT now()
);
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE breaker, rate_bucket, permit_slot, reservation, operator_task, queue_task, outbox, provisioning_event,
      provisioning_step, provisioning_job, worker, service_component, service, product_component, product, server, server_group,
      audit, api_key, account, customer, installation; DROP FUNCTION audit_is_append_only`);
  }
}
