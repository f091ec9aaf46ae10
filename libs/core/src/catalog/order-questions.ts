import type { Fields } from '@hostwright/sdk';
import type { ModuleCatalog } from '../servers/index.js';
import { orderFieldsOf } from './order-fields.js';
import type { ProductComponent } from './product.js';

/** What of a component its order fields depend on. */
export type OrderedComponent = Pick<ProductComponent, 'name' | 'extension' | 'inputs'>;

/** What is asked by an order of a product of these components. Throws as `orderFieldsOf`. */
export function askedAtOrder(components: readonly OrderedComponent[], modules: ModuleCatalog): Fields {
  return orderFieldsOf(
    components.map(({ name, extension, inputs }) => ({ name, inputs, order: modules.find(extension, 'provisioning')?.order ?? {} })),
  );
}
