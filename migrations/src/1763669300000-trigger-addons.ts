import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A plan may mean an add-on: the mapping says under which name the provider tells to which of the customer's services it is added. */
export class AddTriggerAddons1763669300000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE trigger_mapping ADD COLUMN add_to text CHECK (length(add_to) BETWEEN 1 AND 200)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE trigger_mapping DROP COLUMN add_to`);
  }
}
