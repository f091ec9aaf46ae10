import { Injectable } from '@nestjs/common';
import { isGone, ProvisioningDesk, ServiceInspector, ServiceStore, type ServiceDetails } from '@hostwright/core';
import { PanelError, type Json, type JsonObject } from '@hostwright/sdk';
import { JobWaiter } from '../jobs/index.js';
import { forCallers, reading } from './for-callers.js';
import { resultOf } from './job-result.js';
import { PaymenterPlans, requireBuilt, requireUsable, unknownService } from './paymenter-calls.js';
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
    private readonly inspector: ServiceInspector,
  ) {
    this.mapping = mapping;
  }

  get plans(): string[] {
    return [...this.mapping.plans.keys()];
  }

  /** Asked again for what is so already it is a success. Throws `not_found`, `conflict` while the site is being built. */
  async suspend(serviceId: string, requestedBy: string): Promise<void> {
    const service = await this.find(serviceId);
    requireBuilt(service);
    if (service.state !== 'suspended' || service.desiredState !== 'suspended') await this.desk.request(service.id, 'suspend', requestedBy);
  }

  /** Throws as `suspend`. */
  async unsuspend(serviceId: string, requestedBy: string): Promise<void> {
    const service = await this.find(serviceId);
    requireBuilt(service);
    if (service.state !== 'active' || service.desiredState !== 'active') await this.desk.request(service.id, 'unsuspend', requestedBy);
  }

  /** Throws `invalid_input` for an unknown plan, `conflict` when the site cannot become one of it. */
  async upgrade(serviceId: string, plan: string, requestedBy: string): Promise<void> {
    const sold = this.mapping.plans.get(plan);
    if (!sold) throw new PanelError('invalid_input', `plan must be one of ${this.plans.join(', ')}`, { field: 'plan' });
    const service = await this.find(serviceId);
    requireBuilt(service);
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
    const { component } = this.mapping;
    const input = Object.fromEntries([...action.input].map(([field, from]) => [field, given[from]]));
    if (action.reads) {
      const question = { action: action.action, component, input, byCustomer: true };
      return successWith(await reading(() => this.inspector.ask(service.id, question)));
    }
    const { jobId } = await this.desk.act({
      serviceId: service.id,
      name: action.action,
      component,
      input,
      requestedBy,
      // Its customers wait in front of that panel.
      byCustomer: true,
    });
    const outcome = await this.waiter.wait(jobId, patienceMs);
    return successWith(outcome ? resultOf(outcome) : null);
  }

  private async find(serviceId: string): Promise<ServiceDetails> {
    const service = await this.services.findExternal(this.mapping.source, serviceId);
    if (!service || isGone(service.state)) throw unknownService();
    return service;
  }
}

/** With what was answered, where that has names. */
function successWith(answer: Json): JsonObject {
  return { success: true, ...(isObject(answer) ? answer : {}) };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
