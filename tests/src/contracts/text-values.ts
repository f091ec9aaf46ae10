import type { JsonSchema } from './operation.js';

/** A text of a form or query, several of one name, or what names such as `a.b` and `a[b]` hold together. */
export type TextValue = string | readonly string[] | { readonly [name: string]: TextValue };

/**
 * Pairs of a form or query as one object. `name.exact` and `list[0]` are taken to pieces where the schema knows the first part and not
 * the whole.
 */
export function collect(pairs: Iterable<readonly [string, string]>, schema: JsonSchema): Record<string, TextValue> {
  const collected: Record<string, TextValue> = {};
  for (const [name, value] of pairs) {
    const parts = name.split(/[.[\]]+/).filter((part) => part !== '');
    const isNested = parts.length > 0 && parts[0] !== name && schema.properties?.[name] === undefined;
    put(collected, isNested && schema.properties?.[parts[0]!] !== undefined ? parts : [name], value);
  }
  return collected;
}

function put(into: Record<string, TextValue>, [name = '', ...rest]: readonly string[], value: string): void {
  const before = Object.hasOwn(into, name) ? into[name] : undefined;
  if (rest.length > 0) {
    const inner = typeof before === 'object' && !Array.isArray(before) ? { ...(before as Record<string, TextValue>) } : {};
    put(inner, rest, value);
    into[name] = inner;
  } else if (before === undefined) into[name] = value;
  else into[name] = [...(Array.isArray(before) ? (before as string[]) : [String(before)]), value];
}

/** What a text stands for where the schema wants a number, a list or the like. A text that is none stays one, to be complained of. */
export function typed(value: TextValue, schema: JsonSchema): unknown {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    const readings = choices.map((choice) => [choice, typed(value, choice)] as const);
    return (readings.find(([choice, reading]) => isLike(reading, choice)) ?? [undefined, value])[1];
  }
  const types = [schema.type ?? []].flat();
  if (types.includes('array')) return listOf(value).map((entry) => typed(entry, schema.items ?? {}));
  if (typeof value === 'object') {
    if (Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, typed(entry, schema.properties?.[name] ?? {})]));
  }
  if (typeof value === 'string' && schema.propertyString) return parts(value, schema, schema.propertyString.defaultKey);
  return typeof value === 'string' && !types.includes('string') ? scalar(value, types, schema) : value;
}

function scalar(text: string, types: readonly string[], schema: JsonSchema): unknown {
  const constants = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
  if (constants.length > 0) return constants.find((one) => String(one) === text) ?? text;
  if ((types.includes('integer') || types.includes('number')) && /^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (types.includes('boolean') && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

function listOf(value: TextValue): readonly TextValue[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? (value as readonly string[]) : Object.values(value);
}

/** `name=eth0,bridge=vmbr0`. What has no name and may have none, or comes twice, stands under a name that no schema knows. */
function parts(text: string, schema: JsonSchema, defaultKey: string | undefined): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const name = at >= 0 ? part.slice(0, at) : defaultKey;
    const isFaulty = name === undefined || Object.hasOwn(read, name);
    if (isFaulty) read[part] = part;
    else read[name] = typed(at >= 0 ? part.slice(at + 1) : part, schema.properties?.[name] ?? {});
  }
  return read;
}

function isLike(value: unknown, schema: JsonSchema): boolean {
  if (schema.const !== undefined) return value === schema.const;
  if (schema.enum) return schema.enum.includes(value);
  const types = [schema.type ?? []].flat();
  const own = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  return types.length === 0 || types.includes(own) || (own === 'number' && Number.isInteger(value) && types.includes('integer'));
}
