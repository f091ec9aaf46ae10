import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A setting of a server that has to be mended is asked of staff once, not once for each of the jobs that wait for it. Such a task belongs
 * to the server, and is seen to when no step there is in trouble any more; the index finds those steps.
 */
export class AddServerTasks1763669200000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
ALTER TABLE operator_task ADD COLUMN server_id bigint;
CREATE UNIQUE INDEX operator_task_server_idx ON operator_task (server_id, kind, step_key) WHERE state = 'open' AND server_id IS NOT NULL;
CREATE INDEX provisioning_step_trouble_idx ON provisioning_step (server_id) WHERE trouble_since IS NOT NULL;
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      `DROP INDEX provisioning_step_trouble_idx; DROP INDEX operator_task_server_idx; ALTER TABLE operator_task DROP COLUMN server_id`,
    );
  }
}
