import { Loader, NativeSelect, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answered, api, textAt, type NewServer } from '../api/index.js';
import { useExtensions } from '../extensions/index.js';
import { useGroupsChanged } from '../server-groups/index.js';
import {
  askedFields,
  Failed,
  FormButton,
  initialValues,
  isFilledIn,
  SchemaFields,
  useFilled,
  valuesIn,
  type Filled,
} from '../shell/index.js';
import { labelsOf, settingFaultText } from './connection-words.js';
import { connectionOf } from './connection.js';
import { connectableModules, isPlaced } from './new-server.js';
import { PlaceFields } from './place-fields.js';
import { emptyPlace, isPlaceFilled, placeIn, type FilledPlace } from './server-place.js';

interface FilledServer extends FilledPlace {
  /** The key of a module. */
  readonly module: string;
  readonly settings: Filled;
}

const nothing: FilledServer = { ...emptyPlace, module: '', settings: {} };

/** Connects a server of an extension, and leads to what it says then. */
export function ConnectButton() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const changed = useGroupsChanged();
  const extensions = useExtensions();
  const [filled, change, clear] = useFilled(nothing);
  const modules = connectableModules(extensions.data ?? []);
  const module = modules.find(({ key }) => key === filled.module);
  const fields = askedFields(module?.server ?? {});
  const choose = (key: string) =>
    change({ module: key, settings: initialValues(askedFields(modules.find((one) => one.key === key)?.server ?? {})) });
  const connect = async () => {
    if (!module) return;
    const { name, serverGroupId, capacity } = placeIn(filled);
    const body = {
      name,
      extension: module.extension,
      kind: module.kind as NewServer['kind'],
      settings: valuesIn(fields, filled.settings),
      ...(isPlaced(module.kind) && { ...(serverGroupId !== null && { serverGroupId }), ...(capacity !== null && { capacity }) }),
    };
    const { id } = await answered(api.POST('/api/v1/servers', { body }));
    // Its room shows what comes of it.
    if (module.canTest) void queries.prefetchQuery(connectionOf(id));
    changed();
    await navigate({ to: `/app/servers/${id}` });
  };
  return (
    <FormButton
      label="Connect a server"
      submit="Connect"
      explain="The panel keeps how it is reached, passwords and tokens encrypted, and then tests the connection."
      done={`${filled.name.trim()} is connected.`}
      wide
      ready={module !== undefined && isPlaceFilled(filled) && isFilledIn(fields, filled.settings)}
      onOpen={clear}
      faultText={(fault) => settingFaultText(fault, labelsOf(fields))}
      act={connect}
    >
      {(fault) => (
        <>
          {extensions.isPending && <Loader size="sm" aria-label="Loading extensions" />}
          {extensions.isError && <Failed error={extensions.error} title="No extensions" again={() => void extensions.refetch()} />}
          {extensions.data && modules.length === 0 && (
            <Text size="sm" c="orange">
              No extension is loaded that a server could be connected for. “Extensions” says what was found, and why it is not loaded.
            </Text>
          )}
          <NativeSelect
            label="Extension"
            description="What the server is, and what it is for"
            required
            data-autofocus
            error={textAt(fault, 'extension') ?? textAt(fault, 'kind')}
            data={[{ value: '', label: 'Choose …' }, ...modules.map(({ key, label }) => ({ value: key, label }))]}
            value={filled.module}
            onChange={(event) => choose(event.currentTarget.value)}
          />
          {module && (
            <>
              <PlaceFields filled={filled} onChange={change} placed={isPlaced(module.kind)} fault={fault} />
              <SchemaFields
                key={module.key}
                fields={fields}
                filled={filled.settings}
                onChange={(part) => change({ settings: { ...filled.settings, ...part } })}
                within="settings"
                fault={fault}
              />
            </>
          )}
        </>
      )}
    </FormButton>
  );
}
