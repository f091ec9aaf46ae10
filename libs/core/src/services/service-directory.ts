import { Injectable } from '@nestjs/common';
import type { Json, JsonObject } from '@hostwright/sdk';
import { ownerFilter, type Caller } from '../access/index.js';
import type { Page, PageOf } from '../paging/index.js';
import { hideSecrets } from '../secrets/index.js';
import { ModuleCatalog } from '../servers/index.js';
import { ServiceStore, type ServiceDetails, type ServiceFilter } from './service-store.js';
import type { Service, ServiceComponent } from './service.js';

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
  async get(id: string, caller: Caller): Promise<ServiceDetails> {
    const owner = ownerFilter(caller);
    const service = await this.services.get(id, owner);
    const shown: ServiceDetails = {
      ...service,
      orderValues: hideSecrets(service.orderValues) as JsonObject,
      reserved: hideSecrets(service.reserved) as Readonly<Record<string, JsonObject>>,
      components: service.components.map((component) => ({ ...component, properties: hideSecrets(component.properties) as JsonObject })),
    };
    if (caller.kind !== 'customer') return shown;
    return { ...shown, reserved: {}, components: shown.components.map((component) => this.forCustomer(component)) };
  }

  /** A customer sees the properties declared for customers, and not which server it is on. */
  private forCustomer(component: ServiceComponent): ServiceComponent {
    const fields = this.modules.find(component.extension, 'provisioning')?.properties ?? {};
    const properties: Record<string, Json | undefined> = {};
    for (const [name, value] of Object.entries(component.properties)) {
      const field = fields[name];
      if (field?.shownTo === 'customer' && field.type !== 'secret') properties[name] = value;
    }
    return { name: component.name, extension: '', serverId: '', remoteId: null, properties };
  }
}
