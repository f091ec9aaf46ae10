import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { answered, api, type Server, type ServerGroup } from '../api/index.js';
import { Answer, Empty, FormButton, Page, Rows, useFilled } from '../shell/index.js';
import { FullnessBar } from './fullness.js';
import { emptyGroup, GroupForm } from './group-form.js';
import { fillLabels, fullnessOf, roomTrouble } from './group-words.js';
import { useGroupsChanged, usePlacedServers, useServerGroups } from './use-server-groups.js';

/** The groups of servers that products are placed on. */
export function ServerGroupsRoom() {
  const groups = useServerGroups();
  const servers = usePlacedServers();
  return (
    <Page title="Server groups" aside={<AddButton />}>
      <Text size="sm" c="dimmed">
        A product is placed on a group: each service of it goes to one of the group’s servers.
      </Text>
      <Answer asked={groups} what="server groups">
        {(items) =>
          items.length === 0 ? (
            <Empty>There is no server group yet. A product needs one to be placed on.</Empty>
          ) : (
            <Answer asked={servers} what="servers">
              {(all) => <Groups groups={items} servers={all} />}
            </Answer>
          )
        }
      </Answer>
    </Page>
  );
}

function Groups({ groups, servers }: { readonly groups: readonly ServerGroup[]; readonly servers: readonly Server[] }) {
  const membersOf = new Map(groups.map(({ id }) => [id, servers.filter(({ serverGroupId }) => serverGroupId === id)]));
  return (
    <Rows
      what="server groups"
      columns={['Group', 'Where the next service goes', 'Servers', 'Services']}
      items={groups}
      keyOf={({ id }) => id}
      row={({ id, name, fill }) => {
        const members = membersOf.get(id) ?? [];
        const trouble = roomTrouble(members);
        return [
          <Anchor inherit component={Link} to={`/app/server-groups/${id}`} key="group">
            {name}
          </Anchor>,
          <div key="fill">
            <Text size="sm">{fillLabels[fill]}</Text>
            {trouble !== undefined && (
              <Text size="xs" c="orange">
                {trouble}
              </Text>
            )}
          </div>,
          members.length,
          members.length === 0 ? '–' : <FullnessBar of={fullnessOf(members)} key="full" />,
        ];
      }}
    />
  );
}

function AddButton() {
  const [filled, change, clear] = useFilled(emptyGroup);
  const changed = useGroupsChanged();
  const add = async () => {
    await answered(api.POST('/api/v1/server-groups', { body: { ...filled, name: filled.name.trim() } }));
    changed();
  };
  return (
    <FormButton label="Add a group" submit="Add" done="The group is there." ready={filled.name.trim() !== ''} onOpen={clear} act={add}>
      {(fault) => <GroupForm filled={filled} onChange={change} fault={fault} />}
    </FormButton>
  );
}
