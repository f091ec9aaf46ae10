import { orderFieldsOf, type ModuleCatalog, type PlacedOrder, type PlaceOrder } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import { placeService } from '../stores/index.js';
import { findExternal } from './external-orders.js';
import type { JobMaking } from './job-making.js';
import { loadComponents } from './job-rows.js';
import type { ProductFacts } from './product-facts.js';
import type { Parent } from './parents.js';

export type Ordered = Pick<PlaceOrder, 'order' | 'external' | 'requestedBy'>;

/** Whose the service is to be, and what it is added to. */
export interface ForWhom {
  customerId(): Promise<string>;
  readonly parent?: Parent;
}

/** Makes a service and its create job of an order, inside the caller's transaction. */
export class OrderTaking {
  constructor(
    private readonly jobs: JobMaking,
    private readonly modules: ModuleCatalog,
  ) {}

  /** The order's values, checked against what is asked for the product's components. Throws `invalid_input`. */
  check(product: ProductFacts, order: JsonObject): JsonObject {
    const asking = product.components.map(({ name, extension, inputs }) => ({ name, inputs, order: this.jobs.module(extension).order }));
    return this.modules.check(orderFieldsOf(asking), order, 'order');
  }

  /** Undefined when somebody else ordered the same a moment ago: what they made is visible to the next transaction. */
  async take(client: PoolClient, product: ProductFacts, order: Ordered, { parent, customerId }: ForWhom): Promise<PlacedOrder | undefined> {
    if (order.external) {
      const known = await findExternal(client, order.external, product, order.order, parent?.id ?? null);
      if (known) return known;
    }
    parent?.allow(product);
    const { rows } = await client.query<{ id: string }>({
      name: 'desk-service',
      text: `INSERT INTO service (product_id, ordered_product_id, customer_id, external_source, external_id, order_values, parent_id) VALUES ($1, $1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING RETURNING id`,
      values: [
        product.id,
        await customerId(),
        order.external?.source ?? null,
        order.external?.id ?? null,
        JSON.stringify(order.order),
        parent?.id ?? null,
      ],
    });
    if (!rows[0]) return undefined;
    const serviceId = rows[0].id;
    await addComponents(client, serviceId, product);
    const { jobId, reserved } = await this.jobs.startCreate(client, {
      serviceId,
      components: await loadComponents(client, serviceId),
      order: order.order,
      requestedBy: order.requestedBy,
      onFailure: product.on_failure,
      ...(parent ? { outside: parent.outside, parentId: parent.id } : {}),
    });
    return { serviceId, jobId, created: true, reserved };
  }
}

/** The id of the customer with that address, who is made when there is none. */
export async function ensureCustomer(client: PoolClient, order: Pick<PlaceOrder, 'customerEmail' | 'customerName'>): Promise<string> {
  const { rows } = await client.query<{ id: string }>({
    name: 'desk-customer',
    text: `INSERT INTO customer (email, name) VALUES ($1, $2) ON CONFLICT (lower(email)) DO UPDATE SET email = customer.email RETURNING id`,
    values: [order.customerEmail, order.customerName ?? ''],
  });
  return rows[0]!.id;
}

/** Each on the server that its group has room on. Throws `conflict` when there is none. */
async function addComponents(client: PoolClient, serviceId: string, { components }: ProductFacts): Promise<void> {
  for (const component of components) {
    const serverId = await placeService(client, component.server_group_id, component.extension);
    await client.query({
      name: 'desk-component',
      text: `INSERT INTO service_component (service_id, name, extension, server_id, settings, connections, wiring, site, hand_over) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      values: [
        serviceId,
        component.name,
        component.extension,
        serverId,
        JSON.stringify(component.settings),
        JSON.stringify(component.connections),
        JSON.stringify(component.inputs),
        component.site && JSON.stringify(component.site),
        component.hand_over,
      ],
    });
  }
}
