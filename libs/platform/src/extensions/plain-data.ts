import { types } from 'node:util';

/** What an extension exports is not what the SDK asks for. The message names the place and the rule. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** Deeper than anything the SDK declares. */
const deepest = 8;

/**
 * Reads a property without running any code of the object: a computed one, or one of a proxy, may throw, hang, or answer
 * something else the next time. Methods of classes are found too.
 */
export function plainValue(owner: object, key: string, path: string): unknown {
  for (
    let holder: object | null = owner;
    holder !== null && holder !== Object.prototype;
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    if (types.isProxy(holder)) throw new ShapeError(`${path} is a proxy; it must be plain data`);
    const found = Object.getOwnPropertyDescriptor(holder, key);
    if (!found) continue;
    if (!('value' in found)) throw new ShapeError(`${path}.${key} is computed; it must be plain data`);
    return found.value as unknown;
  }
  return undefined;
}

/** An object that is no array and no proxy. */
export function plainObject(value: unknown, path: string): object {
  if (typeof value !== 'object' || value === null || types.isProxy(value) || Array.isArray(value))
    throw new ShapeError(`${path} must be an object`);
  return value;
}

/** A copy of data all the way down, read without running any code of it. Functions are not data. */
export function plainCopy(value: unknown, path: string, depth = 0): unknown {
  if (typeof value === 'function') throw new ShapeError(`${path} must be plain data`);
  if (typeof value !== 'object' || value === null) return value;
  if (types.isProxy(value) || depth > deepest) throw new ShapeError(`${path} must be plain data`);
  const keys = Object.keys(value);
  const copies = keys.map((key) => [key, plainCopy(plainValue(value, key, path), `${path}.${key}`, depth + 1)] as const);
  return Array.isArray(value) ? copies.map(([, copy]) => copy) : Object.fromEntries(copies);
}
