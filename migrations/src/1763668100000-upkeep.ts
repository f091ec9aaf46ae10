import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What ends by itself, such as a certificate, has its end on record, and when the panel is to do something about it. */
export class AddUpkeep1763668100000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
ALTER TABLE service_component ADD COLUMN expires_at timestamptz, ADD COLUMN upkeep_at timestamptz, ADD COLUMN upkeep_asked_at timestamptz;
COMMENT ON COLUMN service_component.expires_at IS 'as its module told of what an operation left; not prolonged by upkeep';
COMMENT ON COLUMN service_component.upkeep_at IS 'when its upkeep is to begin';
COMMENT ON COLUMN service_component.upkeep_asked_at IS 'when it was last asked for: not again within a day';
CREATE INDEX service_component_upkeep_idx ON service_component (upkeep_at) WHERE upkeep_at IS NOT NULL;
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE service_component DROP COLUMN upkeep_asked_at, DROP COLUMN upkeep_at, DROP COLUMN expires_at`);
  }
}
