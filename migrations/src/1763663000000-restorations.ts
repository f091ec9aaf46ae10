import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A panel that was restored from a backup knows less than there is at its providers. So the database remembers which one it is, and while
 * it is another one than it remembers its servers are held until each was looked at. What is there without a service of ours holds the
 * values it takes up, so a reservation need not be a job's any more; and a job that was under way in the backup trusts its journal less.
 */
export class AddRestorations1763663000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
CREATE TABLE database_identity (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  identity text NOT NULL,
  written_in text NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN database_identity.written_in IS 'the transaction that wrote the row: its xmin, until something else writes the row anew';

CREATE TABLE restoration (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reason text NOT NULL CHECK (reason IN ('database', 'marks')),
  found_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  task_id bigint REFERENCES operator_task (id)
);
CREATE UNIQUE INDEX restoration_open_idx ON restoration ((true)) WHERE ended_at IS NULL;

CREATE TABLE restoration_server (
  restoration_id bigint NOT NULL REFERENCES restoration (id) ON DELETE CASCADE,
  server_id bigint NOT NULL REFERENCES server (id) ON DELETE CASCADE,
  state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'compared', 'released')),
  ended_at timestamptz,
  ended_by text,
  reason text,
  PRIMARY KEY (restoration_id, server_id),
  CHECK ((state = 'held') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX restoration_server_held_idx ON restoration_server (server_id) WHERE state = 'held';

ALTER TABLE reservation ALTER COLUMN job_id DROP NOT NULL, ADD COLUMN seen_remote_id text,
  ADD CONSTRAINT reservation_holder_check CHECK (job_id IS NOT NULL OR (seen_remote_id IS NOT NULL AND free_at IS NOT NULL));
COMMENT ON COLUMN reservation.seen_remote_id IS 'what takes the value up at the provider, though no job of ours has reserved it';

ALTER TABLE provisioning_job ADD COLUMN doubtful boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN provisioning_job.doubtful IS 'it comes out of a backup: what its journal does not know of may have been done all the same';
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
DELETE FROM reservation WHERE job_id IS NULL;
ALTER TABLE reservation DROP COLUMN seen_remote_id, ALTER COLUMN job_id SET NOT NULL;
ALTER TABLE provisioning_job DROP COLUMN doubtful;
DROP TABLE restoration_server, restoration, database_identity`);
  }
}
