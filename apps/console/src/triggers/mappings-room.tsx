import { Anchor, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { answered, api, type TriggerMapping } from '../api/index.js';
import { Page, PagedTable, timeText, valueText } from '../shell/index.js';
import { eventsShown } from './event-words.js';
import { AddMappingButton, MappingButtons } from './mapping-buttons.js';
import { policyText } from './policy-words.js';
import { serverChoices, useTriggerServers } from './use-trigger-servers.js';

/** Which product each plan of another billing system means. */
export function TriggerMappingsRoom() {
  const { serverId } = useSearch({ from: '/app/trigger-mappings' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const servers = useTriggerServers();
  const asked = useInfiniteQuery({
    queryKey: ['trigger-mappings', serverId],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 25, ...(serverId !== undefined && { serverId }), ...(pageParam !== '' && { after: pageParam }) };
      return answered(api.GET('/api/v1/trigger-mappings', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const onDone = () => void queries.invalidateQueries({ queryKey: ['trigger-mappings'] });
  const show = (chosen: string) => {
    const { serverId: only } = eventsShown({ serverId: chosen });
    void navigate({ to: '/app/trigger-mappings', search: only === undefined ? {} : { serverId: only } });
  };
  const filter = (
    <Group gap="xs">
      <NativeSelect
        aria-label="Server"
        data={[{ value: '', label: 'All servers' }, ...serverChoices(servers.data ?? [])]}
        value={serverId ?? ''}
        onChange={(event) => show(event.currentTarget.value)}
      />
      <AddMappingButton serverId={serverId} onDone={onDone} />
    </Group>
  );
  return (
    <Page title="Trigger mappings" aside={filter}>
      <PagedTable
        asked={asked}
        what="mappings"
        empty={
          servers.data?.length === 0
            ? 'No billing system is connected: connect a server of the kind trigger first.'
            : 'No plan is mapped yet, so what is paid there starts nothing here.'
        }
        columns={['Plan', 'Product', 'Orders are made with', 'Not paid any more', 'Changed', 'What can be done']}
        keyOf={({ id }) => id}
        row={(mapping) => [
          <PlanName mapping={mapping} key="plan" />,
          mapping.product,
          <OrderValues mapping={mapping} key="values" />,
          policyText(mapping.policy),
          timeText(mapping.updatedAt),
          <MappingButtons mapping={mapping} onDone={onDone} key={`buttons ${mapping.updatedAt}`} />,
        ]}
      />
    </Page>
  );
}

function PlanName({ mapping: { plan, serverId } }: { readonly mapping: TriggerMapping }) {
  return (
    <Stack gap={2}>
      <Text size="sm">{plan}</Text>
      <Anchor size="xs" component={Link} to={`/app/servers/${serverId}`}>
        Server #{serverId}
      </Anchor>
    </Stack>
  );
}

function OrderValues({ mapping: { orderValues } }: { readonly mapping: TriggerMapping }) {
  const values = Object.entries(orderValues as Record<string, { readonly value?: unknown; readonly from?: string }>);
  if (values.length === 0) return '–';
  return (
    <Stack gap={2}>
      {values.map(([name, { value, from }]) => (
        <Text size="sm" key={name}>
          {name} = {from === undefined ? valueText(value) : `its ${from}`}
        </Text>
      ))}
    </Stack>
  );
}
