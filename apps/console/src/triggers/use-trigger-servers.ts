import { useQuery } from '@tanstack/react-query';
import { answered, api } from '../api/index.js';

/** The servers that tell of subscriptions and payments; `wanted`: as soon as somebody needs to know. */
export function useTriggerServers(wanted = true) {
  return useQuery({
    queryKey: ['servers', 'trigger'],
    queryFn: async ({ signal }) =>
      (await answered(api.GET('/api/v1/servers', { params: { query: { kind: 'trigger', limit: 200 } }, signal }))).items,
    staleTime: 60_000,
    enabled: wanted,
  });
}

/** A server as a list names it. */
export function serverChoices(servers: readonly { readonly id: string; readonly name: string }[]) {
  return servers.map(({ id, name }) => ({ value: id, label: `${name} #${id}` }));
}
