import {
  ProvisioningDesk,
  type Doorbell,
  type ModuleCatalog,
  type PlacedOrder,
  type PlaceOrder,
  type RequestedJob,
  type WantedAction,
} from '@hostwright/core';
import { PanelError, type JsonObject, type ProvisioningModule } from '@hostwright/sdk';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../database/index.js';
import { placeService, requireNotHeld } from '../stores/index.js';
import { findExternal } from './external-orders.js';
import { JobMaking, type JobMakingPorts } from './job-making.js';
import { loadComponents } from './job-rows.js';
import { lockService, OperationRequests, unfinished, type ProductFacts } from './operation-requests.js';

export interface DeskPorts extends JobMakingPorts {
  readonly pool: Pool;
  readonly modules: ModuleCatalog;
  readonly doorbell: Doorbell;
}

/** Orders and operations, taken in one transaction each. Nothing is asked of a provider here. */
export class PgProvisioningDesk extends ProvisioningDesk {
  private readonly jobs: JobMaking;
  private readonly operations: OperationRequests;

  constructor(private readonly ports: DeskPorts) {
    super();
    this.jobs = new JobMaking(ports);
    this.operations = new OperationRequests(this.jobs, ports.modules);
  }

  async placeOrder(order: PlaceOrder): Promise<PlacedOrder> {
    const product = await this.product(order.productCode);
    const values = this.checkOrder(product, order.order);
    for (;;) {
      const placed = await inTransaction(this.ports.pool, (client) => this.place(client, product, values, order));
      if (!placed) continue;
      if (placed.created) await this.ports.doorbell.ring('provisioning');
      return placed;
    }
  }

  async request(serviceId: string, operation: string, requestedBy: string): Promise<RequestedJob> {
    return this.asked(serviceId, (client) => this.operations.request(client, serviceId, operation, requestedBy));
  }

  async changePackage(serviceId: string, productCode: string, requestedBy: string): Promise<RequestedJob> {
    const product = await this.product(productCode);
    return this.asked(serviceId, (client) => this.operations.changePackage(client, serviceId, product, requestedBy));
  }

  async act(action: WantedAction): Promise<RequestedJob> {
    return this.asked(action.serviceId, (client) => this.operations.act(client, action));
  }

  private async asked(serviceId: string, ask: (client: PoolClient) => Promise<RequestedJob>): Promise<RequestedJob> {
    if (!/^\d{1,18}$/.test(serviceId)) throw new PanelError('not_found', `there is no service ${serviceId}`);
    const answer = await inTransaction(this.ports.pool, ask);
    await this.ports.doorbell.ring('provisioning');
    return answer;
  }

  /**
   * Asks once more for what the service is already, in the caller's transaction, who rings when it has committed. Throws as `request`, and
   * `conflict` when the service is not in the state `whileIn` any more or something else is under way.
   */
  async requestAgain(
    client: PoolClient,
    serviceId: string,
    { operation, whileIn }: { readonly operation: string; readonly whileIn?: string },
    requestedBy: string,
  ): Promise<{ readonly jobId: string }> {
    const { state } = await lockService(client, serviceId);
    if (whileIn !== undefined && state !== whileIn) throw new PanelError('conflict', `service ${serviceId} is ${state} by now`);
    if (operation === 'changePackage') return this.operations.repeatPackage(client, serviceId, requestedBy);
    return this.operations.request(client, serviceId, operation, requestedBy, true);
  }

  /** A create job for a service whose first one failed, with reservations of its own. Answers the job. */
  async createAnew(serviceId: string, requestedBy: string): Promise<string> {
    const jobId = await inTransaction(this.ports.pool, async (client) => {
      const service = await lockService(client, serviceId);
      if (service.state !== 'pending') throw new PanelError('conflict', `service ${serviceId} is ${service.state}, so it is not made anew`);
      const { rows: running } = await client.query<{ id: string }>(
        `SELECT id FROM provisioning_job WHERE service_id = $1 AND operation = 'create' AND state IN ${unfinished}`,
        [serviceId],
      );
      if (running[0]) return running[0].id;
      const components = await loadComponents(client, serviceId);
      await requireNotHeld(
        client,
        components.map((one) => one.serverId),
      );
      return (await this.jobs.startCreate(client, serviceId, components, service.order_values, requestedBy)).jobId;
    });
    await this.ports.doorbell.ring('provisioning');
    return jobId;
  }

  private async product(code: string): Promise<ProductFacts> {
    const { rows } = await this.ports.pool.query<ProductFacts>({
      name: 'desk-product',
      text: `SELECT p.id, p.code, coalesce(json_agg(json_build_object('name', c.name, 'extension', c.extension, 'server_group_id', c.server_group_id::text, 'settings', c.settings,
          'connections', c.connections) ORDER BY c.position) FILTER (WHERE c.id IS NOT NULL), '[]') AS components
        FROM product p LEFT JOIN product_component c ON c.product_id = p.id WHERE p.code = $1 AND p.state <> 'retired' GROUP BY p.id`,
      values: [code],
    });
    const product = rows[0];
    if (!product) throw new PanelError('invalid_input', `there is no product '${code}'`, { field: 'product' });
    if (product.components.length === 0)
      throw new PanelError('conflict', `product '${code}' has no component, so there is nothing to deliver`, { field: 'product' });
    return product;
  }

  /** The order's values, checked against the fields of every component's module. */
  private checkOrder(product: ProductFacts, order: JsonObject): JsonObject {
    const fields = Object.assign(
      {},
      ...product.components.map((one) => this.jobs.module(one.extension).order),
    ) as ProvisioningModule['order'];
    return this.ports.modules.check(fields, order, 'order');
  }

  private async place(client: PoolClient, product: ProductFacts, values: JsonObject, order: PlaceOrder): Promise<PlacedOrder | undefined> {
    if (order.external) {
      const known = await findExternal(client, order.external, product, values);
      if (known) return known;
    }
    const { rows: customers } = await client.query<{ id: string }>({
      name: 'desk-customer',
      text: `INSERT INTO customer (email, name) VALUES ($1, $2) ON CONFLICT (lower(email)) DO UPDATE SET email = customer.email RETURNING id`,
      values: [order.customerEmail, order.customerName ?? ''],
    });
    const { rows: services } = await client.query<{ id: string }>({
      name: 'desk-service',
      text: `INSERT INTO service (product_id, customer_id, external_source, external_id, order_values) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id`,
      values: [product.id, customers[0]!.id, order.external?.source ?? null, order.external?.id ?? null, JSON.stringify(values)],
    });
    // Somebody else ordered the same a moment ago; what they made is visible to the next transaction.
    if (!services[0]) return undefined;
    const serviceId = services[0].id;
    for (const component of product.components) {
      const serverId = await placeService(client, component.server_group_id, component.extension);
      await client.query({
        name: 'desk-component',
        text: `INSERT INTO service_component (service_id, name, extension, server_id, settings, connections) VALUES ($1, $2, $3, $4, $5, $6)`,
        values: [
          serviceId,
          component.name,
          component.extension,
          serverId,
          JSON.stringify(component.settings),
          JSON.stringify(component.connections),
        ],
      });
    }
    const { jobId, reserved } = await this.jobs.startCreate(
      client,
      serviceId,
      await loadComponents(client, serviceId),
      values,
      order.requestedBy,
    );
    return { serviceId, jobId, created: true, reserved };
  }
}
