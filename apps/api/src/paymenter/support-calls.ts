import { Injectable } from '@nestjs/common';
import { isGone, ProvisioningDesk, ServiceStore, type PlacedOrder, type ServiceDetails } from '@hostwright/core';
import { isPanelError, PanelError, type JsonObject } from '@hostwright/sdk';
import { forCallers } from './for-callers.js';
import { PaymenterPlans } from './paymenter-calls.js';
import { valueAt, type SupportMapping } from './paymenter-mapping.js';
import type { CreateSupport } from './support-input.js';

/** The state an operation leads to, and what the other panel calls it. */
const leadsTo = {
  suspend: { state: 'suspended', status: 'SUSPENDED' },
  unsuspend: { state: 'active', status: 'ACTIVE' },
  terminate: { state: 'terminated', status: 'INACTIVE' },
} as const;

export type SupportOperation = keyof typeof leadsTo;

/** Translates another panel's calls about support subscriptions into orders and operations of ours. */
@Injectable()
export class SupportCalls {
  constructor(
    private readonly plans: PaymenterPlans,
    private readonly desk: ProvisioningDesk,
    private readonly services: ServiceStore,
  ) {}

  /** The key is reserved with the order, so it is known at once. Throws `conflict` for an id that was ordered before, by whoever. */
  async create(asked: CreateSupport, requestedBy: string): Promise<JsonObject> {
    const { key } = this.support;
    const placed = await this.place(asked, requestedBy);
    if (!placed.created) throw new PanelError('conflict', 'there is a support subscription with this service_id', { field: 'service_id' });
    const issued = valueAt(placed.reserved, key);
    if (typeof issued !== 'string')
      throw new PanelError('invalid_config', `the Paymenter configuration answers ${key.component}.${key.name}, which nothing reserves`);
    return { success: true, service_id: asked.service_id, support_key: issued, status: 'ACTIVE' };
  }

  /**
   * Asks for the operation and answers the status it leads to; repeating is safe.
   * Throws `not_found`; `conflict` while the subscription is on its way to another state, or has ended.
   */
  async change(serviceId: string, operation: SupportOperation, requestedBy: string): Promise<JsonObject> {
    const { state, status } = leadsTo[operation];
    const service = await this.find(serviceId);
    // It would be taken, only to be overtaken by the end.
    if (operation !== 'terminate' && service.desiredState === 'terminated') throw notNow(service);
    try {
      await this.desk.request(service.id, operation, requestedBy);
    } catch (error) {
      if (!isPanelError(error) || error.code !== 'conflict') throw error;
      // Read again: what another call asked for may have come to its end since.
      const now = await this.services.get(service.id);
      if (isGone(now.state) || now.desiredState !== state) throw notNow(now);
    }
    return { success: true, service_id: serviceId, status };
  }

  private get support(): SupportMapping {
    const { support } = this.plans.mapping;
    if (!support) throw new PanelError('invalid_config', 'the Paymenter configuration does not say what a support subscription is');
    return support;
  }

  private place(asked: CreateSupport, requestedBy: string): Promise<PlacedOrder> {
    const { source, product, order } = this.support;
    return forCallers(() =>
      this.desk.placeOrder({
        productCode: product,
        customerEmail: asked.email,
        customerName: `${asked.firstname} ${asked.lastname}`,
        order: Object.fromEntries([...order].map(([field, from]) => [field, asked[from as keyof CreateSupport]])),
        external: { source, id: asked.service_id },
        requestedBy,
      }),
    );
  }

  private async find(serviceId: string): Promise<ServiceDetails> {
    const service = await this.services.findExternal(this.support.source, serviceId);
    if (!service) throw new PanelError('not_found', 'there is no support subscription with this service_id', { field: 'service_id' });
    return service;
  }
}

function notNow({ state, desiredState }: ServiceDetails): PanelError {
  if (isGone(state) || desiredState === 'terminated') return new PanelError('conflict', 'this support subscription has ended');
  const why = state === 'pending' ? 'still being set up' : 'just being changed';
  return new PanelError('conflict', `this support subscription is ${why}; try again in a moment`);
}
