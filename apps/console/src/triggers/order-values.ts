import type { AskedField, Filled } from '../shell/index.js';

/** What providers always say; what else one says is in its extension's README. */
export const alwaysSaid = ['email', 'name', 'quantity', 'plan', 'subject'] as const;

/** Where a value of the order comes from: nowhere, always the same, or what the provider says. */
export interface FilledValue {
  readonly how: 'left' | 'value' | 'from';
  readonly value: string | boolean;
  readonly from: string;
}

export type FilledValues = Readonly<Record<string, FilledValue>>;

/** What a mapping holds already, as a form shows it. */
export function filledValues(orderValues: object): FilledValues {
  return Object.fromEntries(
    Object.entries(orderValues as Record<string, { readonly value?: unknown; readonly from?: string }>).map(([name, { value, from }]) => [
      name,
      from === undefined
        ? { how: 'value', value: typeof value === 'boolean' ? value : String(value), from: '' }
        : { how: 'from', value: '', from },
    ]),
  );
}

/** What a field begins with: what the provider always says by its name is taken from there. */
export function startOf({ name, required, initial }: Pick<AskedField, 'name' | 'required' | 'initial'>): FilledValue {
  const said = alwaysSaid.find((one) => one === name);
  if (said !== undefined) return { how: 'from', value: initial, from: said };
  return { how: required ? 'value' : 'left', value: initial, from: '' };
}

/** The order values as the panel takes them, of the fields that the product asks for. `valuesIn` turns what was typed into values. */
export function orderValuesIn(
  fields: readonly AskedField[],
  filled: FilledValues,
  valuesIn: (fields: readonly AskedField[], filled: Filled) => Record<string, unknown>,
): Record<string, unknown> {
  const given = fields.flatMap((field): [string, unknown][] => {
    const { how, value, from } = filled[field.name] ?? startOf(field);
    if (how === 'from') return from.trim() === '' ? [] : [[field.name, { from: from.trim() }]];
    if (how === 'left') return [];
    const values = valuesIn([field], { [field.name]: value });
    return Object.hasOwn(values, field.name) ? [[field.name, { value: values[field.name] }]] : [];
  });
  return Object.fromEntries(given);
}

/** Whether every field that an order must have comes from somewhere. */
export function areValuesFilled(fields: readonly AskedField[], values: Readonly<Record<string, unknown>>): boolean {
  return fields.every(({ name, required }) => !required || Object.hasOwn(values, name));
}
