import type { PlacedInputs } from '@hostwright/core';
import { isPanelError, isSecret, PanelError, type Fields, type JsonObject, type ProvisioningModule } from '@hostwright/sdk';
import { validateFields } from '../fields/index.js';

/** Per module: sets of wired fields, so that each is compiled once. */
const known = new WeakMap<Fields, Map<string, Fields>>();

/**
 * Values of wired fields, secrets marked, checked and put among the order's fields, or else the product's. One that is undefined was not left.
 * Throws `invalid_config`; no message holds a value.
 */
export function placeInputs(
  { order, product }: Pick<ProvisioningModule, 'order' | 'product'>,
  values: JsonObject,
  extension: string,
): PlacedInputs {
  const names = Object.keys(values);
  const stray = names.find((name) => !Object.hasOwn(order, name) && !Object.hasOwn(product, name));
  if (stray !== undefined) throw new PanelError('invalid_config', `'${extension}' has no field '${stray}' any more, which is wired`);
  const ofOrder = names.filter((name) => Object.hasOwn(order, name));
  const ofProduct = names.filter((name) => !Object.hasOwn(order, name));
  return { order: checked(order, ofOrder, values, extension), product: checked(product, ofProduct, values, extension) };
}

function checked(fields: Fields, names: readonly string[], values: JsonObject, extension: string): JsonObject {
  if (names.length === 0) return {};
  const plain = Object.fromEntries(names.map((name) => [name, isSecret(values[name]) ? values[name].$secret : values[name]]));
  let valid: JsonObject;
  try {
    valid = validateFields(subset(fields, names), plain, { path: 'inputs' }) as JsonObject;
  } catch (error) {
    if (!isPanelError(error)) throw error;
    throw new PanelError('invalid_config', `what '${extension}' is wired with does not fit: ${error.message}`, { cause: error });
  }
  // Marked as before; and what a secret field is given is a secret from then on.
  return Object.fromEntries(
    Object.entries(valid).map(([name, value]) => [
      name,
      fields[name]?.type === 'secret' && typeof value === 'string' ? { $secret: value } : value,
    ]),
  );
}

function subset(fields: Fields, names: readonly string[]): Fields {
  const sets = known.get(fields) ?? new Map<string, Fields>();
  known.set(fields, sets);
  const key = names.join();
  const found = sets.get(key) ?? Object.fromEntries(names.map((name) => [name, fields[name]!]));
  sets.set(key, found);
  return found;
}
