import { PanelError, type JsonObject } from '@hostwright/sdk';
import type { Pool } from 'pg';

/** A product as a service is made of it. */
export interface ProductFacts {
  readonly id: string;
  readonly code: string;
  readonly components: readonly {
    name: string;
    extension: string;
    server_group_id: string;
    settings: JsonObject;
    connections: Record<string, string>;
  }[];
}

/** Throws `invalid_input` when there is no such product for sale; `conflict` when it consists of nothing. */
export async function loadProduct(pool: Pool, code: string): Promise<ProductFacts> {
  const { rows } = await pool.query<ProductFacts>({
    name: 'desk-product',
    text: `SELECT p.id, p.code, coalesce(json_agg(json_build_object('name', c.name, 'extension', c.extension, 'server_group_id', c.server_group_id::text, 'settings', c.settings,
          'connections', c.connections) ORDER BY c.position) FILTER (WHERE c.id IS NOT NULL), '[]') AS components
        FROM product p LEFT JOIN product_component c ON c.product_id = p.id WHERE p.code = $1 AND p.state <> 'retired' GROUP BY p.id`,
    values: [code],
  });
  const product = rows[0];
  if (!product) throw new PanelError('invalid_input', `there is no product '${code}'`, { field: 'product' });
  if (product.components.length === 0)
    throw new PanelError('conflict', `product '${code}' has no component, so there is nothing to deliver`);
  return product;
}
