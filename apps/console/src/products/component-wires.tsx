import { Button, Fieldset, Group, NativeSelect, Stack, Text } from '@mantine/core';
import type { Fault } from '../api/index.js';
import type { FilledComponent } from './component-values.js';
import { wireableFields, type DeliveringModule } from './modules.js';
import { wireChoices, type SourceParts } from './sources.js';

interface ComponentWiresProps {
  readonly component: FilledComponent;
  readonly module: DeliveringModule;
  readonly parts: SourceParts;
  /** Where the wires stand in what is sent. */
  readonly within: string;
  readonly fault: Fault | undefined;
  readonly onChange: (inputs: FilledComponent['inputs']) => void;
}

/** Which fields of a component get their value from what another one leaves. Nothing where there is no other. */
export function ComponentWires({ component: { key, inputs }, module, parts, within, fault, onChange }: ComponentWiresProps) {
  const fields = wireableFields(module);
  const names = new Set([...fields.map(({ name }) => name), ...Object.keys(inputs)]);
  const wired = [...names].filter((name) => Object.hasOwn(inputs, name));
  const refused = fault?.field.startsWith(`${within}.`) ? fault.field.slice(within.length + 1) : undefined;
  const fieldOf = (name: string) => fields.find((field) => field.name === name);
  const choicesOf = (name: string) => {
    const field = fieldOf(name);
    return field ? wireChoices(field, inputs[name] ?? '', key, parts) : [];
  };
  const free = fields.filter(({ name }) => !Object.hasOwn(inputs, name) && choicesOf(name).length > 0);
  if (wired.length === 0 && free.length === 0 && refused === undefined) return null;
  return (
    <Fieldset legend="Wired from other components">
      <Stack gap="sm">
        <Text size="xs" c="dimmed">
          What is wired is neither set here nor asked at checkout: it is what the other component leaves when it is made.
        </Text>
        {wired.map((name) => {
          const label = fieldOf(name)?.label ?? name;
          return (
            <Group key={name} gap="xs" wrap="nowrap" align="flex-end">
              <NativeSelect
                label={label}
                required
                flex={1}
                error={refused === name ? fault?.text : undefined}
                data={[{ value: '', label: 'Choose …' }, ...choicesOf(name)]}
                value={inputs[name] ?? ''}
                onChange={(event) => onChange({ ...inputs, [name]: event.currentTarget.value })}
              />
              <Button
                variant="default"
                flex="none"
                aria-label={`Unwire: ${label}`}
                onClick={() => onChange(Object.fromEntries(Object.entries(inputs).filter(([other]) => other !== name)))}
              >
                Unwire
              </Button>
            </Group>
          );
        })}
        {refused !== undefined && !wired.includes(refused) && (
          <Text size="sm" c="red" role="alert">
            {fieldOf(refused)?.label ?? refused}: {fault?.text}
          </Text>
        )}
        {free.length > 0 && (
          <NativeSelect
            label="Wire a field"
            data={[{ value: '', label: 'Choose …' }, ...free.map(({ name, label }) => ({ value: name, label }))]}
            value=""
            onChange={(event) => onChange({ ...inputs, [event.currentTarget.value]: '' })}
          />
        )}
      </Stack>
    </Fieldset>
  );
}
