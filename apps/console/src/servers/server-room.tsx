import { Anchor, Group, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { answered, api } from '../api/index.js';
import { useExtensions } from '../extensions/index.js';
import { FullnessBar, useServerGroups } from '../server-groups/index.js';
import { Answer, askedFields, Facts, labelOf, Page, StateBadge, timeText } from '../shell/index.js';
import { ConnectionCheck } from './connection-check.js';
import { labelsOf } from './connection-words.js';
import { connectionOf } from './connection.js';
import { isPlaced } from './new-server.js';
import { Runs } from './runs.js';
import { ServerButtons } from './server-buttons.js';
import { ServerSettings } from './server-settings.js';

/** One server: its settings, whether it can be reached, and what was found there. */
export function ServerRoom() {
  const { serverId } = useParams({ from: '/app/servers/$serverId' });
  const asked = useQuery({
    queryKey: ['server', serverId],
    queryFn: async ({ signal }) => answered(api.GET('/api/v1/servers/{id}', { params: { path: { id: serverId } }, signal })),
  });
  const extensions = useExtensions();
  const queries = useQueryClient();
  const again = () => void asked.refetch();
  return (
    <Page
      title={asked.data ? asked.data.name : `Server #${serverId}`}
      aside={asked.data && <ServerButtons server={asked.data} onDone={again} />}
    >
      <Answer asked={asked} what="server">
        {(server) => {
          const { id, name, state, extension, kind, capacity, used, serverGroupId, updatedAt } = server;
          const module = extensions.data?.find((one) => one.id === extension)?.modules.find((one) => one.kind === kind);
          const labels = labelsOf(askedFields(module?.server ?? {}));
          const onSettings = () => {
            again();
            if (module?.canTest) void queries.prefetchQuery(connectionOf(id));
          };
          return (
            <Stack gap="lg">
              <Facts
                facts={[
                  ['State', <StateBadge state={state} key="state" />],
                  ['Extension', `${extension} (${labelOf(kind).toLowerCase()})`],
                  ...(isPlaced(kind)
                    ? [
                        ['Services', <FullnessBar of={{ used, capacity }} key="full" />] as const,
                        ['Group', <GroupLink groupId={serverGroupId} key="group" />] as const,
                      ]
                    : []),
                  ['Changed', timeText(updatedAt)],
                  [
                    'Findings',
                    <Anchor inherit renderRoot={(props) => <Link {...props} to="/app/findings" search={{ serverId: id }} />} key="findings">
                      Findings of this server
                    </Anchor>,
                  ],
                  ...(module?.canAdopt ? [['Accounts', <AccountsLink key="accounts" serverId={id} />] as const] : []),
                  ...(kind === 'trigger' ? [['Told', <ToldLinks key="told" serverId={id} />] as const] : []),
                  ...(module?.canTest
                    ? [['Connection', <ConnectionCheck key="connection" serverId={id} name={name} labels={labels} />] as const]
                    : []),
                ]}
              />
              {module && <Runs serverId={id} offered={module.looks} />}
              <ServerSettings server={server} schema={module?.server} onDone={onSettings} />
            </Stack>
          );
        }}
      </Answer>
    </Page>
  );
}

function GroupLink({ groupId }: { readonly groupId: string | null }) {
  const groups = useServerGroups();
  if (groupId === null) return 'None: it is given no new services';
  return (
    <Anchor inherit component={Link} to={`/app/server-groups/${groupId}`}>
      {groups.data?.find(({ id }) => id === groupId)?.name ?? `#${groupId}`}
    </Anchor>
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
