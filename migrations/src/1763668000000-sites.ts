import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A certificate is installed on the site that another component serves, of the same service or of the one it is added to. */
export class AddSites1763668000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
ALTER TABLE product_component ADD COLUMN site jsonb;
ALTER TABLE service_component ADD COLUMN site jsonb;
COMMENT ON COLUMN product_component.site IS 'the component whose site it works for: {"component": "hosting"}, or of the service it is added to {"parent": "hosting"}';
COMMENT ON COLUMN service_component.site IS 'as the product had it when it was ordered';
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE service_component DROP COLUMN site; ALTER TABLE product_component DROP COLUMN site;`);
  }
}
