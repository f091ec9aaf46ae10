import { useQuery } from '@tanstack/react-query';
import { answered, api, everyPage, type Product, type Server, type ServerGroup } from '../api/index.js';
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
        everyPage((after) => answered(api.GET('/api/v1/server-groups', { params: { query: pageAfter(after) }, signal }))),
        everyPage((after) => answered(api.GET('/api/v1/servers', { params: { query: pageAfter(after) }, signal }))),
        everyPage((after) => answered(api.GET('/api/v1/products', { params: { query: pageAfter(after) }, signal }))),
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

const pageAfter = (after: string | undefined) => ({ limit: 200, ...(after !== undefined && { after }) });

/** The server of a group that is asked what there is to choose from: one that is in use, where there is one. */
export function serverToAsk(servers: readonly Server[], serverGroupId: string, extension: string): string | null {
  const fitting = servers.filter(
    (one) => one.kind === 'provisioning' && one.serverGroupId === serverGroupId && one.extension === extension,
  );
  return (fitting.find(({ state }) => state === 'active') ?? fitting[0])?.id ?? null;
}
