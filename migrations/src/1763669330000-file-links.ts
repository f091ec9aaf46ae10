import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Customers fetch files of what they bought, keys among them, by a link that works once. The files themselves are not in it. */
export class AddFileLinks1763669330000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
CREATE TABLE file_link (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token_hash text NOT NULL UNIQUE CHECK (token_hash ~ '^[0-9a-f]{64}$'),
  service_id bigint NOT NULL REFERENCES service (id),
  component text NOT NULL,
  requested_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX file_link_service_idx ON file_link (service_id);
CREATE INDEX file_link_expires_idx ON file_link (expires_at);
COMMENT ON COLUMN file_link.token_hash IS 'SHA-256 of the token, which is in the link and nowhere else';`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE file_link`);
  }
}
