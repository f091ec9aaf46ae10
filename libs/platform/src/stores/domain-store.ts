import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { DomainStore, pageOf, type Domain, type DomainFilter, type Page, type PageOf } from '@hostwright/core';
import { domainColumns, domainOf, type DomainRow } from './domain-row.js';

@Injectable()
export class PostgresDomainStore extends DomainStore {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  async list({ limit, after }: Page, { serviceId, state, live, name }: DomainFilter, ownedBy?: string): Promise<PageOf<Domain>> {
    const { rows } = await this.pool.query<DomainRow>(
      `SELECT ${domainColumns} FROM domain d
       WHERE ($2::bigint IS NULL OR d.id < $2) AND ($3::bigint IS NULL OR d.service_id = $3) AND ($4::text IS NULL OR d.state = $4)
         AND ($5::text IS NULL OR d.name = $5) AND ($7::boolean IS NOT TRUE OR d.state <> 'gone')
         AND ($6::bigint IS NULL OR EXISTS (SELECT 1 FROM service s WHERE s.id = d.service_id AND s.customer_id = $6))
       ORDER BY d.id DESC LIMIT $1`,
      [limit + 1, after ?? null, serviceId ?? null, state ?? null, name ?? null, ownedBy ?? null, live ?? null],
    );
    return pageOf(rows.map(domainOf), limit);
  }
}
