import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A customer who waits for a service is told of the delay once, however many days it is tried: mails themselves are forgotten after one. */
export class AddDelayTold1763669320000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE service ADD COLUMN delay_told_at timestamptz`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE service DROP COLUMN delay_told_at`);
  }
}
