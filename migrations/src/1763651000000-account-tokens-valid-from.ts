import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A changed password ends every log-in made with the one before it. */
export class AddAccountTokensValidFrom1763651000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE account ADD COLUMN tokens_valid_from timestamptz');
    await db.query(`COMMENT ON COLUMN account.tokens_valid_from IS 'tokens issued before are refused; null: none are'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE account DROP COLUMN tokens_valid_from');
  }
}
