import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Servers are looked at now and then: panel and provider are compared, and what services use is collected. A look is a row before
 * anybody rings, and the row that is under way is the lock: a server has one look of a kind at a time.
 */
export class AddLooksFindingsUsage1763661000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
CREATE TABLE server_look (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  server_id bigint NOT NULL REFERENCES server (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('reconcile', 'usage')),
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'done', 'failed')),
  requested_by text NOT NULL,
  attempt smallint NOT NULL DEFAULT 0,
  lease_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  ended_at timestamptz,
  counts jsonb NOT NULL DEFAULT '{}',
  error text,
  cleared_at timestamptz
);
CREATE UNIQUE INDEX server_look_one_at_a_time_idx ON server_look (server_id, kind) WHERE state IN ('pending', 'running');
CREATE INDEX server_look_open_idx ON server_look (id) WHERE state IN ('pending', 'running');
CREATE INDEX server_look_history_idx ON server_look (server_id, kind, id);
CREATE INDEX server_look_ended_idx ON server_look (ended_at) WHERE ended_at IS NOT NULL;
COMMENT ON COLUMN server_look.attempt IS 'the fence: a newer attempt makes what an older one found worthless';

CREATE TABLE reconciliation_finding (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  server_id bigint NOT NULL REFERENCES server (id) ON DELETE CASCADE,
  service_id bigint NOT NULL,
  component text NOT NULL DEFAULT '',
  remote_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('orphan', 'missing', 'drift')),
  aspect text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}',
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  last_look_id bigint NOT NULL,
  resolved_at timestamptz,
  repair_job_id bigint REFERENCES provisioning_job (id),
  repair_task_id bigint REFERENCES operator_task (id),
  repaired_by text,
  repaired_at timestamptz
);
CREATE UNIQUE INDEX reconciliation_finding_open_idx ON reconciliation_finding (server_id, kind, aspect, service_id, component, remote_id)
  WHERE resolved_at IS NULL;
CREATE INDEX reconciliation_finding_service_idx ON reconciliation_finding (service_id) WHERE resolved_at IS NULL;
CREATE INDEX reconciliation_finding_resolved_idx ON reconciliation_finding (resolved_at) WHERE resolved_at IS NOT NULL;
COMMENT ON COLUMN reconciliation_finding.service_id IS 'no foreign key: an orphan may bear the number of a service that is not there';

CREATE TABLE service_usage (
  service_id bigint NOT NULL REFERENCES service (id),
  component text NOT NULL,
  server_id bigint NOT NULL,
  remote_id text NOT NULL,
  disk_bytes bigint,
  memory_bytes bigint,
  traffic_bytes bigint NOT NULL DEFAULT 0,
  traffic_counter bigint,
  measured_at timestamptz NOT NULL,
  PRIMARY KEY (service_id, component)
);
COMMENT ON COLUMN service_usage.traffic_bytes IS 'since the service is there; never goes back';
COMMENT ON COLUMN service_usage.traffic_counter IS 'what the provider said last, of server_id and remote_id';

CREATE TABLE service_usage_day (
  service_id bigint NOT NULL REFERENCES service (id),
  component text NOT NULL,
  day date NOT NULL,
  disk_bytes bigint,
  memory_bytes bigint,
  traffic_bytes bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (service_id, component, day)
);
CREATE INDEX service_usage_day_idx ON service_usage_day (day);
COMMENT ON TABLE service_usage_day IS 'days of UTC: disk and memory as they were last, traffic that was added';
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE service_usage_day, service_usage, reconciliation_finding, server_look');
  }
}
