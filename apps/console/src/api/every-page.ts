interface ListPage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** All of a list, for what has to be chosen from or added up. `ask` answers the page after this id; of the first there is none. */
export async function everyPage<T>(ask: (after: string | undefined) => Promise<ListPage<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await ask(after);
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return items;
}
