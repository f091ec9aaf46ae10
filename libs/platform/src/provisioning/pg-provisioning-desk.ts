import {
  ProvisioningDesk,
  type Doorbell,
  type ModuleCatalog,
  type PlaceAddon,
  type PlacedOrder,
  type PlaceOrder,
  type RequestedJob,
  type WantedAction,
  type WantedPassword,
} from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../database/index.js';
import { requireNotHeld } from '../stores/index.js';
import { ChildrenAlong } from './children-along.js';
import { JobMaking, type JobMakingPorts } from './job-making.js';
import { loadComponents } from './job-rows.js';
import { requestPassword } from './password-request.js';
import { OperationRequests } from './operation-requests.js';
import { lockService } from './service-jobs.js';
import { unfinished, unfinishedOf } from './unfinished-jobs.js';
import { ensureCustomer, OrderTaking, type ForWhom, type Ordered } from './order-taking.js';
import { lockParent, parentComponents } from './parents.js';
import { loadProduct, type ProductFacts } from './product-facts.js';

export interface DeskPorts extends JobMakingPorts {
  readonly pool: Pool;
  readonly modules: ModuleCatalog;
  readonly doorbell: Doorbell;
}

/** Orders and operations, taken in one transaction each. Nothing is asked of a provider here. */
export class PgProvisioningDesk extends ProvisioningDesk {
  private readonly jobs: JobMaking;
  private readonly operations: OperationRequests;
  private readonly orders: OrderTaking;
  private readonly children: ChildrenAlong;

  constructor(private readonly ports: DeskPorts) {
    super();
    this.jobs = new JobMaking(ports);
    this.operations = new OperationRequests(this.jobs, ports.modules);
    this.orders = new OrderTaking(this.jobs, ports.modules);
    this.children = new ChildrenAlong(this.jobs);
  }

  async placeOrder(order: PlaceOrder): Promise<PlacedOrder> {
    const product = await this.product(order.productCode);
    if (product.addon_of.length > 0)
      throw new PanelError('invalid_input', `'${product.code}' is an add-on; it is ordered for a service`, { field: 'product' });
    return this.placed(product, order, async (client) => ({ customerId: () => ensureCustomer(client, order) }));
  }

  async placeAddon(order: PlaceAddon): Promise<PlacedOrder> {
    const { parentId, ownedBy, productCode } = order;
    if (!/^\d{1,18}$/.test(parentId)) throw new PanelError('not_found', `there is no service ${parentId}`);
    const product = await this.product(productCode);
    return this.placed(product, order, async (client) => {
      const parent = await lockParent(client, parentId, ownedBy);
      return { customerId: async () => parent.customerId, parent };
    });
  }

  private async placed(product: ProductFacts, order: Ordered, forWhom: (client: PoolClient) => Promise<ForWhom>): Promise<PlacedOrder> {
    const values = this.orders.check(product, order.order);
    for (;;) {
      const placed = await inTransaction(this.ports.pool, async (client) =>
        this.orders.take(client, product, { ...order, order: values }, await forWhom(client)),
      );
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

  async changePassword(wanted: WantedPassword): Promise<RequestedJob> {
    const { randomInteger } = this.ports;
    return this.asked(wanted.serviceId, (client) => requestPassword(client, this.jobs, wanted, randomInteger));
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

  /**
   * A create job for a service whose first one failed, or for what is missing of one that is in use, with reservations of its own. Answers the
   * job. Throws `conflict` when nothing is to be made.
   */
  async createAnew(serviceId: string, requestedBy: string): Promise<string> {
    const jobId = await inTransaction(this.ports.pool, async (client) => {
      const service = await lockService(client, serviceId);
      const inUse = service.state === 'active' || service.state === 'suspended';
      if (inUse ? service.desired_state === 'terminated' : service.state !== 'pending')
        throw new PanelError('conflict', `service ${serviceId} is ${service.state}, so it is not made anew`);
      const { rows: running } = await client.query<{ id: string }>(
        `SELECT id FROM provisioning_job WHERE service_id = $1 AND operation = 'create' AND state IN ${unfinished}`,
        [serviceId],
      );
      if (running[0]) return running[0].id;
      const all = await loadComponents(client, serviceId);
      const components = inUse ? all.filter(({ remoteId }) => remoteId === null) : all;
      if (components.length === 0) throw new PanelError('conflict', `service ${serviceId} is there as a whole`);
      await requireNotHeld(
        client,
        components.map((one) => one.serverId),
      );
      const busy = await unfinishedOf(client, serviceId);
      // What is missing is made as the product has it that the service is then.
      const changing = busy.find(({ operation }) => operation === 'changePackage');
      if (changing)
        throw new PanelError('conflict', `service ${serviceId} is becoming another product; try again when job ${changing.id} is over`);
      const { order_values: order, on_failure: onFailure } = service;
      const made = await this.jobs.startCreate(client, {
        serviceId,
        components,
        order,
        requestedBy,
        onFailure,
        due: !inUse || busy.length === 0,
        handedOver: inUse,
        parentId: service.parent_id,
        outside: [
          ...all.filter((one) => !components.includes(one)).map((facts) => ({ of: 'service' as const, serviceId, facts })),
          ...(service.parent_id === null ? [] : await parentComponents(client, service.parent_id)),
        ],
      });
      if (!inUse) await this.children.suspendBehind(client, service, requestedBy);
      return made.jobId;
    });
    await this.ports.doorbell.ring('provisioning');
    return jobId;
  }

  private product(code: string): Promise<ProductFacts> {
    return loadProduct(this.ports.pool, code);
  }
}
