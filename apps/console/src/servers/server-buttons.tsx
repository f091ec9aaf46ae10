import { Group, NativeSelect } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answered, api, textAt, type Server } from '../api/index.js';
import { useGroupsChanged } from '../server-groups/index.js';
import { AskButton, choicesOf, FormButton, useFilled } from '../shell/index.js';
import { isPlaced } from './new-server.js';
import { PlaceFields } from './place-fields.js';
import { changedPlace, isPlaceFilled, placeOf, type FilledPlace } from './server-place.js';

const stateLabels: Readonly<Record<Server['state'], string>> = {
  active: 'Active: takes new services',
  draining: 'Draining: keeps what it has, takes nothing new',
  maintenance: 'Maintenance: nothing is asked of it, jobs wait',
};

interface ServerButtonsProps {
  readonly server: Server;
  readonly onDone: () => void;
}

/** What can be done about a whole server. */
export function ServerButtons({ server, onDone }: ServerButtonsProps) {
  return (
    <Group gap="xs">
      <ChangeButton server={server} onDone={onDone} key={server.updatedAt} />
      <RemoveButton server={server} />
    </Group>
  );
}

interface FilledServer extends FilledPlace {
  readonly state: Server['state'];
}

function ChangeButton({ server, onDone }: ServerButtonsProps) {
  const [filled, change, clear] = useFilled<FilledServer>({ ...placeOf(server), state: server.state });
  const changed = useGroupsChanged();
  const body = { ...changedPlace(server, filled), ...(filled.state !== server.state && { state: filled.state }) };
  const save = async () => {
    await answered(api.PATCH('/api/v1/servers/{id}', { params: { path: { id: server.id } }, body }));
    changed();
    onDone();
  };
  return (
    <FormButton
      label="Change"
      submit="Save"
      explain="Services that are on it stay there."
      done="The server is changed."
      ready={isPlaceFilled(filled) && Object.keys(body).length > 0}
      onOpen={clear}
      act={save}
    >
      {(fault) => (
        <>
          <PlaceFields filled={filled} onChange={change} placed={isPlaced(server.kind)} fault={fault} />
          <NativeSelect
            label="State"
            error={textAt(fault, 'state')}
            data={choicesOf(stateLabels)}
            value={filled.state}
            onChange={(event) => change({ state: event.currentTarget.value as Server['state'] })}
          />
        </>
      )}
    </FormButton>
  );
}

function RemoveButton({ server: { id, name } }: Pick<ServerButtonsProps, 'server'>) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const changed = useGroupsChanged();
  const remove = async () => {
    await answered(api.DELETE('/api/v1/servers/{id}', { params: { path: { id } } }));
    await navigate({ to: '/app/servers' });
    queries.removeQueries({ queryKey: ['server', id] });
    changed();
  };
  return (
    <AskButton
      label="Remove"
      danger
      explain={
        <>
          The panel forgets <b>{name}</b>, its settings and what was found there; nothing at the provider changes. A server that services or
          products use is not removed.
        </>
      }
      done={`${name} is removed.`}
      act={remove}
    />
  );
}
