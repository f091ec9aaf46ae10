import type { ComponentDates } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';

type Asked = (args: { readonly product: JsonObject; readonly properties: JsonObject }) => unknown;

/** What a module says of the dates of what it left; undefined when it says nothing. Throws a plain `Error`: one that answers no dates has a bug. */
export function datesOf(module: object, product: JsonObject, properties: JsonObject, extension: string): ComponentDates | undefined {
  const asked = (module as { readonly dates?: Asked }).dates;
  if (typeof asked !== 'function') return undefined;
  const { expiresAt, upkeepAt } = (asked.call(module, { product, properties }) ?? {}) as Record<string, unknown>;
  const date = (value: unknown, name: string): string | null => {
    if (value === undefined) return null;
    if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value) || Number.isNaN(Date.parse(value)))
      throw new Error(`'${extension}' told of a component's dates a ${name} that is none`);
    return new Date(value).toISOString();
  };
  return { expiresAt: date(expiresAt, 'expiresAt'), upkeepAt: date(upkeepAt, 'upkeepAt') };
}
