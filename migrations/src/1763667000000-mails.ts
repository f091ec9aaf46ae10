import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Customers are told by mail what becomes of their services, and set their password through a link that works once. */
export class AddMails1763667000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
CREATE TABLE one_time_link (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token_hash text NOT NULL UNIQUE CHECK (token_hash ~ '^[0-9a-f]{64}$'),
  purpose text NOT NULL CHECK (purpose IN ('set_password')),
  customer_id bigint NOT NULL REFERENCES customer (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX one_time_link_customer_idx ON one_time_link (customer_id) WHERE used_at IS NULL;
CREATE INDEX one_time_link_expires_idx ON one_time_link (expires_at);
COMMENT ON COLUMN one_time_link.token_hash IS 'SHA-256 of the token, which is in the mail and nowhere else';
CREATE TABLE support_mail_allowance (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  since timestamptz NOT NULL DEFAULT now(),
  taken integer NOT NULL DEFAULT 0
);
INSERT INTO support_mail_allowance DEFAULT VALUES;
COMMENT ON TABLE support_mail_allowance IS 'how many mails support got one by one in the interval that began at since; what comes beyond is put together';
ALTER TABLE domain ADD COLUMN told_at timestamptz;
COMMENT ON COLUMN domain.told_at IS 'when its customer was told what its DNS lacks';
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE domain DROP COLUMN told_at; DROP TABLE support_mail_allowance, one_time_link`);
  }
}
