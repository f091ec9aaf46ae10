import type { Json } from '@hostwright/sdk';

/** A secret as it is kept. */
export type Sealed = { readonly $sealed: string };

export type Marked = { readonly $secret: string } | Sealed;

/** A copy of a value in which every plain or sealed secret was replaced. Nothing inside a marked object is looked at. */
export function replaceSecrets(value: Json, replace: (marked: Marked) => Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => replaceSecrets(item, replace));
  if (isMarked(value)) return replace(value);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, replaceSecrets(item, replace)]])),
  );
}

function isMarked(value: object): value is Marked {
  const { $secret, $sealed } = value as { $secret?: unknown; $sealed?: unknown };
  return typeof $secret === 'string' || typeof $sealed === 'string';
}
