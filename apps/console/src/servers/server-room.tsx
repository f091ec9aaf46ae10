import { Anchor, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { answered, api } from '../api/index.js';
import { useExtensions } from '../extensions/index.js';
import { Answer, Facts, labelOf, Page, StateBadge, timeText } from '../shell/index.js';
import { ConnectionCheck } from './connection-check.js';
import { Runs } from './runs.js';
import { ServerSettings } from './server-settings.js';

/** One server: its settings, whether it can be reached, and what was found there. */
export function ServerRoom() {
  const { serverId } = useParams({ from: '/app/servers/$serverId' });
  const asked = useQuery({
    queryKey: ['server', serverId],
    queryFn: async ({ signal }) => answered(api.GET('/api/v1/servers/{id}', { params: { path: { id: serverId } }, signal })),
  });
  const extensions = useExtensions();
  return (
    <Page title={asked.data ? asked.data.name : `Server #${serverId}`}>
      <Answer asked={asked} what="server">
        {(server) => {
          const { id, name, state, extension, kind, capacity, serverGroupId, updatedAt } = server;
          const module = extensions.data?.find((one) => one.id === extension)?.modules.find((one) => one.kind === kind);
          return (
            <Stack gap="lg">
              <Facts
                facts={[
                  ['State', <StateBadge state={state} key="state" />],
                  ['Extension', `${extension} (${labelOf(kind).toLowerCase()})`],
                  ['Capacity', capacity === null ? 'No limit' : `${capacity} services`],
                  ['Group', serverGroupId === null ? '–' : `#${serverGroupId}`],
                  ['Changed', timeText(updatedAt)],
                  [
                    'Findings',
                    <Anchor inherit renderRoot={(props) => <Link {...props} to="/app/findings" search={{ serverId: id }} />} key="findings">
                      Findings of this server
                    </Anchor>,
                  ],
                  ...(module?.canAdopt ? [['Accounts', <AccountsLink key="accounts" serverId={id} />] as const] : []),
                  ...(kind === 'trigger' ? [['Told', <ToldLinks key="told" serverId={id} />] as const] : []),
                  ...(module?.canTest ? [['Connection', <ConnectionCheck key="connection" serverId={id} name={name} />] as const] : []),
                ]}
              />
              {module && <Runs serverId={id} offered={module.looks} />}
              <ServerSettings server={server} schema={module?.server} onDone={() => void asked.refetch()} />
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}

function AccountsLink({ serverId }: { readonly serverId: string }) {
  return (
    <Anchor inherit component={Link} to={`/app/servers/${serverId}/accounts`}>
      What is on it at the provider, and adopting it
    </Anchor>
  );
}

function ToldLinks({ serverId }: { readonly serverId: string }) {
  return (
    <Group gap="md">
      <Anchor inherit renderRoot={(props) => <Link {...props} to="/app/triggers" search={{ serverId }} />}>
        What it told
      </Anchor>
      <Anchor inherit renderRoot={(props) => <Link {...props} to="/app/trigger-mappings" search={{ serverId }} />}>
        Its mappings
      </Anchor>
    </Group>
  );
}
