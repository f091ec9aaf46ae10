import { Alert, Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { answered, api, type Server, type ServerGroup } from '../api/index.js';
import { Answer, AskButton, Empty, Facts, FormButton, Page, Rows, Section, StateBadge, timeText, useFilled } from '../shell/index.js';
import { FullnessBar } from './fullness.js';
import { GroupForm } from './group-form.js';
import { fillLabels, fullnessOf, roomTrouble } from './group-words.js';
import { useGroupsChanged, usePlacedServers } from './use-server-groups.js';

/** One group: how it fills, and its servers with how full each is. */
export function ServerGroupRoom() {
  const { groupId } = useParams({ from: '/app/server-groups/$groupId' });
  const asked = useQuery({
    queryKey: ['server-groups', groupId],
    queryFn: ({ signal }) => answered(api.GET('/api/v1/server-groups/{id}', { params: { path: { id: groupId } }, signal })),
  });
  const servers = usePlacedServers(groupId);
  const buttons = asked.data && (
    <Group gap="xs">
      <ChangeButton group={asked.data} key={asked.data.name + asked.data.fill} />
      <RemoveButton group={asked.data} />
    </Group>
  );
  return (
    <Page title={asked.data?.name ?? `Server group #${groupId}`} aside={buttons}>
      <Answer asked={asked} what="server group">
        {({ fill, createdAt }) => (
          <Stack gap="lg">
            <Facts
              facts={[
                ['Next service', fillLabels[fill]],
                ...(servers.data?.length ? [['Services', <FullnessBar of={fullnessOf(servers.data)} key="full" />] as const] : []),
                ['Made', timeText(createdAt)],
              ]}
            />
            <Section title="Servers">
              <Text size="sm" c="dimmed">
                Which group a server belongs to is changed on the server’s own page.
              </Text>
              <Answer asked={servers} what="servers">
                {(members) => <Members members={members} />}
              </Answer>
            </Section>
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

function Members({ members }: { readonly members: readonly Server[] }) {
  const trouble = roomTrouble(members);
  if (members.length === 0) return <Empty>{trouble}</Empty>;
  return (
    <>
      {trouble !== undefined && <Alert color="orange">{trouble}</Alert>}
      <Rows
        what="servers of the group"
        columns={['Server', 'State', 'Extension', 'Services']}
        items={members}
        keyOf={({ id }) => id}
        row={(server) => [
          <Anchor inherit component={Link} to={`/app/servers/${server.id}`} key="server">
            {server.name} #{server.id}
          </Anchor>,
          <StateBadge state={server.state} key="state" />,
          server.extension,
          <FullnessBar of={server} key="full" />,
        ]}
      />
    </>
  );
}

function ChangeButton({ group: { id, name, fill } }: { readonly group: ServerGroup }) {
  const [filled, change, clear] = useFilled({ name, fill });
  const changed = useGroupsChanged();
  const save = async () => {
    await answered(api.PATCH('/api/v1/server-groups/{id}', { params: { path: { id } }, body: { ...filled, name: filled.name.trim() } }));
    changed();
  };
  return (
    <FormButton
      label="Change"
      submit="Save"
      explain="It holds for services that are ordered from now on; those that are there stay where they are."
      done="The group is changed."
      ready={filled.name.trim() !== ''}
      onOpen={clear}
      act={save}
    >
      {(fault) => <GroupForm filled={filled} onChange={change} fault={fault} />}
    </FormButton>
  );
}

function RemoveButton({ group: { id, name } }: { readonly group: ServerGroup }) {
  const navigate = useNavigate();
  const changed = useGroupsChanged();
  const remove = async () => {
    await answered(api.DELETE('/api/v1/server-groups/{id}', { params: { path: { id } } }));
    await navigate({ to: '/app/server-groups' });
    changed();
  };
  return (
    <AskButton
      label="Remove"
      danger
      explain={
        <>
          <b>{name}</b> is forgotten. Its servers, and the products that are placed on it, have to be moved elsewhere before.
        </>
      }
      done={`${name} is removed.`}
      act={remove}
    />
  );
}
