import { Sealer } from '@hostwright/core';
import type { Json, JsonObject } from '@hostwright/sdk';

/** Seals by turning the text round: enough to see whether something was sealed. */
export class TurnedSealer extends Sealer {
  seal(value: Json): Json {
    return this.map(value, '$secret', (text) => ({ $sealed: [...text].reverse().join('') }));
  }

  open(value: Json): Json {
    return this.map(value, '$sealed', (text) => ({ $secret: [...text].reverse().join('') }));
  }

  wipe(value: Json): Json {
    const wiped = (): Json => ({ $wiped: true });
    return this.map(this.map(value, '$secret', wiped), '$sealed', wiped);
  }

  private map(value: Json, key: string, replace: (text: string) => Json): Json {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((one: Json) => this.map(one, key, replace));
    const text = (value as JsonObject)[key];
    if (typeof text === 'string') return replace(text);
    return Object.fromEntries(Object.entries(value as JsonObject).map(([name, one]) => [name, this.map(one as Json, key, replace)]));
  }
}
