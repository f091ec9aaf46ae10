import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a person has seen to is found by the index, so that they are not asked the same again. Whose doing a suspension is, is read from the
 * jobs that brought it about: a mark of our own outlived what staff did in between. Its column goes in a later release.
 */
export class AddSeenTriggerTasks1763669310000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
CREATE INDEX operator_task_trigger_seen_idx ON operator_task (step_key) WHERE state = 'resolved' AND kind = 'trigger_failed';
COMMENT ON COLUMN trigger_subject.suspended IS 'not used any more, and to be dropped';
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
DROP INDEX operator_task_trigger_seen_idx;
COMMENT ON COLUMN trigger_subject.suspended IS 'its service was suspended for it, and not by somebody else';
UPDATE trigger_subject t SET suspended = EXISTS (SELECT 1 FROM service s WHERE s.external_source = 'trigger:' || t.server_id
  AND s.external_id = t.subject AND s.desired_state = 'suspended' AND 'trigger:' || t.server_id = (SELECT j.requested_by FROM provisioning_job j
    WHERE j.service_id = s.id AND j.operation = 'suspend' AND j.state NOT IN ('failed', 'cancelled', 'superseded') ORDER BY j.id DESC LIMIT 1));
`);
  }
}
