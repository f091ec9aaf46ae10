import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@hostwright/sdk';
import { ownerFilter, type Caller } from '../access/index.js';
import { neededOfParent, orderFieldsOf, ProductStore, type Product } from '../catalog/index.js';
import { ModuleCatalog } from '../servers/index.js';
import { ServiceStore } from './service-store.js';

/** A product that can be added to a service. */
export interface Addon extends Pick<Product, 'code' | 'name' | 'description'> {
  /** JSON Schema of what is asked when it is ordered. */
  readonly order: JsonObject;
}

/** Shows what can be added to services. */
@Injectable()
export class AddonDirectory {
  constructor(
    private readonly services: ServiceStore,
    private readonly products: ProductStore,
    private readonly modules: ModuleCatalog,
  ) {}

  /** Nothing unless the service is active. What needs an extension that is not loaded, or a component that is not there, is left out. Throws `not_found`, also for somebody else's. */
  async of(serviceId: string, caller: Caller): Promise<readonly Addon[]> {
    const { productCode, state, desiredState, components } = await this.services.get(serviceId, ownerFilter(caller));
    if (state !== 'active' || desiredState !== 'active') return [];
    const products = await this.products.addonsOf(productCode, ['active']);
    const there = new Set(components.flatMap(({ name, remoteId }) => (remoteId === null ? [] : [name])));
    return products.flatMap((product) => {
      const order = neededOfParent(product).every((name) => there.has(name)) ? this.asked(product) : undefined;
      return order ? [{ code: product.code, name: product.name, description: product.description, order }] : [];
    });
  }

  private asked({ components }: Product): JsonObject | undefined {
    const asking = components.map(({ name, inputs, extension }) => ({
      name,
      inputs,
      order: this.modules.find(extension, 'provisioning')?.order,
    }));
    const loaded = asking.flatMap(({ order, ...one }) => (order ? [{ ...one, order }] : []));
    return loaded.length < asking.length ? undefined : this.modules.schemaOf(orderFieldsOf(loaded));
  }
}
