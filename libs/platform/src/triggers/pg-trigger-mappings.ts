import { Inject, Injectable } from '@nestjs/common';
import {
  pageOf,
  TriggerMappingStore,
  type NewTriggerMapping,
  type OrderMapping,
  type Page,
  type PageOf,
  type TriggerMapping,
  type TriggerMappingChange,
} from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import pg from 'pg';
import { meaning, notFound } from '../stores/index.js';

const shown = `m.id, m.server_id AS "serverId", m.plan, p.code AS "productCode", m.order_values AS "orderValues",
  json_build_object('overdue', m.on_overdue, 'unpaid', m.on_unpaid, 'refunded', m.on_refunded, 'ended', m.on_ended) AS policy,
  m.created_at AS "createdAt", m.updated_at AS "updatedAt"`;
const tables = `trigger_mapping m JOIN product p ON p.id = m.product_id`;

const meanings = {
  trigger_mapping_plan_key: () => new PanelError('conflict', 'this plan of the server is mapped already', { field: 'plan' }),
  trigger_mapping_server_id_fkey: () => new PanelError('invalid_input', 'there is no such server', { field: 'serverId' }),
};

@Injectable()
export class PgTriggerMappings extends TriggerMappingStore {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  override async add({ serverId, plan, productCode, orderValues, policy }: NewTriggerMapping): Promise<TriggerMapping> {
    const insert = this.pool.query<{ id: string }>(
      `INSERT INTO trigger_mapping (server_id, plan, product_id, order_values, on_overdue, on_unpaid, on_refunded, on_ended)
       SELECT $1, $2, id, $4, $5, $6, $7, $8 FROM product WHERE code = $3 RETURNING id`,
      [serverId, plan, productCode, JSON.stringify(orderValues), policy.overdue, policy.unpaid, policy.refunded, policy.ended],
    );
    const { rows } = await meaning(insert, meanings);
    if (!rows[0]) throw noProduct(productCode);
    return this.get(rows[0].id);
  }

  override async get(id: string): Promise<TriggerMapping> {
    const { rows } = await this.pool.query<TriggerMapping>(`SELECT ${shown} FROM ${tables} WHERE m.id = $1`, [id]);
    if (!rows[0]) throw notFound('mapping', id);
    return rows[0];
  }

  override async change(id: string, change: TriggerMappingChange): Promise<TriggerMapping> {
    const after = { ...(await this.get(id)), ...change };
    const { overdue, unpaid, refunded, ended } = after.policy;
    const update = this.pool.query(
      `UPDATE trigger_mapping m SET plan = $2, product_id = p.id, order_values = $4, on_overdue = $5, on_unpaid = $6, on_refunded = $7,
         on_ended = $8, updated_at = now() FROM product p WHERE m.id = $1 AND p.code = $3`,
      [id, after.plan, after.productCode, JSON.stringify(after.orderValues), overdue, unpaid, refunded, ended],
    );
    const { rowCount } = await meaning(update, meanings);
    const changed = await this.get(id);
    if (rowCount !== 1) throw noProduct(after.productCode);
    return changed;
  }

  override async remove(id: string): Promise<void> {
    const { rowCount } = await this.pool.query(`DELETE FROM trigger_mapping WHERE id = $1`, [id]);
    if (rowCount !== 1) throw notFound('mapping', id);
  }

  override async list({ limit, after }: Page, { serverId }: { readonly serverId?: string }): Promise<PageOf<TriggerMapping>> {
    const { rows } = await this.pool.query<TriggerMapping>(
      `SELECT ${shown} FROM ${tables} WHERE ($2::bigint IS NULL OR m.id > $2) AND ($3::bigint IS NULL OR m.server_id = $3)
       ORDER BY m.id LIMIT $1`,
      [limit + 1, after ?? null, serverId ?? null],
    );
    return pageOf(rows, limit);
  }

  override async forPlans(serverId: string, plans: readonly string[]): Promise<readonly OrderMapping[]> {
    const { rows } = await this.pool.query<OrderMapping>({
      name: 'trigger-mappings',
      text: `SELECT ${shown}, p.addon_of AS "addonOf", coalesce((SELECT json_agg(json_build_object('name', c.name, 'extension', c.extension, 'inputs', c.inputs) ORDER BY c.position)
          FROM product_component c WHERE c.product_id = p.id), '[]') AS components
        FROM ${tables} WHERE m.server_id = $1 AND m.plan = ANY($2)`,
      values: [serverId, plans],
    });
    return rows;
  }
}

function noProduct(code: string): PanelError {
  return new PanelError('invalid_input', `there is no product ${code}`, { field: 'product' });
}
