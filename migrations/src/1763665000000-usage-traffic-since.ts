import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A counter of the month restarts with it, and may have passed its last reading before anybody reads it again. */
export class AddUsageTrafficSince1763665000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
ALTER TABLE service_usage ADD COLUMN traffic_since text;
COMMENT ON COLUMN service_usage.traffic_since IS 'which counter traffic_counter is of, as the module named it: a month, for one that restarts with it';
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE service_usage DROP COLUMN traffic_since`);
  }
}
