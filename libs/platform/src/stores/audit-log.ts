import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { AuditLog, pageOf, type AuditEntry, type NewAuditEntry, type Page, type PageOf } from '@hostwright/core';

/** Writes one line of the audit, in the caller's transaction when it has one. */
export async function recordAudit(db: pg.Pool | pg.PoolClient, { actor, action, subject, details }: NewAuditEntry): Promise<void> {
  await db.query('INSERT INTO audit (actor, action, subject, details) VALUES ($1, $2, $3, $4)', [actor, action, subject, details]);
}

@Injectable()
export class PostgresAuditLog extends AuditLog {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  record(entry: NewAuditEntry): Promise<void> {
    return recordAudit(this.pool, entry);
  }

  async list(
    { limit, after }: Page,
    { subject, actor }: { readonly subject?: string; readonly actor?: string },
  ): Promise<PageOf<AuditEntry>> {
    const { rows } = await this.pool.query<AuditEntry>(
      `SELECT id, at, actor, action, subject, details FROM audit
       WHERE ($2::bigint IS NULL OR id < $2) AND ($3::text IS NULL OR subject = $3) AND ($4::text IS NULL OR actor = $4)
       ORDER BY id DESC LIMIT $1`,
      [limit + 1, after ?? null, subject ?? null, actor ?? null],
    );
    return pageOf(rows, limit);
  }
}
