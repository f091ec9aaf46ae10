import { Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { answered, api, errorText } from '../api/index.js';
import { labelOf, Page, PagedTable, StateBadge } from '../shell/index.js';

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
    <Page title="Servers">
      <PagedTable
        asked={asked}
        what="servers"
        empty="No server is connected yet."
        columns={['Server', 'State', 'Extension', 'Capacity', 'Connection']}
        keyOf={({ id }) => id}
        row={({ id, name, state, extension, kind, capacity }) => [
          `${name} #${id}`,
          <StateBadge state={state} key="state" />,
          `${extension} (${labelOf(kind).toLowerCase()})`,
          capacity === null ? 'No limit' : `${capacity} services`,
          <ConnectionCheck key="connection" serverId={id} name={name} />,
        ]}
      />
    </Page>
  );
}

function ConnectionCheck({ serverId, name }: { readonly serverId: string; readonly name: string }) {
  const testing = useMutation({
    mutationFn: () => answered(api.POST('/api/v1/servers/{id}/test', { params: { path: { id: serverId } } })),
  });
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <Button
        size="xs"
        flex="none"
        variant="default"
        loading={testing.isPending}
        aria-label={`Test connection of ${name}`}
        onClick={() => testing.mutate()}
      >
        Test connection
      </Button>
      <Stack gap={2} role="status" aria-live="polite">
        {testing.data && (
          <Text size="sm" c="green">
            It works: {testing.data.version}
          </Text>
        )}
        {testing.data?.warnings.map((warning) => (
          <Text size="sm" c="orange" key={warning}>
            {warning}
          </Text>
        ))}
        {testing.isError && (
          <Text size="sm" c="red">
            {errorText(testing.error)}
          </Text>
        )}
      </Stack>
    </Group>
  );
}
