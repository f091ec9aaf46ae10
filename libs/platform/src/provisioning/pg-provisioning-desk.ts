import {
  allowOperation,
  desiredState,
  ProvisioningDesk,
  type Doorbell,
  type ModuleCatalog,
  type PlacedOrder,
  type PlaceOrder,
} from '@hostwright/core';
import { PanelError, type JsonObject, type ProvisioningModule } from '@hostwright/sdk';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../database/index.js';
import { placeService } from '../stores/index.js';
import { findExternal } from './external-orders.js';
import { JobMaking, type JobMakingPorts } from './job-making.js';
import { loadComponents, nextJobId } from './job-rows.js';

export interface DeskPorts extends JobMakingPorts {
  readonly pool: Pool;
  readonly modules: ModuleCatalog;
  readonly doorbell: Doorbell;
}

interface ProductFacts {
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

interface ServiceRecord {
  id: string;
  state: string;
  code: string;
  order_values: JsonObject;
}

const unfinished = `('pending', 'in_progress', 'waiting', 'rolling_back', 'needs_operator')`;

/** Orders and operations, taken in one transaction each. Nothing is asked of a provider here. */
export class PgProvisioningDesk extends ProvisioningDesk {
  private readonly jobs: JobMaking;

  constructor(private readonly ports: DeskPorts) {
    super();
    this.jobs = new JobMaking(ports);
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

  async request(serviceId: string, operation: string, requestedBy: string): Promise<{ readonly jobId: string; readonly created: boolean }> {
    if (!/^\d{1,18}$/.test(serviceId)) throw new PanelError('not_found', `there is no service ${serviceId}`);
    const answer = await inTransaction(this.ports.pool, (client) => this.ask(client, serviceId, operation, requestedBy));
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
    return this.ask(client, serviceId, operation, requestedBy, true);
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
      throw new PanelError('conflict', `product '${code}' has no component, so there is nothing to deliver`);
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

  private async ask(
    client: PoolClient,
    serviceId: string,
    operation: string,
    requestedBy: string,
    again = false,
  ): Promise<{ jobId: string; created: boolean }> {
    const service = await lockService(client, serviceId);
    allowOperation(serviceId, service.state, operation, again);
    const { rows: jobs } = await client.query<{ id: string; operation: string; state: string }>({
      name: 'desk-unfinished',
      text: `SELECT id, operation, state FROM provisioning_job WHERE service_id = $1 AND state IN ${unfinished} ORDER BY id`,
      values: [serviceId],
    });
    const same = jobs.find((job) => job.operation === operation);
    if (same) return { jobId: same.id, created: false };
    if (again && jobs[0])
      throw new PanelError('conflict', `job ${jobs[0].id} of service ${serviceId} is under way; look again when it is over`);
    if (operation === 'terminate') {
      const ended = await this.terminateAtOnce(client, serviceId, service.state, jobs.length > 0, requestedBy);
      if (ended) return { jobId: ended, created: false };
      await stopWork(client, serviceId);
    }
    const components = await loadComponents(client, serviceId);
    const jobId = await nextJobId(client);
    await this.jobs.insert(client, {
      jobId,
      serviceId,
      operation,
      requestedBy,
      due: jobs.length === 0,
      order: service.order_values,
      components,
      taken: new Map(),
    });
    const desired = desiredState(operation);
    if (desired)
      await client.query({
        name: 'desk-desired',
        text: `UPDATE service SET desired_state = $2 WHERE id = $1`,
        values: [serviceId, desired],
      });
    return { jobId, created: true };
  }

  /** Ends a service of which there is nothing: over already, or never delivered and nobody at work on it. Answers its last job. */
  private async terminateAtOnce(
    client: PoolClient,
    serviceId: string,
    state: string,
    busy: boolean,
    requestedBy: string,
  ): Promise<string | undefined> {
    const over = state === 'terminated' || state === 'cancelled';
    if (!over && (busy || state !== 'pending')) return undefined;
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM provisioning_job WHERE service_id = $1 ORDER BY id DESC LIMIT 1`, [
      serviceId,
    ]);
    if (!over) {
      await client.query(`UPDATE service SET state = 'cancelled', state_since = now(), desired_state = 'terminated' WHERE id = $1`, [
        serviceId,
      ]);
      await client.query(
        `UPDATE reservation SET free_at = now() + interval '24 hours' WHERE service_id = $1 AND free_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM provisioning_job p WHERE p.id = reservation.job_id AND p.phase = 'looking')`,
        [serviceId],
      );
      await client.query(
        `UPDATE operator_task SET state = 'resolved', resolved_at = now(), resolved_by = $2, resolution = 'the service was cancelled' WHERE service_id = $1 AND state = 'open' AND kind <> 'not_undone'`,
        [serviceId, requestedBy],
      );
    }
    return rows[0]?.id;
  }
}

async function lockService(client: PoolClient, serviceId: string): Promise<ServiceRecord> {
  const { rows } = await client.query<ServiceRecord>({
    name: 'desk-lock-service',
    text: `SELECT s.id, s.state, s.order_values, p.code FROM service s JOIN product p ON p.id = s.product_id WHERE s.id = $1 FOR NO KEY UPDATE OF s`,
    values: [serviceId],
  });
  if (!rows[0]) throw new PanelError('not_found', `there is no service ${serviceId}`);
  return rows[0];
}

/** Asks what is under way for the service to stop at its next step boundary and undo what it did. One that waits for a person is turned round. */
async function stopWork(client: PoolClient, serviceId: string): Promise<void> {
  // What is now tried once more is asked of people again should it fail again.
  await client.query({
    name: 'desk-tried-again',
    text: `UPDATE operator_task t SET state = 'resolved', resolved_at = now(), resolved_by = 'system', resolution = 'undone once more when the service was cancelled'
      FROM provisioning_job p WHERE p.service_id = $1 AND p.state = 'needs_operator' AND p.phase = 'undoing' AND t.job_id = p.id AND t.state = 'open' AND t.kind = 'not_undone'
        AND NOT EXISTS (SELECT 1 FROM provisioning_step s WHERE s.job_id = t.job_id AND s.key = t.step_key AND s.state = 'undone')`,
    values: [serviceId],
  });
  await client.query({
    name: 'desk-stop',
    text: `UPDATE provisioning_job SET stop_requested_at = coalesce(stop_requested_at, now()),
        failure = CASE WHEN state = 'needs_operator' AND phase IN ('forward', 'settling') THEN '{"code": "stopped", "message": "the service was cancelled"}'::jsonb ELSE failure END,
        phase = CASE WHEN state = 'needs_operator' AND phase = 'forward' THEN 'settling' ELSE phase END,
        wake_at = CASE WHEN worker_id IS NULL THEN now() ELSE wake_at END,
        state = CASE WHEN state = 'needs_operator' AND phase IN ('forward', 'settling') THEN 'waiting' WHEN state = 'needs_operator' AND phase = 'undoing' THEN 'rolling_back' ELSE state END
      WHERE service_id = $1 AND state IN ${unfinished}`,
    values: [serviceId],
  });
}
