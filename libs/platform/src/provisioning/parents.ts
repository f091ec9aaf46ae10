import { PanelError } from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import { loadComponents } from './job-rows.js';
import { lockService, type ServiceRecord } from './service-jobs.js';
import type { ProductFacts } from './product-facts.js';
import type { OutsideComponent } from './wires.js';

/** A service that something is added to. It is locked. */
export interface Parent {
  readonly id: string;
  readonly customerId: string;
  /** What an add-on may be wired from. */
  readonly outside: readonly OutsideComponent[];
  /** Throws `invalid_input` when the product cannot be added to it, `conflict` when nothing can be now. */
  allow(product: ProductFacts): void;
}

/** `ownedBy`: only that customer's. Throws `not_found`. */
export async function lockParent(client: PoolClient, serviceId: string, ownedBy?: string): Promise<Parent> {
  const { state, code, desired_state: desired, customer_id: customerId } = await lockService(client, serviceId, ownedBy);
  return {
    id: serviceId,
    customerId,
    outside: await parentComponents(client, serviceId),
    allow(product) {
      if (!product.addon_of.includes(code))
        throw new PanelError('invalid_input', `'${product.code}' cannot be added to a service of '${code}'`, { field: 'product' });
      if (state !== 'active' || desired !== 'active')
        throw new PanelError(
          'conflict',
          `service ${serviceId} is ${state === 'active' ? `to be ${desired}` : state}, so nothing is added to it`,
        );
    },
  };
}

export async function parentComponents(client: PoolClient, serviceId: string): Promise<readonly OutsideComponent[]> {
  return (await loadComponents(client, serviceId)).map((facts) => ({ of: 'parent', serviceId, facts }));
}

/** Throws `invalid_input` when the service would become an add-on of something that the product cannot be added to, or of nothing, or none any more. */
export async function requireSamePlace(client: PoolClient, { code, parent_id }: ServiceRecord, product: ProductFacts): Promise<void> {
  if (product.code === code) return;
  const refuse = (why: string): never => {
    throw new PanelError('invalid_input', why, { field: 'product' });
  };
  if (parent_id === null) {
    if (product.addon_of.length > 0) refuse(`'${product.code}' is an add-on, and the service is added to none`);
    return;
  }
  const { rows } = await client.query<{ code: string }>(
    `SELECT p.code FROM service s JOIN product p ON p.id = s.product_id WHERE s.id = $1`,
    [parent_id],
  );
  if (!product.addon_of.includes(rows[0]!.code)) refuse(`'${product.code}' cannot be added to a service of '${rows[0]!.code}'`);
}
