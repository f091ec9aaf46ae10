import { useQuery } from '@tanstack/react-query';
import { answered, api, type Product, type Server, type ServerGroup } from '../api/index.js';
import { useExtensions } from '../extensions/index.js';
import { deliveringModules, type Modules } from './modules.js';

/** What products can be put together from. */
export interface Parts {
  readonly modules: Modules;
  readonly groups: readonly ServerGroup[];
  readonly servers: readonly Server[];
  /** All there are, those of other states included: an add-on is wired from what it is added to. */
  readonly products: readonly Product[];
}

/** Asked for together, as no form can be filled in without one of them. */
export function useParts() {
  const extensions = useExtensions();
  const lists = useQuery({
    queryKey: ['product-parts'],
    queryFn: async ({ signal }) => {
      const [groups, servers, products] = await Promise.all([
        every((query) => answered(api.GET('/api/v1/server-groups', { params: { query }, signal }))),
        every((query) => answered(api.GET('/api/v1/servers', { params: { query }, signal }))),
        every((query) => answered(api.GET('/api/v1/products', { params: { query }, signal }))),
      ]);
      return { groups, servers, products };
    },
  });
  const data: Parts | undefined =
    extensions.data && lists.data ? { ...lists.data, modules: deliveringModules(extensions.data) } : undefined;
  return {
    data,
    error: extensions.error ?? lists.error,
    isPending: extensions.isPending || lists.isPending,
    refetch: () => Promise.all([extensions.refetch(), lists.refetch()]),
  };
}

type ListPage<T> = { readonly items: readonly T[]; readonly next: string | null };

/** A list to its end. */
async function every<T>(page: (query: { limit: number; after?: string }) => Promise<ListPage<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const { items: more, next }: ListPage<T> = await page({ limit: 200, ...(after !== undefined && { after }) });
    items.push(...more);
    after = next;
  }
  return items;
}

/** The server of a group that is asked what there is to choose from: one that is in use, where there is one. */
export function serverToAsk(servers: readonly Server[], serverGroupId: string, extension: string): string | null {
  const fitting = servers.filter(
    (one) => one.kind === 'provisioning' && one.serverGroupId === serverGroupId && one.extension === extension,
  );
  return (fitting.find(({ state }) => state === 'active') ?? fitting[0])?.id ?? null;
}
