import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Products are made of components that are wired to each other, some of which come after the hand-over; add-ons are services of a parent. A
 * service keeps how it was wired, and with what values, whatever becomes of the product.
 */
export class AddComponentsAndAddons1763664000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
ALTER TABLE product ADD COLUMN on_failure text CHECK (on_failure IN ('roll back', 'keep for repair')),
  ADD COLUMN addon_of text[] NOT NULL DEFAULT '{}';
CREATE INDEX product_addon_idx ON product USING gin (addon_of);
ALTER TABLE product_component ADD COLUMN inputs jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN hand_over text NOT NULL DEFAULT 'awaited' CHECK (hand_over IN ('awaited', 'later'));
ALTER TABLE service ADD COLUMN parent_id bigint REFERENCES service (id),
  ADD COLUMN suspended_with_parent boolean NOT NULL DEFAULT false;
CREATE INDEX service_parent_idx ON service (parent_id) WHERE parent_id IS NOT NULL;
ALTER TABLE service_component ADD COLUMN wiring jsonb NOT NULL DEFAULT '{}', ADD COLUMN inputs jsonb,
  ADD COLUMN hand_over text NOT NULL DEFAULT 'awaited' CHECK (hand_over IN ('awaited', 'later'));
ALTER TABLE provisioning_job ADD COLUMN handed_over boolean NOT NULL DEFAULT false, ADD COLUMN given_up jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN product_component.inputs IS 'field to source, such as {"content": {"component": "site", "output": "address"}}';
COMMENT ON COLUMN service_component.wiring IS 'as the product''s inputs were when it was ordered; inputs: the values that create had, secrets sealed';
COMMENT ON COLUMN provisioning_job.given_up IS 'component to why it is not made, once the service was handed over without it';
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
ALTER TABLE provisioning_job DROP COLUMN given_up, DROP COLUMN handed_over;
ALTER TABLE service_component DROP COLUMN hand_over, DROP COLUMN inputs, DROP COLUMN wiring;
ALTER TABLE service DROP COLUMN suspended_with_parent, DROP COLUMN parent_id;
ALTER TABLE product_component DROP COLUMN hand_over, DROP COLUMN inputs;
ALTER TABLE product DROP COLUMN addon_of, DROP COLUMN on_failure;
`);
  }
}
