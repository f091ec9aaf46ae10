import type { Json } from '@hostwright/sdk';

const marks = ['$secret', '$sealed', '$wiped'];

/** The value as it may be shown: a secret, sealed or not, becomes `{ set: true }`, one that was wiped `{ set: false }`. */
export function hideSecrets(value: Json | undefined): Json {
  if (value === undefined || value === null || typeof value !== 'object') return value ?? null;
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (marks.some((mark) => mark in value)) return { set: !('$wiped' in value) };
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, hideSecrets(entry)]));
}
