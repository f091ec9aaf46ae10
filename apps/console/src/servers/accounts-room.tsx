import { useState } from 'react';
import { Anchor, Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { answered, api, type FoundAccount } from '../api/index.js';
import { Answer, Empty, Page, Rows, StateBadge } from '../shell/index.js';
import { accountsShown, belongingLabels, countOf, type Belonging } from './account-words.js';
import { AdoptButton } from './adopt-button.js';

/** Rows that are shown at first, and more each time. */
const perPage = 50;

const nothing: Readonly<Record<Belonging, string>> = {
  free: 'Everything on the server belongs to a service or bears a mark.',
  ours: 'Nothing on the server belongs to a service yet.',
  marked: 'Nothing on the server bears a mark without being a service’s.',
};

/** What is on a server at its provider, whose it is, and how it becomes a service. */
export function AccountsRoom() {
  const { serverId } = useParams({ from: '/app/servers/$serverId/accounts' });
  const queries = useQueryClient();
  const server = useQuery({
    queryKey: ['server', serverId],
    queryFn: async ({ signal }) => answered(api.GET('/api/v1/servers/{id}', { params: { path: { id: serverId } }, signal })),
  });
  const asked = useQuery({
    queryKey: ['accounts', serverId],
    queryFn: async ({ signal }) =>
      (await answered(api.GET('/api/v1/servers/{id}/accounts', { params: { path: { id: serverId } }, signal }))).items,
    // A provider may take a minute for it.
    staleTime: 5 * 60_000,
    retry: false,
  });
  const onDone = () => {
    for (const what of ['accounts', 'services']) void queries.invalidateQueries({ queryKey: [what] });
  };
  const again = (
    <Group gap="xs">
      <Button variant="default" component={Link} to={`/app/servers/${serverId}`}>
        Back to the server
      </Button>
      <Button variant="default" loading={asked.isFetching} onClick={() => void asked.refetch()}>
        Look again
      </Button>
    </Group>
  );
  return (
    <Page title={`Accounts on ${server.data?.name ?? `server #${serverId}`}`} aside={again}>
      <Text size="sm" c="dimmed">
        As the provider says now. What belongs to no service can become one of a product; nothing at the provider changes by that.
      </Text>
      <Answer asked={asked} what="accounts">
        {(accounts) => <Accounts accounts={accounts} serverId={serverId} extension={server.data?.extension} onDone={onDone} />}
      </Answer>
    </Page>
  );
}

interface AccountsProps {
  readonly accounts: readonly FoundAccount[];
  readonly serverId: string;
  /** Of the server; undefined until it is known. */
  readonly extension: string | undefined;
  readonly onDone: () => void;
}

function Accounts({ accounts, serverId, extension, onDone }: AccountsProps) {
  const [belonging, setBelonging] = useState<Belonging>('free');
  const [wanted, setWanted] = useState('');
  const [most, setMost] = useState(perPage);
  const counts = countOf(accounts);
  const found = accountsShown(accounts, belonging, wanted);
  const kinds = (Object.keys(belongingLabels) as Belonging[]).map((kind) => ({
    value: kind,
    label: `${belongingLabels[kind]} (${counts[kind]})`,
  }));
  if (accounts.length === 0) return <Empty>There is nothing on the server.</Empty>;
  return (
    <Stack>
      <Group gap="xs">
        <SegmentedControl aria-label="Which accounts" data={kinds} value={belonging} onChange={(kind) => setBelonging(kind as Belonging)} />
        <TextInput
          aria-label="Search by name, id or package"
          placeholder="Name, id or package"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      </Group>
      {found.length === 0 ? (
        <Empty>{wanted.trim() === '' ? nothing[belonging] : `None of them has “${wanted.trim()}” in its name, id or package.`}</Empty>
      ) : (
        <Rows
          what="accounts"
          columns={['Account', 'State', 'Package', belonging === 'marked' ? 'Mark' : 'Service']}
          items={found.slice(0, most)}
          keyOf={({ remoteId }) => remoteId}
          row={(account) => [
            <AccountName account={account} key="account" />,
            <StateBadge state={account.state} key="state" />,
            account.package ?? '–',
            belonging === 'free' ? (
              <AdoptButton account={account} serverId={serverId} extension={extension} onDone={onDone} key="adopt" />
            ) : (
              <Holder account={account} key="holder" />
            ),
          ]}
        />
      )}
      {found.length > most && (
        <Group justify="center">
          <Button variant="default" onClick={() => setMost(most + perPage)}>
            Show more ({found.length - most})
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function AccountName({ account: { name, remoteId } }: { readonly account: FoundAccount }) {
  return (
    <Stack gap={2}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Text>
      {remoteId !== name && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {remoteId}
        </Text>
      )}
    </Stack>
  );
}

function Holder({ account: { serviceId, owner } }: { readonly account: FoundAccount }) {
  if (serviceId === null) {
    return (
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {owner}
      </Text>
    );
  }
  return (
    <Anchor size="sm" component={Link} to={`/app/services/${serviceId}`}>
      Service #{serviceId}
    </Anchor>
  );
}
