import { Button, Group, Loader, NativeSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answered, api, errorText } from '../api/index.js';
import { SchemaField, type SchemaFieldProps } from './schema-field.js';
import type { AskedField, Choice } from './schema-values.js';

interface LoadedChoiceProps extends SchemaFieldProps {
  /** The name of the list. */
  readonly list: string;
  /** Null: there is none to ask. */
  readonly serverId: string | null;
}

/** A field whose choices a server knows. Where it does not answer, or has none, the value is typed. */
export function LoadedChoice({ list, serverId, ...input }: LoadedChoiceProps) {
  const [isTyping, setTyping] = useState(false);
  const asked = useQuery({
    queryKey: ['choices', serverId, list],
    queryFn: async ({ signal }) => {
      const path = { id: serverId ?? '', list };
      return (await answered(api.GET('/api/v1/servers/{id}/choices/{list}', { params: { path }, signal }))).items;
    },
    enabled: serverId !== null,
    staleTime: 30_000,
    // It can be typed meanwhile, and whoever would rather choose asks again.
    retry: false,
  });
  const value = String(input.value);
  const again = { label: asked.isFetching ? 'Loading …' : 'Load the list again', act: () => void asked.refetch() };
  if (serverId === null) return <Typed {...input} note="There is no server to load the choices from: type it." />;
  if (asked.isError && asked.data === undefined)
    return <Typed {...input} alert={`The choices could not be loaded, so type it. ${errorText(asked.error)}`} button={again} />;
  if (asked.data === undefined) return <Waiting field={input.field} value={value} />;
  if (asked.data.length === 0)
    return <Typed {...input} note="The server has nothing to choose from yet: make it there, or type its name." button={again} />;
  if (isTyping) return <Typed {...input} button={{ label: 'Choose from the list', act: () => setTyping(false) }} />;
  return (
    <Below button={{ label: 'Type another', act: () => setTyping(true) }} about={input.field.label}>
      <SchemaField {...input} field={ofChoices(input.field, asked.data, value)} />
    </Below>
  );
}

/** The field as a drop-down; what it holds stays one of its choices. What it must be, whatever is on the list is. */
function ofChoices({ rule: _, ...field }: AskedField, choices: readonly Choice[], value: string): AskedField {
  const isListed = value === '' || choices.some((choice) => choice.value === value);
  return { ...field, kind: 'choice', choices: isListed ? choices : [...choices, { value, label: `${value} (not on the list)` }] };
}

function Waiting({ field: { name, label, help, required }, value }: Pick<LoadedChoiceProps, 'field'> & { readonly value: string }) {
  return (
    <NativeSelect
      name={name}
      label={label}
      description={help}
      required={required}
      disabled
      aria-busy
      rightSection={<Loader size="xs" />}
      data={[{ value, label: value === '' ? 'Loading …' : `${value} – loading the others …` }]}
      value={value}
      onChange={() => undefined}
    />
  );
}

interface UnderneathProps {
  readonly note?: string;
  readonly alert?: string;
  readonly button?: { readonly label: string; readonly act: () => void };
}

function Typed({ note, alert, button, ...input }: SchemaFieldProps & UnderneathProps) {
  return (
    <Below {...{ note, alert, button }} about={input.field.label}>
      <SchemaField {...input} />
    </Below>
  );
}

interface BelowProps {
  readonly note?: string | undefined;
  readonly alert?: string | undefined;
  readonly button?: UnderneathProps['button'] | undefined;
  readonly about: string;
  readonly children: ReactNode;
}

function Below({ note, alert, button, about, children }: BelowProps) {
  return (
    <Stack gap={4}>
      {children}
      <Group gap="xs" wrap="nowrap" align="flex-start" justify="space-between">
        <Text size="xs" c={alert === undefined ? 'dimmed' : 'red'} role={alert === undefined ? undefined : 'alert'}>
          {alert ?? note}
        </Text>
        {button && (
          <Button size="compact-xs" variant="subtle" flex="none" aria-label={`${button.label}: ${about}`} onClick={button.act}>
            {button.label}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
