import { PanelError } from '@hostwright/sdk';

/*
 * Reading an answer field by field: one of another shape is never taken for a success.
 */

export type Shape = Readonly<Record<string, unknown>>;

export function asObject(value: unknown, what: string, key = 'result'): Shape {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw odd(what, key);
  return value as Shape;
}

/** Ids end up in paths, so nothing but what Cloudflare uses is let through. */
export function asId(value: Shape, what: string, key = 'id'): string {
  const id = value[key];
  if (typeof id !== 'string' || !/^[0-9A-Za-z_-]{1,64}$/.test(id)) throw odd(what, key);
  return id;
}

export function asText(value: Shape, key: string, what: string): string {
  const text = value[key];
  if (typeof text !== 'string' || text === '') throw odd(what, key);
  return text;
}

export function maybeText(value: Shape, key: string, what: string): string | undefined {
  const text = value[key];
  if (text === undefined || text === null) return undefined;
  if (typeof text !== 'string') throw odd(what, key);
  return text;
}

export function asTexts(value: Shape, key: string, what: string): readonly string[] {
  const list = value[key];
  if (!Array.isArray(list) || !list.every((each) => typeof each === 'string')) throw odd(what, key);
  return list;
}

/** An object that may be missing, as an empty one. */
export function maybeObject(value: Shape, key: string, what: string): Shape {
  const inner = value[key];
  return inner === undefined || inner === null ? {} : asObject(inner, what, key);
}

export function listOf<Item>(read: (item: unknown, what: string) => Item): (value: unknown, what: string) => Item[] {
  return (value, what) => {
    if (!Array.isArray(value)) throw odd(what, 'result');
    return value.map((item: unknown) => read(item, what));
  };
}

/** The call was answered, but not as documented: it may have been carried out. */
export function odd(what: string, key: string): PanelError {
  return new PanelError('unknown_outcome', `${what}: Cloudflare's answer has an unexpected "${key}"`);
}
