import { Injectable } from '@nestjs/common';
import { DomainStore, hideSecrets, isGone, ProvisioningDesk, ServiceInspector, ServiceStore, type ServiceDetails } from '@hostwright/core';
import { PanelError, type Inspection, type Json, type JsonObject } from '@hostwright/sdk';
import { forCallers, reading } from './for-callers.js';
import type { CreateSite } from './paymenter-input.js';
import { valueAt, type PaymenterMapping } from './paymenter-mapping.js';

/** The mapping, as something that can be injected. */
export class PaymenterPlans {
  constructor(readonly mapping: PaymenterMapping) {}
}

/** More than any plan allows. */
export const mostDomains = 200;

type Values = Readonly<Record<string, JsonObject>>;

/** Translates another panel's calls into orders and operations of ours. */
@Injectable()
export class PaymenterCalls {
  private readonly mapping: PaymenterMapping;

  constructor(
    { mapping }: PaymenterPlans,
    private readonly desk: ProvisioningDesk,
    private readonly services: ServiceStore,
    private readonly inspector: ServiceInspector,
    private readonly domains: DomainStore,
  ) {
    this.mapping = mapping;
  }

  get plans(): string[] {
    return [...this.mapping.plans.keys()];
  }

  /** What was reserved, at once; the site itself is built by a job. */
  async create(site: CreateSite, requestedBy: string): Promise<JsonObject> {
    const plan = this.mapping.plans.get(site.plan);
    if (!plan) throw new PanelError('invalid_input', `plan must be one of ${this.plans.join(', ')}`, { field: 'plan' });
    const order = Object.fromEntries([...this.mapping.order].map(([field, from]) => [field, site[from as keyof CreateSite]]));
    const placed = await forCallers(() =>
      this.desk.placeOrder({
        productCode: plan.product,
        customerEmail: site.email,
        order,
        external: { source: this.mapping.source, id: site.service_id },
        requestedBy,
      }),
    );
    return { success: true, ...this.answerFrom(placed.reserved) };
  }

  /** Asked again it answers the same, also when the site is gone. Throws `not_found` for an id that was never ordered. */
  async remove(serviceId: string, requestedBy: string): Promise<void> {
    const service = await this.find(serviceId);
    if (!isGone(service.state)) await this.desk.request(service.id, 'terminate', requestedBy);
  }

  async status(serviceId: string): Promise<JsonObject> {
    const service = await this.find(serviceId);
    if (isGone(service.state)) throw unknownService();
    const [now, own] = await Promise.all([
      service.state === 'pending' ? undefined : this.inspection(service),
      this.domains.list({ limit: mostDomains }, { serviceId: service.id, state: 'active' }),
    ]);
    return {
      service_id: serviceId,
      ...this.answerFrom(service.reserved),
      ...this.askedFor(service),
      status: now?.state ?? 'provisioning',
      node: now?.node ?? null,
      resources: { cpu: now?.cpuFraction ?? null, memory: now?.memoryBytes ?? null, uptime: now?.uptimeSeconds ?? null },
      domains: [...this.namesOf(service), ...own.items.map(({ name }) => name)],
    };
  }

  private async find(serviceId: string): Promise<ServiceDetails> {
    const service = await this.services.findExternal(this.mapping.source, serviceId);
    if (!service) throw unknownService();
    return service;
  }

  /** Of the component that the answer's values come from. */
  private async inspection(service: ServiceDetails): Promise<Inspection | undefined> {
    const [main] = this.mapping.answer.values();
    const found = await reading(() => this.inspector.inspect(service.id));
    return (found.find(({ name }) => name === main?.component) ?? found[0])?.inspection;
  }

  private answerFrom(reserved: Values): JsonObject {
    return Object.fromEntries(
      [...this.mapping.answer].map(([field, path]) => {
        const value = valueAt(reserved, path);
        if (value !== undefined) return [field, hideSecrets(value)];
        throw new PanelError(
          'invalid_config',
          `the Paymenter configuration answers ${path.component}.${path.name}, which nothing reserves`,
        );
      }),
    );
  }

  /** What was ordered, under the names of the request; not the e-mail address, which `status` does not show. */
  private askedFor(service: ServiceDetails): JsonObject {
    const shown = [...this.mapping.order].filter(([, from]) => from !== 'email');
    return Object.fromEntries(shown.map(([field, from]) => [from, hideSecrets(service.orderValues[field])]));
  }

  /** Those that it was made with. */
  private namesOf({ components }: ServiceDetails): string[] {
    const properties: Values = Object.fromEntries(components.map((component) => [component.name, component.properties]));
    return this.mapping.domains.map((path): Json | undefined => valueAt(properties, path)).filter((name) => typeof name === 'string');
  }
}

/** Refuses what customers ask for while the service cannot do it. Throws `forbidden` while it is suspended, `conflict` while it is built. */
export function requireUsable({ state, desiredState }: Pick<ServiceDetails, 'state' | 'desiredState'>): void {
  if (state === 'suspended' || desiredState === 'suspended') throw new PanelError('forbidden', 'this service is suspended');
  requireBuilt({ state, desiredState });
}

/** Refuses what makes sense only for a service that is there and goes on. Throws `conflict`. */
export function requireBuilt({ state, desiredState }: Pick<ServiceDetails, 'state' | 'desiredState'>): void {
  if (desiredState === 'terminated') throw new PanelError('conflict', 'this service is being deleted');
  if (state === 'pending') throw new PanelError('conflict', 'this service is still being built');
}

export function unknownService(): PanelError {
  return new PanelError('not_found', 'there is no service with this service_id', { field: 'service_id' });
}
