import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import {
  pageOf,
  ServiceStore,
  type ExternalFilter,
  type Page,
  type PageOf,
  type Service,
  type ServiceComponent,
  type ServiceDetails,
  type ServiceFilter,
} from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { notFound } from './constraints.js';

const columns = `s.id, s.product_id AS "productId", p.code AS "productCode", s.customer_id AS "customerId",
  s.external_source AS "externalSource", s.external_id AS "externalId", s.order_values AS "orderValues", s.parent_id AS "parentId", s.state, s.state_since AS "stateSince",
  s.desired_state AS "desiredState", s.observed_state AS "observedState", s.observed_at AS "observedAt", s.created_at AS "createdAt"`;

/** One statement for the whole page of a service: it is what customers and other panels look at most. */
const details = `SELECT ${columns},
  coalesce((SELECT json_agg(json_build_object('name', c.name, 'extension', c.extension, 'serverId', c.server_id::text, 'remoteId', c.remote_id,
    'properties', c.properties, 'expiresAt', to_char(c.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY c.name) FROM service_component c WHERE c.service_id = s.id), '[]') AS components,
  coalesce((SELECT json_agg(json_build_object('id', a.id::text, 'productCode', q.code, 'state', a.state) ORDER BY a.id)
    FROM service a JOIN product q ON q.id = a.product_id WHERE a.parent_id = s.id), '[]') AS children,
  made.id AS "createJobId", made.components AS made,
  (SELECT id FROM provisioning_job j WHERE j.service_id = s.id
    AND j.state IN ('in_progress', 'waiting', 'rolling_back', 'needs_operator') LIMIT 1) AS "runningJobId"
  FROM service s JOIN product p ON p.id = s.product_id
  LEFT JOIN LATERAL (SELECT j.id, j.program -> 'components' AS components FROM provisioning_job j
    WHERE j.service_id = s.id AND j.operation = 'create' ORDER BY j.id DESC LIMIT 1) made ON true`;

interface DetailsRow extends Service {
  readonly components: ServiceComponent[];
  readonly children: ServiceDetails['children'];
  readonly createJobId: string | null;
  readonly runningJobId: string | null;
  readonly made: { readonly name: string; readonly reserved?: JsonObject }[] | null;
}

@Injectable()
export class PostgresServiceStore extends ServiceStore {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  async get(id: string, ownedBy?: string): Promise<ServiceDetails> {
    const { rows } = await this.pool.query<DetailsRow>({
      name: 'service_by_id',
      text: `${details} WHERE s.id = $1 AND ($2::bigint IS NULL OR s.customer_id = $2)`,
      values: [id, ownedBy ?? null],
    });
    if (!rows[0]) throw notFound('service', id);
    return serviceDetails(rows[0]);
  }

  async findExternal(source: string, id: string): Promise<ServiceDetails | undefined> {
    const { rows } = await this.pool.query<DetailsRow>({
      name: 'service_by_external_id',
      text: `${details} WHERE s.external_source = $1 AND s.external_id = $2`,
      values: [source, id],
    });
    return rows[0] && serviceDetails(rows[0]);
  }

  async suspendedBy(id: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ requestedBy: string }>({
      name: 'service_suspended_by',
      // The first one since it ran: later ones only bring about once more what is so already.
      text: `SELECT j.requested_by AS "requestedBy" FROM provisioning_job j JOIN service s ON s.id = j.service_id
        WHERE s.id = $1 AND s.desired_state = 'suspended' AND NOT s.suspended_with_parent AND j.operation = 'suspend'
          AND j.state NOT IN ('failed', 'cancelled', 'superseded')
          AND j.id > coalesce((SELECT max(u.id) FROM provisioning_job u WHERE u.service_id = $1 AND u.operation = 'unsuspend' AND u.state = 'completed'), 0)
        ORDER BY j.id LIMIT 1`,
      values: [id],
    });
    return rows[0]?.requestedBy;
  }

  async listExternal(source: string, { ids, serviceId, customerEmail }: ExternalFilter): Promise<readonly ServiceDetails[]> {
    const { rows } = await this.pool.query<DetailsRow>(
      `${details} WHERE s.external_source = $1 AND s.state NOT IN ('terminated', 'cancelled') AND ($2::text[] IS NULL OR s.external_id = ANY ($2))
         AND ($3::text IS NULL OR s.customer_id = (SELECT c.id FROM customer c WHERE lower(c.email) = lower($3)))
         AND ($4::bigint IS NULL OR s.id = $4)
       ORDER BY s.id`,
      [source, ids ?? null, customerEmail ?? null, serviceId ?? null],
    );
    return rows.map(serviceDetails);
  }

  async parentsFor(productCode: string, customerEmail: string): Promise<readonly Service[]> {
    const { rows } = await this.pool.query<Service>(
      `SELECT ${columns} FROM service s JOIN product p ON p.id = s.product_id
       WHERE s.customer_id = (SELECT c.id FROM customer c WHERE lower(c.email) = lower($2)) AND s.state NOT IN ('terminated', 'cancelled')
         AND s.desired_state <> 'terminated' AND p.code = ANY (SELECT unnest(a.addon_of) FROM product a WHERE a.code = $1)
       ORDER BY s.id`,
      [productCode, customerEmail],
    );
    return rows;
  }

  async list({ limit, after }: Page, { customerId, productId, state }: ServiceFilter): Promise<PageOf<Service>> {
    const { rows } = await this.pool.query<Service>(
      `SELECT ${columns} FROM service s JOIN product p ON p.id = s.product_id
       WHERE ($2::bigint IS NULL OR s.id < $2) AND ($3::bigint IS NULL OR s.customer_id = $3)
         AND ($4::bigint IS NULL OR s.product_id = $4) AND ($5::text IS NULL OR s.state = $5)
       ORDER BY s.id DESC LIMIT $1`,
      [limit + 1, after ?? null, customerId ?? null, productId ?? null, state ?? null],
    );
    return pageOf(rows, limit);
  }
}

function serviceDetails({ made, ...row }: DetailsRow): ServiceDetails {
  return { ...row, reserved: Object.fromEntries((made ?? []).map(({ name, reserved }) => [name, reserved ?? {}])) };
}
