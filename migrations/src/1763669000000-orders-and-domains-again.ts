import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was ordered stays known when the service has become another product, so that the order can be told again. A domain that was added
 * though it had been taken back waits as a row for its removal to begin.
 */
export class AddOrdersAndDomainsAgain1763669000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
ALTER TABLE service ADD COLUMN ordered_product_id bigint REFERENCES product (id) ON DELETE SET NULL;
COMMENT ON COLUMN service.ordered_product_id IS 'as its order said; product_id is what it has become';
UPDATE service SET ordered_product_id = product_id;
ALTER TABLE domain DROP CONSTRAINT domain_check2;
ALTER TABLE domain ADD CONSTRAINT domain_look_check CHECK (look_at IS NULL OR (state = 'adding' AND add_job_id IS NULL) OR (state = 'removing' AND remove_job_id IS NULL));
COMMENT ON COLUMN domain.look_at IS 'when its DNS is looked at, or its removal begun; null: not any more';
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
ALTER TABLE domain DROP CONSTRAINT domain_look_check;
UPDATE domain SET look_at = NULL WHERE state = 'removing';
ALTER TABLE domain ADD CONSTRAINT domain_check2 CHECK (look_at IS NULL OR (state = 'adding' AND add_job_id IS NULL));
ALTER TABLE service DROP COLUMN ordered_product_id;
`);
  }
}
