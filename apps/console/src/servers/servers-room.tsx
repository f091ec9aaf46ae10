import { Anchor } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answered, api } from '../api/index.js';
import { labelOf, Page, PagedTable, StateBadge } from '../shell/index.js';
import { FullnessBar } from '../server-groups/index.js';
import { ConnectButton } from './connect-button.js';
import { ConnectionCheck } from './connection-check.js';
import { isPlaced } from './new-server.js';

/** The connected servers, accounts at providers included. */
export function ServersRoom() {
  const asked = useInfiniteQuery({
    queryKey: ['servers'],
    queryFn: ({ pageParam, signal }) =>
      answered(api.GET('/api/v1/servers', { params: { query: { limit: 25, ...(pageParam !== '' && { after: pageParam }) } }, signal })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  return (
    <Page title="Servers" aside={<ConnectButton />}>
      <PagedTable
        asked={asked}
        what="servers"
        empty="No server is connected yet."
        columns={['Server', 'State', 'Extension', 'Services', 'Connection']}
        keyOf={({ id }) => id}
        row={({ id, name, state, extension, kind, capacity, used }) => [
          <Anchor inherit component={Link} to={`/app/servers/${id}`} key="server">
            {name} #{id}
          </Anchor>,
          <StateBadge state={state} key="state" />,
          `${extension} (${labelOf(kind).toLowerCase()})`,
          isPlaced(kind) ? <FullnessBar of={{ used, capacity }} key="full" /> : '–',
          <ConnectionCheck key="connection" serverId={id} name={name} />,
        ]}
      />
    </Page>
  );
}
