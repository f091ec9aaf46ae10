import type { Page, PageOf } from '../paging/index.js';

/** Somebody who buys. */
export interface Customer {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly createdAt: Date;
}

export abstract class CustomerStore {
  /** Throws `not_found`. */
  abstract get(id: string): Promise<Customer>;
  /** Throws `conflict` when the address, whatever its case, is taken. */
  abstract add(customer: Pick<Customer, 'email' | 'name'>): Promise<Customer>;
  /** Throws `not_found`, and `conflict` as `add`. */
  abstract change(id: string, change: Partial<Pick<Customer, 'email' | 'name'>>): Promise<Customer>;
  abstract list(page: Page, filter: { readonly email?: string }): Promise<PageOf<Customer>>;
}
