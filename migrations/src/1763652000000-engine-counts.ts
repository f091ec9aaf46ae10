import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What workers count and measure is kept here, so that one scrape shows the whole installation and no number goes back when a worker
 * dies. And what else the metrics ask of large tables has an index that the journal's writes do not touch: a job under way has a time to
 * wake or a worker, so only those that wait for an earlier operation are in the index of the sleepers. The sweep asks for the same.
 */
export class AddEngineCounts1763652000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
CREATE TABLE engine_count (
  name text NOT NULL,
  labels jsonb NOT NULL,
  value double precision NOT NULL,
  PRIMARY KEY (name, labels)
) WITH (fillfactor = 50);
COMMENT ON TABLE engine_count IS 'totals since the table was made; of a histogram: how many fell into each range, and their sum';

CREATE TABLE engine_count_source (
  id uuid PRIMARY KEY,
  flush_number bigint NOT NULL,
  flushed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE engine_count_source IS 'the last flush of each process that was added, so that one whose answer was lost is not added twice';

CREATE INDEX provisioning_job_asleep_idx ON provisioning_job (id, state)
  WHERE wake_at IS NULL AND worker_id IS NULL AND state IN ('pending', 'in_progress', 'waiting', 'rolling_back');
DROP INDEX provisioning_job_finished_idx;
CREATE INDEX provisioning_job_finished_idx ON provisioning_job (finished_at) INCLUDE (state) WHERE finished_at IS NOT NULL;

ALTER TABLE breaker ADD COLUMN opened_total bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN breaker.opened_total IS 'since the server was first called; opened_count begins anew when the breaker closes';
CREATE FUNCTION count_breaker_opening() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN new.opened_total := new.opened_total + 1; RETURN new; END $$;
CREATE TRIGGER breaker_opened BEFORE UPDATE ON breaker FOR EACH ROW WHEN (new.opened_count > old.opened_count)
  EXECUTE FUNCTION count_breaker_opening();

CREATE FUNCTION count_dead_worker() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN
    INSERT INTO engine_count AS c (name, labels, value) VALUES ('hostwright_workers_reclaimed_total', '{}', 1)
    ON CONFLICT (name, labels) DO UPDATE SET value = c.value + 1;
    RETURN NULL;
  END $$;
CREATE TRIGGER worker_reclaimed AFTER DELETE ON worker FOR EACH ROW WHEN (old.lease_until > '-infinity')
  EXECUTE FUNCTION count_dead_worker();
COMMENT ON TRIGGER worker_reclaimed ON worker IS 'a worker that ends in order leaves with a lease until -infinity';
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
DROP TRIGGER worker_reclaimed ON worker;
DROP FUNCTION count_dead_worker;
DROP TRIGGER breaker_opened ON breaker;
DROP FUNCTION count_breaker_opening;
ALTER TABLE breaker DROP COLUMN opened_total;
DROP INDEX provisioning_job_finished_idx;
CREATE INDEX provisioning_job_finished_idx ON provisioning_job (finished_at) WHERE finished_at IS NOT NULL;
DROP INDEX provisioning_job_asleep_idx;
DROP TABLE engine_count_source, engine_count;
`);
  }
}
