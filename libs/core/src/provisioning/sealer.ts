import type { Json } from '@hostwright/sdk';

/** Keeps secrets unreadable wherever they are stored. `context` names the place; a value moved elsewhere cannot be opened. */
export abstract class Sealer {
  /** Replaces every `{ $secret }` by `{ $sealed }`. */
  abstract seal(value: Json, context: string): Json;
  /** The reverse. Throws `invalid_config` when a value was sealed with a key that is not there. */
  abstract open(value: Json, context: string): Json;
  /** Replaces every `{ $secret }` and `{ $sealed }` by `{ $wiped: true }`. */
  abstract wipe(value: Json): Json;
}

/** True when a value holds a secret, sealed or not. */
export function holdsSecret(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsSecret);
  return '$secret' in value || '$sealed' in value || Object.values(value as Record<string, Json | undefined>).some(holdsSecret);
}
