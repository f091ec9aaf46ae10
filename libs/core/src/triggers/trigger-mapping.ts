import { PanelError, type Fields, type Json, type JsonObject } from '@hostwright/sdk';
import type { OrderedComponent } from '../catalog/index.js';

/** What is done with a service when the provider says that it is not paid any more. */
export const triggerActions = ['nothing', 'suspend', 'terminate'] as const;
export type TriggerAction = (typeof triggerActions)[number];

/** By what the provider says; see `TriggerState`. */
export interface TriggerPolicy {
  readonly overdue: TriggerAction;
  readonly unpaid: TriggerAction;
  readonly refunded: TriggerAction;
  readonly ended: TriggerAction;
}

export const defaultTriggerPolicy: TriggerPolicy = { overdue: 'nothing', unpaid: 'suspend', refunded: 'suspend', ended: 'terminate' };

/** A value of the order: always the same, or taken from what the provider says. */
export type OrderValue = { readonly value: Json } | { readonly from: string };

/** What a provider's plan means here. */
export interface TriggerMapping {
  readonly id: string;
  readonly serverId: string;
  /** One of the names of what was bought: a plan's code, a price's id. Unique on the server. */
  readonly plan: string;
  readonly productCode: string;
  /** By the name of the product's order field. */
  readonly orderValues: Readonly<Record<string, OrderValue>>;
  readonly policy: TriggerPolicy;
  /**
   * Of an add-on: the name of what the provider says, such as `metadata.service`, that is the number or the subject of the service it is added
   * to. Null: the only one of the customer that it can be added to.
   */
  readonly addTo: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A mapping with the components of its product. */
export interface OrderMapping extends TriggerMapping {
  readonly components: readonly OrderedComponent[];
  /** Codes of the products that its product is added to; none: it stands for itself. */
  readonly addonOf: readonly string[];
}

/** Whether the mapping makes use of how many were bought. */
export function usesQuantity({ orderValues }: Pick<TriggerMapping, 'orderValues'>): boolean {
  return Object.values(orderValues).some((value) => 'from' in value && value.from === 'quantity');
}

/** How many a service was ordered for: one, unless the mapping puts their number into a value, of which it is the first. */
export function orderedQuantity({ orderValues }: Pick<TriggerMapping, 'orderValues'>, ordered: JsonObject): Json | undefined {
  const [name] = Object.entries(orderValues).find(([, value]) => 'from' in value && value.from === 'quantity') ?? [];
  // Ordered before the mapping had it so.
  return name === undefined ? 1 : ordered[name];
}

/**
 * Order values as they are stored. Throws `invalid_input`, its field being `orderValues.<name>`, for one that the product does not ask for,
 * or that says neither `value` nor `from`.
 */
export function checkOrderValues(given: JsonObject, fields: Fields): Record<string, OrderValue> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const wrong = (rule: string) => new PanelError('invalid_input', `orderValues.${name} ${rule}`, { field: `orderValues.${name}` });
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (!field) throw wrong('is nothing that the product asks for');
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      const { from, value: constant, ...rest } = (isObject ? value : {}) as JsonObject;
      if ((from === undefined) === (constant === undefined) || Object.keys(rest).length > 0)
        throw wrong('must be an object with either value or from');
      if (from === undefined) {
        if (field.type === 'secret') throw wrong('is a secret, which cannot be the same for everybody');
        return [name, { value: constant as Json }];
      }
      if (typeof from !== 'string' || from === '' || from.length > 200) throw wrong('must name in from what it is taken from');
      return [name, { from }];
    }),
  );
}

/**
 * The order's values. What the provider does not say is left out, so that the order is refused where it must be there. Texts become
 * numbers and yes or no where the product asks for those: providers keep their own fields as text.
 */
export function orderValuesOf(
  orderValues: TriggerMapping['orderValues'],
  known: Readonly<Record<string, string | number | boolean | null>>,
  fields: Fields,
): JsonObject {
  const values: Record<string, Json> = {};
  for (const [name, wanted] of Object.entries(orderValues)) {
    const value = 'from' in wanted ? (Object.hasOwn(known, wanted.from) ? known[wanted.from] : undefined) : wanted.value;
    if (value !== undefined && value !== null && value !== '') values[name] = as(fields[name]?.type, value);
  }
  return values;
}

/** The values that are the same for everybody, as an order has them. */
export function constantsOf(orderValues: TriggerMapping['orderValues'], fields: Fields): JsonObject {
  return Object.fromEntries(
    Object.entries(orderValues).flatMap(([name, wanted]) => ('value' in wanted ? [[name, as(fields[name]?.type, wanted.value)]] : [])),
  );
}

function as(type: string | undefined, value: Json): Json {
  if (type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  if (type !== 'integer' && type !== 'boolean' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  return value;
}
