import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Customers bring domains of their own: a domain leads to one service at a time, and waits as a row until its DNS shows whose it is. */
export class AddDomains1763662000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
CREATE TABLE domain (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service_id bigint NOT NULL REFERENCES service (id),
  component text NOT NULL,
  name text NOT NULL CHECK (name ~ '^[a-z0-9.-]{3,230}$'),
  state text NOT NULL DEFAULT 'adding' CHECK (state IN ('adding', 'active', 'removing', 'gone')),
  token text NOT NULL CHECK (length(token) >= 32),
  addresses text[] NOT NULL CHECK (cardinality(addresses) > 0),
  name_servers text[] NOT NULL DEFAULT '{}',
  verified_by text CHECK (verified_by IN ('txt', 'address')),
  verified_at timestamptz,
  missing text,
  look_at timestamptz,
  zone boolean NOT NULL DEFAULT false,
  requested_by text NOT NULL,
  failure text,
  add_job_id bigint REFERENCES provisioning_job (id),
  remove_job_id bigint REFERENCES provisioning_job (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  active_since timestamptz,
  gone_at timestamptz,
  CHECK ((verified_by IS NULL) = (verified_at IS NULL)),
  CHECK (add_job_id IS NULL OR verified_by IS NOT NULL),
  CHECK (look_at IS NULL OR (state = 'adding' AND add_job_id IS NULL)),
  CHECK ((state = 'gone') = (gone_at IS NOT NULL))
);
CREATE UNIQUE INDEX domain_name_idx ON domain (name) WHERE state <> 'gone';
CREATE INDEX domain_by_name_idx ON domain (name, id);
CREATE INDEX domain_service_idx ON domain (service_id, id);
CREATE INDEX domain_look_idx ON domain (look_at) WHERE look_at IS NOT NULL;
COMMENT ON COLUMN domain.addresses IS 'where it must lead, as the module said when it was asked for; name_servers: whom it may be delegated to instead';
COMMENT ON COLUMN domain.look_at IS 'when its DNS is looked at; null: not any more';
`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE domain`);
  }
}
