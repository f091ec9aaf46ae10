import { PanelError, type JsonObject } from '@hostwright/sdk';
import type { Page, PageOf } from '../paging/index.js';

/** - `hidden`: sold, but not shown; `retired`: not sold any more, what runs goes on */
export const productStates = ['active', 'hidden', 'retired'] as const;
export type ProductState = (typeof productStates)[number];

/** The part of a product that one module delivers. */
export interface ProductComponent {
  /** Unique in the product. */
  readonly name: string;
  readonly extension: string;
  readonly serverGroupId: string;
  /** As the module's product fields. */
  readonly settings: JsonObject;
  /** Module kind → server id: what the module reaches through `ctx.dns` and the like. */
  readonly connections: Readonly<Record<string, string>>;
}

/** What is for sale. */
export interface Product {
  readonly id: string;
  /** How orders name it. Never changes. */
  readonly code: string;
  readonly name: string;
  readonly description: string;
  readonly state: ProductState;
  readonly components: readonly ProductComponent[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type NewProduct = Pick<Product, 'code' | 'name' | 'description' | 'state' | 'components'>;

export abstract class ProductStore {
  /** Throws `not_found`. */
  abstract get(id: string): Promise<Product>;
  abstract findByCode(code: string): Promise<Product | undefined>;
  /** Throws `conflict` when the code is taken, `invalid_input` for an unknown server group. */
  abstract add(product: NewProduct): Promise<Product>;
  /** Components, when given, replace all there were; services keep theirs. Throws `not_found`, and `invalid_input` as `add`. */
  abstract change(id: string, change: Partial<Omit<NewProduct, 'code'>>): Promise<Product>;
  abstract list(page: Page, filter: { readonly state?: ProductState }): Promise<PageOf<Product>>;
}

/** Throws `invalid_input` unless there is a component and each has a name of its own. */
export function refuseBadComponents(components: readonly Pick<ProductComponent, 'name'>[]): void {
  if (components.length === 0) throw new PanelError('invalid_input', 'a product needs at least one component', { field: 'components' });
  const seen = new Set<string>();
  components.forEach(({ name }, index) => {
    if (seen.has(name)) throw new PanelError('invalid_input', `two components are named ${name}`, { field: `components.${index}.name` });
    seen.add(name);
  });
}
