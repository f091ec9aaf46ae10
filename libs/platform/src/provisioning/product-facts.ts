import { isDeepStrictEqual } from 'node:util';
import type { FailurePolicy } from '@hostwright/core';
import { PanelError, type JsonObject } from '@hostwright/sdk';
import type { Pool } from 'pg';
import type { WantedComponent } from './job-making.js';
import type { ComponentFacts } from './job-rows.js';

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
    inputs: ComponentFacts['wiring'];
    site: ComponentFacts['site'];
    hand_over: ComponentFacts['handOver'];
  }[];
  readonly on_failure: FailurePolicy | null;
  readonly addon_of: readonly string[];
}

/** Throws `invalid_input` when there is no such product for sale; `conflict` when it consists of nothing. */
export async function loadProduct(pool: Pool, code: string): Promise<ProductFacts> {
  const { rows } = await pool.query<ProductFacts>({
    name: 'desk-product',
    text: `SELECT p.id, p.code, p.on_failure, p.addon_of, coalesce(json_agg(json_build_object('name', c.name, 'extension', c.extension, 'server_group_id', c.server_group_id::text, 'settings', c.settings,
          'connections', c.connections, 'inputs', c.inputs, 'site', c.site, 'hand_over', c.hand_over) ORDER BY c.position) FILTER (WHERE c.id IS NOT NULL), '[]') AS components
        FROM product p LEFT JOIN product_component c ON c.product_id = p.id WHERE p.code = $1 AND p.state <> 'retired' GROUP BY p.id`,
    values: [code],
  });
  const product = rows[0];
  if (!product) throw new PanelError('invalid_input', `there is no product '${code}'`, { field: 'product' });
  if (product.components.length === 0)
    throw new PanelError('conflict', `product '${code}' has no component, so there is nothing to deliver`, { field: 'product' });
  return product;
}

/** Each component with what the product makes of it. Throws `conflict` when the product consists of others. */
export function changed(
  components: readonly ComponentFacts[],
  product: ProductFacts,
): (WantedComponent & { readonly settings: JsonObject })[] {
  const made = components.map((component) => {
    const sold = product.components.find(({ name, extension }) => name === component.name && extension === component.extension);
    if (!sold || !isDeepStrictEqual([sold.inputs, sold.site], [component.wiring, component.site])) return undefined;
    // What it is wired with stays.
    const wired = (component.inputs?.['product'] ?? {}) as JsonObject;
    return { ...component, settings: { ...sold.settings, ...wired }, previous: component.settings };
  });
  const fits = made.filter((one) => one !== undefined);
  if (fits.length === components.length && fits.length === product.components.length) return fits;
  throw new PanelError(
    'conflict',
    `product '${product.code}' consists of other components, or is wired otherwise, so the service cannot become one of it`,
    {
      field: 'product',
    },
  );
}
