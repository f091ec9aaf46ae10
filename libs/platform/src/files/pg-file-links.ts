import { FileLinkStore, type FileLink, type NewFileLink } from '@hostwright/core';
import type pg from 'pg';

/** Links that are over are told apart from unknown ones this long. */
const keptDays = 90;

/** Links in the table `file_link`, which has the hashes of their tokens only. */
export class PgFileLinks extends FileLinkStore {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  async make({ tokenHash, serviceId, component, requestedBy, minutes }: NewFileLink): Promise<string> {
    const { rows } = await this.pool.query<{ expiresAt: Date }>(
      `WITH forgotten AS (DELETE FROM file_link WHERE expires_at < now() - $6 * interval '1 day')
       INSERT INTO file_link (token_hash, service_id, component, requested_by, expires_at)
       VALUES ($1, $2, $3, $4, now() + $5 * interval '1 minute') RETURNING expires_at AS "expiresAt"`,
      [tokenHash, serviceId, component, requestedBy, minutes, keptDays],
    );
    return rows[0]!.expiresAt.toISOString();
  }

  async find(tokenHash: string): Promise<FileLink | undefined> {
    const { rows } = await this.pool.query<FileLink>(
      `SELECT l.id, l.service_id AS "serviceId", l.component, p.code AS product, s.state AS "serviceState",
         CASE WHEN l.used_at IS NOT NULL THEN 'used' WHEN l.expires_at <= now() THEN 'expired' ELSE 'open' END AS state
       FROM file_link l JOIN service s ON s.id = l.service_id JOIN product p ON p.id = s.product_id WHERE l.token_hash = $1`,
      [tokenHash],
    );
    return rows[0];
  }

  async use(tokenHash: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `WITH used AS (
         UPDATE file_link SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()
         RETURNING id, service_id, component, requested_by)
       INSERT INTO audit (actor, action, subject, details)
       SELECT requested_by, 'service.files_fetched', 'service:' || service_id, jsonb_build_object('component', component, 'linkId', id::text)
       FROM used`,
      [tokenHash],
    );
    return rowCount === 1;
  }
}
