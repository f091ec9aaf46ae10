import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Staff clear the list of failed jobs; the jobs themselves stay, since operator tasks and the audit refer to them. */
export class AddJobClearedAt1763650000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE provisioning_job ADD COLUMN cleared_at timestamptz');
    await db.query(`CREATE INDEX provisioning_job_failed_idx ON provisioning_job (id) WHERE state = 'failed' AND cleared_at IS NULL`);
    await db.query(`CREATE INDEX provisioning_job_finished_idx ON provisioning_job (finished_at) WHERE finished_at IS NOT NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX provisioning_job_finished_idx');
    await db.query('DROP INDEX provisioning_job_failed_idx');
    await db.query('ALTER TABLE provisioning_job DROP COLUMN cleared_at');
  }
}
