import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import { ApiKeyStore, pageOf, viewOfApiKey, type ApiKey, type ApiKeyView, type NewApiKey, type Page, type PageOf } from '@hostwright/core';
import { notFound } from './constraints.js';
import { apiKeyEntity } from './entities.js';

const byPrefix = {
  name: 'api_key_by_prefix',
  text: `SELECT id, name, prefix, key_hash AS "keyHash", scopes, created_by AS "createdBy", created_at AS "createdAt",
    last_used_at AS "lastUsedAt", expires_at AS "expiresAt", revoked_at AS "revokedAt" FROM api_key WHERE prefix = $1`,
};

@Injectable()
export class TypeormApiKeyStore extends ApiKeyStore {
  constructor(
    private readonly db: DataSource,
    @Inject(pg.Pool) private readonly pool: pg.Pool,
  ) {
    super();
  }

  /** Read on every call of a program, so it goes past TypeORM. */
  async findByPrefix(prefix: string): Promise<ApiKey | undefined> {
    return (await this.pool.query<ApiKey>({ ...byPrefix, values: [prefix] })).rows[0];
  }

  async add(key: NewApiKey): Promise<ApiKey> {
    const made = await this.rows.save(this.rows.create({ ...key, scopes: [...key.scopes] }));
    return { ...made, lastUsedAt: null, revokedAt: null };
  }

  async revoke(id: string, at: Date): Promise<ApiKey> {
    await this.rows.update({ id, revokedAt: IsNull() }, { revokedAt: at });
    const revoked = await this.rows.findOneBy({ id });
    if (!revoked) throw notFound('API key', id);
    return revoked;
  }

  async used(id: string, at: Date): Promise<void> {
    await this.pool.query(
      `UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '1 minute')`,
      [id, at],
    );
  }

  async list({ limit, after }: Page): Promise<PageOf<ApiKeyView>> {
    const found = await this.rows.find({
      where: after === undefined ? {} : { id: MoreThan(after) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return pageOf(found.map(viewOfApiKey), limit);
  }

  private get rows() {
    return this.db.getRepository(apiKeyEntity);
  }
}
