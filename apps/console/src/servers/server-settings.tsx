import { Text } from '@mantine/core';
import { answered, api, type Server } from '../api/index.js';
import {
  askedFields,
  CopyText,
  Empty,
  Facts,
  fieldText,
  filledWith,
  FormButton,
  isFilledIn,
  SchemaFields,
  Section,
  useFilled,
  valuesIn,
  wordsOf,
  type AskedField,
  type Filled,
} from '../shell/index.js';
import { labelsOf, settingFaultText } from './connection-words.js';
import { changedSettings, settingFields } from './setting-values.js';

interface ServerSettingsProps {
  readonly server: Server;
  /** What its module asks for; undefined while it is not loaded. */
  readonly schema: object | undefined;
  readonly onDone: () => void;
}

/** How a server is reached, and what may be changed of that. */
export function ServerSettings({ server, schema, onDone }: ServerSettingsProps) {
  const fields = askedFields(schema ?? {});
  const labels = labelsOf(fields);
  // In the order of the form; what no module asks for comes last.
  const names = [...new Set([...labels.keys(), ...Object.keys(server.settings)])].filter((name) => server.settings[name] !== undefined);
  const facts = names.map(
    (name) => [labels.get(name) ?? wordsOf(name), <Setting key={name} name={name} value={server.settings[name]} />] as const,
  );
  const change = fields.length > 0 && <ChangeButton server={server} fields={fields} onDone={onDone} key={server.updatedAt} />;
  return (
    <Section title="Settings" aside={change}>
      {facts.length === 0 ? <Empty>It has no settings.</Empty> : <Facts facts={facts} />}
    </Section>
  );
}

function Setting({ name, value }: { readonly name: string; readonly value: unknown }) {
  const hasLines = typeof value === 'string' && value.trimEnd().includes('\n');
  return hasLines ? <CopyText value={value} what={wordsOf(name)} /> : <Text size="sm">{fieldText(name, value)}</Text>;
}

interface ChangeButtonProps {
  readonly server: Server;
  readonly fields: readonly AskedField[];
  readonly onDone: () => void;
}

function ChangeButton({ server: { id, name, settings }, fields, onDone }: ChangeButtonProps) {
  const asked = settingFields(fields, settings);
  const [filled, change, clear] = useFilled<{ settings: Filled }>({ settings: filledWith(asked, settings) });
  const changed = changedSettings(asked, settings, valuesIn(asked, filled.settings));
  const send = async () => {
    await answered(api.PATCH('/api/v1/servers/{id}', { params: { path: { id } }, body: { settings: changed } }));
    onDone();
  };
  return (
    <FormButton
      size="xs"
      label="Change settings"
      submit="Change"
      explain="Jobs that wait for a setting to be mended go on by themselves. The connection is tested afterwards."
      done={`The settings of ${name} are changed.`}
      wide
      ready={Object.keys(changed).length > 0 && isFilledIn(asked, filled.settings)}
      onOpen={clear}
      faultText={(fault) => settingFaultText(fault, labelsOf(fields))}
      act={send}
    >
      {(fault) => (
        <SchemaFields
          fields={asked}
          filled={filled.settings}
          onChange={(part) => change({ settings: { ...filled.settings, ...part } })}
          within="settings"
          fault={fault}
        />
      )}
    </FormButton>
  );
}
