import { PanelError } from '@hostwright/sdk';

export type Fields = Readonly<Record<string, unknown>>;

/** An object that Stripe answered. Throws `unknown_outcome` for anything else. */
export function objectIn(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PanelError('unknown_outcome', `Stripe answered no object as ${what}`);
  return value as Fields;
}

/** A text. Throws as `objectIn`. */
export function textIn(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw new PanelError('unknown_outcome', `Stripe answered no ${what}`);
  return value;
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export interface ListAnswer {
  readonly data: readonly Fields[];
  readonly hasMore: boolean;
}

/** One page of a list. Throws as `objectIn`. */
export function listIn(value: unknown, what: string): ListAnswer {
  const { data, has_more: hasMore } = objectIn(value, what);
  if (!Array.isArray(data)) throw new PanelError('unknown_outcome', `Stripe answered no list as ${what}`);
  return { data: data.map((one) => objectIn(one, `one of ${what}`)), hasMore: hasMore === true };
}

/** The id of something that is there as itself or as its id only. */
export function idIn(value: unknown): string | null {
  return textOrNull(typeof value === 'object' && value !== null ? (value as Fields)['id'] : value);
}
