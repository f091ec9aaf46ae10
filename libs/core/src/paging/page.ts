/** Which part of a list: the next `limit` rows after the one whose id is `after`. */
export interface Page {
  readonly limit: number;
  readonly after?: string;
}

/** A part of a list. `next` is the `after` of the next part; null when this is the last. */
export interface PageOf<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Makes a page of rows that were read with one more than was asked for. */
export function pageOf<T extends { readonly id: string }>(rows: readonly T[], limit: number): PageOf<T> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
