import { Sealer } from '@hostwright/core';
import type { Json, JsonObject } from '@hostwright/sdk';

/** Seals by turning the text round: enough to see whether something was sealed. */
export class BackwardsSealer extends Sealer {
  seal(value: Json): Json {
    return replace(value, '$secret', (text) => ({ $sealed: turned(text) }));
  }
  open(value: Json): Json {
    return replace(value, '$sealed', (text) => ({ $secret: turned(text) }));
  }
  wipe(value: Json): Json {
    return replace(
      replace(value, '$secret', () => ({ $wiped: true })),
      '$sealed',
      () => ({ $wiped: true }),
    );
  }
}
const turned = (text: string) => [...text].reverse().join('');
function replace(value: Json, key: string, by: (text: string) => Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one: Json) => replace(one, key, by));
  const text = (value as JsonObject)[key];
  if (typeof text === 'string') return by(text);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replace(one as Json, key, by)]));
}
