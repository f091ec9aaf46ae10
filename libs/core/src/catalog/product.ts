import type { JsonObject } from '@hostwright/sdk';
import type { Page, PageOf } from '../paging/index.js';

/** - `hidden`: sold, but not shown; `retired`: not sold any more, what runs goes on */
export const productStates = ['active', 'hidden', 'retired'] as const;
export type ProductState = (typeof productStates)[number];

/**
 * Where the value of a component's field comes from: what another component of the product leaves, or, in an add-on, a component of the service
 * it is added to. `output`: a property of it, or `remoteId`.
 */
export type InputSource = { readonly component: string; readonly output: string } | { readonly parent: string; readonly output: string };

/** The site that a component works for, such as one that a certificate is installed on: told apart as in `InputSource`. */
export type SiteSource = { readonly component: string } | { readonly parent: string };

/** - `later`: made once the rest is handed over to the customer, such as a certificate whose validation needs the customer */
export const handOvers = ['awaited', 'later'] as const;
export type HandOver = (typeof handOvers)[number];

export const failurePolicies = ['roll back', 'keep for repair'] as const;
export type FailurePolicy = (typeof failurePolicies)[number];

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
  /** Field → where its value comes from. The field is one of the module's order fields, or else of its product fields. */
  readonly inputs: Readonly<Record<string, InputSource>>;
  /** Null: it works for none. */
  readonly site: SiteSource | null;
  readonly handOver: HandOver;
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
  /** What becomes of a service that cannot be made; null: what its modules say, and that is to roll back unless they say otherwise. */
  readonly onFailure: FailurePolicy | null;
  /** Codes of the products to whose services it can be added; it is sold by itself when there is none. */
  readonly addonOf: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type NewProduct = Pick<Product, 'code' | 'name' | 'description' | 'state' | 'components' | 'onFailure' | 'addonOf'>;

export abstract class ProductStore {
  /** Throws `not_found`. */
  abstract get(id: string): Promise<Product>;
  abstract findByCode(code: string): Promise<Product | undefined>;
  /** Throws `conflict` when the code is taken, `invalid_input` for an unknown server group. */
  abstract add(product: NewProduct): Promise<Product>;
  /** Components, when given, replace all there were; services keep theirs. Throws `not_found`, and `invalid_input` as `add`. */
  abstract change(id: string, change: Partial<Omit<NewProduct, 'code'>>): Promise<Product>;
  /** Those with one of the codes, in no order; unknown codes are left out. */
  abstract withCodes(codes: readonly string[]): Promise<readonly Product[]>;
  /** Those in one of the states that can be added to a service of that product, by id. */
  abstract addonsOf(code: string, states: readonly ProductState[]): Promise<readonly Product[]>;
  abstract list(page: Page, filter: { readonly state?: ProductState }): Promise<PageOf<Product>>;
}
