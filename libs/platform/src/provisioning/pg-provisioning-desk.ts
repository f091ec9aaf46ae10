import {
  allowOperation,
  desiredState,
  ProvisioningDesk,
  type Doorbell,
  type ModuleCatalog,
  type PlacedOrder,
  type PlaceOrder,
  type ProgramComponent,
  type Sealer,
} from '@hostwright/core';
import {
  PanelError,
  sdkVersion,
  type Fields,
  type Json,
  type JsonObject,
  type Operation,
  type OperationShape,
  type ProvisioningModule,
} from '@hostwright/sdk';
import type { Pool, PoolClient } from 'pg';
import { placeService } from '../stores/index.js';
import type { InstalledExtensions } from './installed-extensions.js';
import { insertJob, loadComponents, withoutSecrets, type ComponentFacts } from './job-rows.js';
import { takeReservations } from './take-reservations.js';
import { inTransaction } from '../database/index.js';

export interface DeskPorts {
  readonly pool: Pool;
  readonly extensions: InstalledExtensions;
  readonly modules: ModuleCatalog;
  readonly sealer: Sealer;
  readonly doorbell: Doorbell;
  readonly installationId: string;
  readonly randomInteger: (below: number) => number;
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
  constructor(private readonly ports: DeskPorts) {
    super();
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
      return (await this.startCreate(client, serviceId, components, service.order_values, requestedBy)).jobId;
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
    const fields = Object.assign({}, ...product.components.map((one) => this.module(one.extension).order)) as ProvisioningModule['order'];
    return this.ports.modules.check(fields, order, 'order');
  }

  private module(extension: string): ProvisioningModule {
    const module = this.ports.extensions.find(extension)?.extension.provisioning;
    if (!module) throw new PanelError('unsupported', `the extension '${extension}' is not loaded, or does not provision`);
    // They would stand in the order for everybody who may read it.
    const secretField = Object.entries(module.order as Fields).find(([, field]) => field.type === 'secret');
    if (secretField)
      throw new PanelError(
        'unsupported',
        `the extension '${extension}' asks for a secret at checkout ('${secretField[0]}'), which is not taken`,
      );
    return module as ProvisioningModule;
  }

