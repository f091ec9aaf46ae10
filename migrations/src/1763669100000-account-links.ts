import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whoever cannot log in any more, staff too, sets a new password through a link that works once. */
export class AddAccountLinks1763669100000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
ALTER TABLE one_time_link ALTER COLUMN customer_id DROP NOT NULL, ADD COLUMN account_id bigint REFERENCES account (id),
  ADD CONSTRAINT one_time_link_holder_check CHECK (num_nonnulls(customer_id, account_id) = 1);
COMMENT ON COLUMN one_time_link.account_id IS 'whose password it sets; of a customer who has no account yet there is customer_id instead';
CREATE INDEX one_time_link_account_idx ON one_time_link (account_id) WHERE used_at IS NULL;
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DELETE FROM one_time_link WHERE customer_id IS NULL`);
    await db.query(`ALTER TABLE one_time_link DROP COLUMN account_id, ALTER COLUMN customer_id SET NOT NULL`);
  }
}
