import { Injectable } from '@nestjs/common';
import { isPanelError, PanelError, type JsonObject } from '@hostwright/sdk';
import { AuditLog } from '../audit/index.js';
import { askedAtOrder, ProductStore } from '../catalog/index.js';
import { ModuleCatalog, ServerStore } from '../servers/index.js';
import {
  checkOrderValues,
  constantsOf,
  defaultTriggerPolicy,
  type OrderValue,
  type TriggerMapping,
  type TriggerPolicy,
} from './trigger-mapping.js';
import { TriggerMappingStore } from './trigger-store.js';

export interface WantedMapping {
  readonly serverId: string;
  readonly plan: string;
  readonly product: string;
  readonly orderValues?: JsonObject;
  readonly policy?: Partial<TriggerPolicy>;
  /** As of `TriggerMapping`. */
  readonly addTo?: string | null;
}

/** What is left out stays as it is. */
export type MappingChange = Partial<Omit<WantedMapping, 'serverId'>>;

/** Says which product a provider's plan means. What was ordered already stays as it is until the provider tells of it again. */
@Injectable()
export class TriggerMappings {
  constructor(
    private readonly store: TriggerMappingStore,
    private readonly servers: ServerStore,
    private readonly products: ProductStore,
    private readonly modules: ModuleCatalog,
    private readonly audit: AuditLog,
  ) {}

  /** Throws `invalid_input` naming the field at fault; `conflict` when the plan is mapped. */
  async add(
    { serverId, plan, product, orderValues = {}, policy = {}, addTo = null }: WantedMapping,
    actor: string,
  ): Promise<TriggerMapping> {
    await this.requireServer(serverId);
    const made = await this.store.add({
      serverId,
      plan,
      productCode: product,
      orderValues: await this.checked(product, orderValues, addTo),
      addTo,
      policy: { ...defaultTriggerPolicy, ...policy },
    });
    await this.record(actor, 'added', made);
    return made;
  }

  /** Throws as `add`, and `not_found`. */
  async change(id: string, { plan, product, orderValues, policy, addTo }: MappingChange, actor: string): Promise<TriggerMapping> {
    const before = await this.store.get(id);
    // Another product may ask for other things.
    const values: JsonObject = orderValues ?? { ...before.orderValues };
    const changed = await this.store.change(id, {
      ...(plan !== undefined && { plan }),
      ...(product !== undefined && { productCode: product }),
      ...((product !== undefined || orderValues !== undefined || addTo !== undefined) && {
        orderValues: await this.checked(product ?? before.productCode, values, addTo === undefined ? before.addTo : addTo),
      }),
      ...(addTo !== undefined && { addTo }),
      ...(policy !== undefined && { policy: { ...before.policy, ...policy } }),
    });
    await this.record(actor, 'changed', changed);
    return changed;
  }

  /** Throws `not_found`. */
  async remove(id: string, actor: string): Promise<void> {
    const before = await this.store.get(id);
    await this.store.remove(id);
    await this.record(actor, 'removed', before);
  }

  private async checked(productCode: string, values: JsonObject, addTo: string | null): Promise<Record<string, OrderValue>> {
    const product = await this.products.findByCode(productCode);
    if (!product || product.state === 'retired')
      throw new PanelError('invalid_input', `there is no product ${productCode} for sale`, { field: 'product' });
    if (addTo !== null && product.addonOf.length === 0)
      throw new PanelError('invalid_input', `'${productCode}' is no add-on, so it is added to nothing`, { field: 'addTo' });
    const fields = askedAtOrder(product.components, this.modules);
    const checked = checkOrderValues(values, fields);
    const constants = constantsOf(checked, fields);
    // What is wrong for everybody is said now, and not at each order.
    this.modules.check(
      Object.fromEntries(Object.entries(fields).filter(([name]) => Object.hasOwn(constants, name))),
      constants,
      'orderValues',
    );
    const missing = Object.entries(fields).find(
      ([name, field]) => !Object.hasOwn(checked, name) && !field.optional && !('default' in field && field.default !== undefined),
    );
    if (missing)
      throw new PanelError('invalid_input', `orderValues.${missing[0]} is missing, which every order of ${productCode} needs`, {
        field: `orderValues.${missing[0]}`,
      });
    return checked;
  }

  private async requireServer(id: string): Promise<void> {
    const wrong = (rule: string, cause?: unknown) => new PanelError('invalid_input', rule, { field: 'serverId', cause });
    try {
      const { kind } = await this.servers.get(id);
      if (kind !== 'trigger') throw wrong(`server ${id} is of kind ${kind}, it tells of no subscriptions`);
    } catch (error) {
      if (isPanelError(error) && error.code === 'not_found') throw wrong(`there is no server ${id}`, error);
      throw error;
    }
  }

  private record(actor: string, what: string, { id, serverId, plan, productCode, policy }: TriggerMapping): Promise<void> {
    return this.audit.record({
      actor,
      action: `trigger_mapping.${what}`,
      subject: `trigger_mapping:${id}`,
      details: { serverId, plan, product: productCode, policy: { ...policy } },
    });
  }
}
