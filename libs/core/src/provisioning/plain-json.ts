import type { Json } from '@hostwright/sdk';
import { storable, storableValue } from './storable.js';

/** Escapes of what no database keeps: a zero byte, or half of a character. Escaped itself, a text may only look like one. */
const suspicious = /\\u(?:0000|d[89a-f])/i;

/** What crosses to the function is plain JSON, the first time as after a crash; nothing and null are both nothing. */
export function asJson(value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return storable(value);
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return undefined;
  if (!suspicious.test(text)) return JSON.parse(text) as Json;
  return JSON.parse(JSON.stringify(value, (_key, one: unknown) => storableValue(one))) as Json;
}
