import { Injectable } from '@nestjs/common';
import { isGone, ProvisioningDesk, ServiceStore, type ServiceDetails } from '@hostwright/core';
import { PanelError, type JsonObject } from '@hostwright/sdk';
import { JobWaiter } from '../jobs/index.js';
import { forCallers } from './for-callers.js';
import { resultOf } from './job-result.js';
import { PaymenterPlans, requireLasting, requireUsable, unknownService } from './paymenter-calls.js';
import type { PaymenterAction, PaymenterMapping } from './paymenter-mapping.js';

/** Callers give up after 25 s. */
export const patienceMs = 20_000;

/** What another panel asks of a site that it has ordered: pause, plan, and the buttons of its customers. */
@Injectable()
export class PaymenterSites {
  private readonly mapping: PaymenterMapping;

  constructor(
    { mapping }: PaymenterPlans,
    private readonly desk: ProvisioningDesk,
    private readonly services: ServiceStore,
    private readonly waiter: JobWaiter,
  ) {
    this.mapping = mapping;
  }

  get plans(): string[] {
    return [...this.mapping.plans.keys()];
  }

  /** Asked again for what is so already it is a success. Throws `not_found`, `conflict` while the site is being built. */
  async suspend(serviceId: string, requestedBy: string): Promise<void> {
    const service = await this.find(serviceId);
    requireLasting(service);
    if (service.state !== 'suspended' || service.desiredState !== 'suspended') await this.desk.request(service.id, 'suspend', requestedBy);
  }

  async unsuspend(serviceId: string, requestedBy: string): Promise<void> {
    const service = await this.find(serviceId);
    if (service.state === 'pending') throw new PanelError('conflict', 'this service is still being built');
    requireLasting(service);
    if (service.state !== 'active' || service.desiredState !== 'active') await this.desk.request(service.id, 'unsuspend', requestedBy);
  }

  /** Throws `invalid_input` for an unknown plan, `conflict` when the site cannot become one of it. */
  async upgrade(serviceId: string, plan: string, requestedBy: string): Promise<void> {
    const sold = this.mapping.plans.get(plan);
    if (!sold) throw new PanelError('invalid_input', `plan must be one of ${this.plans.join(', ')}`, { field: 'plan' });
    const service = await this.find(serviceId);
    requireLasting(service);
    await forCallers(() => this.desk.changePackage(service.id, sold.product, requestedBy));
  }

  /** What a call of that name does here. `reading`: asked with GET. Throws `not_found`. */
  action(call: string, reading: boolean): PaymenterAction {
    const action = this.mapping.actions.get(call);
    if (!action || action.reads !== reading) throw new PanelError('not_found', `there is no action '${call}'`);
    return action;
  }

  /**
   * Does the action and answers what it answers, or only that it was taken on when it lasts longer than callers wait.
   * `given`: the request's values. Throws `forbidden` while the service is suspended.
   */
  async act(action: PaymenterAction, serviceId: string, given: Readonly<Record<string, string>>, requestedBy: string): Promise<JsonObject> {
    const service = await this.find(serviceId);
    requireUsable(service);
    const { jobId } = await this.desk.act({
      serviceId: service.id,
      name: action.action,
      component: this.mapping.component,
      input: Object.fromEntries([...action.input].map(([field, from]) => [field, given[from]])),
      requestedBy,
      // Its customers wait in front of that panel.
      byCustomer: true,
    });
    const outcome = await this.waiter.wait(jobId, patienceMs);
    if (!outcome) {
      if (action.reads) throw new PanelError('unavailable', 'the answer takes too long');
      return { success: true };
    }
    const result = resultOf(outcome);
    return { success: true, ...(isObject(result) ? result : {}) };
  }

  private async find(serviceId: string): Promise<ServiceDetails> {
    const service = await this.services.findExternal(this.mapping.source, serviceId);
    if (!service || isGone(service.state)) throw unknownService();
    return service;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
