import { Injectable } from '@nestjs/common';
import type { Json, JsonObject } from '@hostwright/sdk';
import { ownerFilter, type Caller } from '../access/index.js';
import type { Page, PageOf } from '../paging/index.js';
import { hideSecrets } from '../secrets/index.js';
import { ModuleCatalog, type ActionDescription } from '../servers/index.js';
import { ServiceStore, type ServiceDetails, type ServiceFilter } from './service-store.js';
import { componentState, type ComponentState, type Service, type ServiceComponent } from './service.js';

/** A component as the caller may see it: customers see its name and what was declared for them. */
export type ShownComponent = Pick<ServiceComponent, 'name' | 'properties' | 'expiresAt'> &
  Partial<ServiceComponent> & { readonly state: ComponentState };

/** A service as the caller may see it. */
export type ShownService = Omit<ServiceDetails, 'components' | 'reserved'> & {
  readonly components: readonly ShownComponent[];
  /** For staff and programs. */
  readonly reserved?: ServiceDetails['reserved'];
};

/** A button that the caller is shown. */
export interface ShownAction extends Omit<ActionDescription, 'input' | 'shownTo'> {
  readonly component: string;
  /** JSON Schema of what is asked when it is pressed. */
  readonly input: JsonObject;
  /** Possible in the state the service is in. */
  readonly possible: boolean;
}

/** Shows services to those who may see them, and of each what they may see. */
@Injectable()
export class ServiceDirectory {
  constructor(
    private readonly services: ServiceStore,
    private readonly modules: ModuleCatalog,
  ) {}

  async list(page: Page, filter: ServiceFilter, caller: Caller): Promise<PageOf<Service>> {
    const owner = ownerFilter(caller);
    const found = await this.services.list(page, owner === undefined ? filter : { ...filter, customerId: owner });
    return { ...found, items: found.items.map((service) => ({ ...service, orderValues: hideSecrets(service.orderValues) as JsonObject })) };
  }

  /** Throws `not_found`, also for somebody else's. */
  async get(id: string, caller: Caller): Promise<ShownService> {
    const owner = ownerFilter(caller);
    const service = await this.services.get(id, owner);
    const { components, reserved, ...rest } = { ...service, orderValues: hideSecrets(service.orderValues) as JsonObject };
    if (caller.kind === 'customer')
      return { ...rest, components: components.map((component) => this.forCustomer(component, service.state)) };
    return {
      ...rest,
      components: components.map((component) => ({
        ...component,
        state: componentState(component, service.state),
        properties: hideSecrets(component.properties) as JsonObject,
      })),
      reserved: hideSecrets(reserved) as ServiceDetails['reserved'],
    };
  }

  /** What the caller may press. Throws `not_found`, also for somebody else's. */
  async actions(id: string, caller: Caller): Promise<readonly ShownAction[]> {
    const { components, state } = await this.services.get(id, ownerFilter(caller));
    // What was not made, or not yet, has no buttons.
    const there = state === 'pending' ? components : components.filter(({ remoteId }) => remoteId !== null);
    return there.flatMap(({ name: component, extension }) =>
      (this.modules.find(extension, 'provisioning')?.actions ?? [])
        .filter(({ shownTo }) => shownTo === 'customer' || caller.kind !== 'customer')
        .map(({ name, label, input, confirm, when }) => ({
          component,
          name,
          label,
          input: this.modules.schemaOf(input),
          confirm,
          when,
          possible: when.includes(state),
        })),
    );
  }

  /** Not which server it is on, and of what create left on it only what was declared for customers. */
  private forCustomer({ name, extension, remoteId, properties, expiresAt }: ServiceComponent, service: Service['state']): ShownComponent {
    const fields = this.modules.find(extension, 'provisioning')?.properties ?? {};
    const shown: Record<string, Json | undefined> = {};
    for (const [property, value] of Object.entries(properties)) {
      const field = fields[property];
      if (field?.shownTo === 'customer' && field.type !== 'secret') shown[property] = hideSecrets(value);
    }
    return { name, state: componentState({ remoteId }, service), properties: shown, expiresAt };
  }
}
