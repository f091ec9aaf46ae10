import type { Json } from '@hostwright/sdk';

/** As much of JSON Schema as the request bodies of Nginx Proxy Manager use. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly minProperties?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: true;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
}

export type Checked = { readonly value: Json } | { readonly problem: string };

/** The value with its types coerced, as the provider's validator does, or the first problem in that validator's words. */
export function check(schema: Schema, value: unknown, at = 'data'): Checked {
  if (schema.anyOf !== undefined) {
    const results = schema.anyOf.map((each) => check(each, value, at));
    return results.find((each) => 'value' in each) ?? results[0] ?? { problem: `${at} must match a schema in anyOf` };
  }
  switch (schema.type) {
    case 'object':
      return checkObject(schema, value, at);
    case 'array':
      return checkArray(schema, value, at);
    case 'string':
      return checkString(schema, value, at);
    case 'integer':
      return checkInteger(schema, value, at);
    case 'boolean': {
      if (typeof value === 'boolean') return { value };
      if (value === 'true' || value === 1) return { value: true };
      if (value === 'false' || value === 0) return { value: false };
      return { problem: `${at} must be boolean` };
    }
    default:
      return { value: value as Json };
  }
}

function checkObject(schema: Schema, value: unknown, at: string): Checked {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: `${at} must be object` };
  const given = value as Record<string, unknown>;
  const known = schema.properties ?? {};
  if (Object.keys(given).length < (schema.minProperties ?? 0))
    return { problem: `${at} must NOT have fewer than ${schema.minProperties} properties` };
  for (const name of schema.required ?? []) {
    if (!(name in given)) return { problem: `${at} must have required property '${name}'` };
  }
  const checked: Record<string, Json> = {};
  for (const [name, part] of Object.entries(given)) {
    const rule = known[name];
    if (rule === undefined && schema.additionalProperties === false) return { problem: `${at} must NOT have additional properties` };
    const result: Checked = rule === undefined ? { value: part as Json } : check(rule, part, `${at}/${name}`);
    if ('problem' in result) return result;
    checked[name] = result.value;
  }
  return { value: checked };
}

function checkArray(schema: Schema, value: unknown, at: string): Checked {
  if (!Array.isArray(value)) return { problem: `${at} must be array` };
  if (value.length < (schema.minItems ?? 0)) return { problem: `${at} must NOT have fewer than ${schema.minItems} items` };
  if (value.length > (schema.maxItems ?? Infinity)) return { problem: `${at} must NOT have more than ${schema.maxItems} items` };
  if (schema.uniqueItems && new Set(value.map((each) => JSON.stringify(each))).size < value.length) {
    return { problem: `${at} must NOT have duplicate items` };
  }
  const checked: Json[] = [];
  for (const [index, item] of (value as unknown[]).entries()) {
    const result: Checked = schema.items === undefined ? { value: item as Json } : check(schema.items, item, `${at}/${index}`);
    if ('problem' in result) return result;
    checked.push(result.value);
  }
  return { value: checked };
}

function checkString(schema: Schema, value: unknown, at: string): Checked {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') return { problem: `${at} must be string` };
  if (text.length < (schema.minLength ?? 0)) return { problem: `${at} must NOT have fewer than ${schema.minLength} characters` };
  if (text.length > (schema.maxLength ?? Infinity)) return { problem: `${at} must NOT have more than ${schema.maxLength} characters` };
  if (schema.enum !== undefined && !schema.enum.includes(text)) return { problem: `${at} must be equal to one of the allowed values` };
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(text))
    return { problem: `${at} must match pattern "${schema.pattern}"` };
  return { value: text };
}

function checkInteger(schema: Schema, value: unknown, at: string): Checked {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return { problem: `${at} must be integer` };
  if (number < (schema.minimum ?? -Infinity)) return { problem: `${at} must be >= ${schema.minimum}` };
  if (number > (schema.maximum ?? Infinity)) return { problem: `${at} must be <= ${schema.maximum}` };
  return { value: number };
}
