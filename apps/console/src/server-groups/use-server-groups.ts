import { useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, api, everyPage } from '../api/index.js';

const limit = 200;

/** Every group, the oldest first. */
export function useServerGroups() {
  return useQuery({
    queryKey: ['server-groups'],
    queryFn: ({ signal }) =>
      everyPage((after) =>
        answered(api.GET('/api/v1/server-groups', { params: { query: { limit, ...(after !== undefined && { after }) } }, signal })),
      ),
  });
}

/** The servers that services are placed on, of one group or of all, in the order in which they are filled. */
export function usePlacedServers(serverGroupId?: string) {
  return useQuery({
    queryKey: ['servers', 'placed', serverGroupId ?? 'all'],
    queryFn: ({ signal }) =>
      everyPage((after) => {
        const query = {
          kind: 'provisioning' as const,
          limit,
          ...(serverGroupId !== undefined && { serverGroupId }),
          ...(after !== undefined && { after }),
        };
        return answered(api.GET('/api/v1/servers', { params: { query }, signal }));
      }),
  });
}

/** Has whatever shows groups or servers ask again. */
export function useGroupsChanged(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const what of ['server-groups', 'servers']) void queries.invalidateQueries({ queryKey: [what] });
  };
}
