import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whose doing a suspension is, is read from the jobs that brought it about: a mark of our own outlived what staff did in between. What a
 * person has seen to is found by the index, so that they are not asked the same again.
 */
export class AddSeenTriggerTasks1763669310000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
ALTER TABLE trigger_subject DROP COLUMN suspended;
CREATE INDEX operator_task_trigger_seen_idx ON operator_task (step_key) WHERE state = 'resolved' AND kind = 'trigger_failed';
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
DROP INDEX operator_task_trigger_seen_idx;
ALTER TABLE trigger_subject ADD COLUMN suspended boolean NOT NULL DEFAULT false;
UPDATE trigger_subject t SET suspended = true FROM service s WHERE s.external_source = 'trigger:' || t.server_id AND s.external_id = t.subject
  AND s.desired_state = 'suspended' AND 'trigger:' || t.server_id = (SELECT j.requested_by FROM provisioning_job j
    WHERE j.service_id = s.id AND j.operation = 'suspend' AND j.state NOT IN ('failed', 'cancelled', 'superseded') ORDER BY j.id DESC LIMIT 1);
`);
  }
}
