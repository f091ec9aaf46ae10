import { queryOptions, useQuery } from '@tanstack/react-query';
import { answered, api } from '../api/index.js';

/** What a server says when it is asked whether the panel may do there what it has to. Asked for only when somebody wants to know. */
export const connectionOf = (serverId: string) =>
  queryOptions({
    queryKey: ['connection', serverId],
    queryFn: () => answered(api.POST('/api/v1/servers/{id}/test', { params: { path: { id: serverId } } })),
    retry: false,
    staleTime: 0,
    // What it said a while ago says nothing about now.
    gcTime: 30_000,
  });

/** What it said when it was last asked, here or by who connected it. */
export function useConnection(serverId: string) {
  return useQuery({ ...connectionOf(serverId), enabled: false });
}
