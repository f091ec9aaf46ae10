import type { Json } from '@hostwright/sdk';

/** A value as it arrives on the other side: written as JSON and read again. Nothing and null are both nothing. */
export function asJson(value: unknown): Json | undefined {
  if (value === null) return undefined;
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as Json);
}

/** True when a value holds a secret anywhere. */
export function holdsSecret(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsSecret);
  return '$secret' in value || Object.values(value as Record<string, Json | undefined>).some(holdsSecret);
}