  private async place(client: PoolClient, product: ProductFacts, values: JsonObject, order: PlaceOrder): Promise<PlacedOrder | undefined> {
    if (order.external) {
      const known = await this.findExternal(client, order.external, product, values);
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
    const { jobId, reserved } = await this.startCreate(
      client,
      serviceId,
      await loadComponents(client, serviceId),
      values,
      order.requestedBy,
    );
    return { serviceId, jobId, created: true, reserved };
  }

  private async startCreate(
    client: PoolClient,
    serviceId: string,
    components: readonly ComponentFacts[],
    order: JsonObject,
    requestedBy: string,
  ): Promise<{ jobId: string; reserved: Record<string, JsonObject> }> {
    const { rows } = await client.query<{ id: string }>(`SELECT nextval(pg_get_serial_sequence('provisioning_job', 'id')) AS id`);
    const jobId = rows[0]!.id;
    const requests = components.map((one) => ({
      component: one.name,
      serverId: one.serverId,
      reserve: this.module(one.extension).create.reserve,
      server: withoutSecrets(one.serverSettings),
      product: one.settings,
      order,
    }));
    const taken = await takeReservations(client, requests, { jobId, serviceId }, this.ports.randomInteger);
    await this.insert(client, { jobId, serviceId, operation: 'create', requestedBy, due: true, order, components, taken });
    return { jobId, reserved: Object.fromEntries([...taken].map(([name, values]) => [name, withoutSecrets(values)])) };
  }

  private async insert(
    client: PoolClient,
    job: {
      jobId: string;
      serviceId: string;
      operation: string;
      requestedBy: string;
      due: boolean;
      order: JsonObject;
      components: readonly ComponentFacts[];
      taken: ReadonlyMap<string, Record<string, Json>>;
    },
  ): Promise<void> {
    const owner = `hw-${this.ports.installationId}-${job.serviceId}`;
    const components = job.components.map((one): ProgramComponent => {
      const operation = this.operation(one.extension, job.operation);
      return {
        name: one.name,
        extension: one.extension,
        version: this.ports.extensions.find(one.extension)!.version,
        serverId: one.serverId,
        connections: one.connections,
        product: one.settings,
        order: job.order,
        reserved: this.ports.sealer.seal(job.taken.get(one.name) ?? {}, `program/${owner}`) as JsonObject,
        steps: operation.steps,
      };
    });
    await insertJob(client, { ...job, program: { contract: sdkVersion, owner, components } });
  }

  private operation(extension: string, name: string): Operation<OperationShape> {
    const operation = (this.module(extension) as unknown as Record<string, Operation<OperationShape> | undefined>)[name];
    if (!operation || typeof operation.run !== 'function')
      throw new PanelError('unsupported', `the extension '${extension}' cannot ${name}`);
    return operation;
  }

  /** What an order with the same external id had made. */
  private async findExternal(
    client: PoolClient,
    external: NonNullable<PlaceOrder['external']>,
    product: ProductFacts,
    values: JsonObject,
  ): Promise<PlacedOrder | undefined> {
    const { rows } = await client.query<ServiceRecord>({
      name: 'desk-external',
      text: `SELECT s.id, s.state, s.order_values, p.code FROM service s JOIN product p ON p.id = s.product_id WHERE s.external_source = $1 AND s.external_id = $2`,
      values: [external.source, external.id],
    });
    const service = rows[0];
    if (!service) return undefined;
    const called = `'${external.id}'`;
    if (service.state === 'terminated' || service.state === 'cancelled')
      throw new PanelError('conflict', `service ${called} has ended; order it under another id`);
    if (service.code !== product.code || !sameValues(service.order_values, values))
      throw new PanelError('conflict', `service ${called} was ordered before with other values`);
    const { rows: jobs } = await client.query<{ id: string; state: string }>({
      name: 'desk-create-job',
      text: `SELECT id, state FROM provisioning_job WHERE service_id = $1 AND operation = 'create' ORDER BY id DESC LIMIT 1`,
      values: [service.id],
    });
    const job = jobs[0]!;
    if (job.state === 'failed' || job.state === 'cancelled')
      throw new PanelError('conflict', `setting up service ${called} failed; our staff have been told and will see to it`);
    const { rows: held } = await client.query<{ component: string; name: string; value: string; number: string | null; pool: string }>({
      name: 'desk-held',
      text: `SELECT component, name, value, number, pool FROM reservation WHERE job_id = $1 ORDER BY id`,
      values: [job.id],
    });
    const reserved: Record<string, Record<string, Json>> = {};
    for (const row of held)
      (reserved[row.component] ??= {})[row.name] = row.number !== null && row.value === row.number ? Number(row.number) : row.value;
    return { serviceId: service.id, jobId: job.id, created: false, reserved };
  }

  private async ask(
    client: PoolClient,
    serviceId: string,
    operation: string,
    requestedBy: string,
  ): Promise<{ jobId: string; created: boolean }> {
    const service = await lockService(client, serviceId);
    allowOperation(serviceId, service.state, operation);
    const { rows: jobs } = await client.query<{ id: string; operation: string; state: string }>({
      name: 'desk-unfinished',
      text: `SELECT id, operation, state FROM provisioning_job WHERE service_id = $1 AND state IN ${unfinished} ORDER BY id`,
      values: [serviceId],
    });
    const same = jobs.find((job) => job.operation === operation);
    if (same) return { jobId: same.id, created: false };
    if (operation === 'terminate') {
      const ended = await this.terminateAtOnce(client, serviceId, service.state, jobs.length > 0, requestedBy);
      if (ended) return { jobId: ended, created: false };
      await stopWork(client, serviceId);
    }
    const components = await loadComponents(client, serviceId);
    const { rows } = await client.query<{ id: string }>(`SELECT nextval(pg_get_serial_sequence('provisioning_job', 'id')) AS id`);
    const jobId = rows[0]!.id;
    await this.insert(client, {
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

function sameValues(a: JsonObject, b: JsonObject): boolean {
  const canonical = (value: JsonObject): string => JSON.stringify(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)));
  return canonical(a) === canonical(b);
}
