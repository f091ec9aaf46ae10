import { Button, Card, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { textAt, type Fault } from '../api/index.js';
import { choicesOf, isSecret, labelOf, SchemaFields } from '../shell/index.js';
import { ComponentConnections } from './component-connections.js';
import { ofExtension, type FilledComponent } from './component-values.js';
import { ComponentWires } from './component-wires.js';
import { settingsOf } from './modules.js';
import { handOverLabels } from './product-words.js';
import { siteChoices, type SourceParts } from './sources.js';
import { serverToAsk, type Parts } from './use-parts.js';

interface ComponentFormProps {
  readonly component: FilledComponent;
  readonly parts: Parts;
  readonly sources: SourceParts;
  /** Where it stands in what is sent: `components.0`. */
  readonly at: string;
  readonly fault: Fault | undefined;
  readonly onChange: (component: FilledComponent) => void;
  /** Undefined for the only one. */
  readonly onRemove: (() => void) | undefined;
}

/** One component: what delivers it and where, how, and what it takes from others. */
export function ComponentForm({ component, parts, sources, at, fault, onChange, onRemove }: ComponentFormProps) {
  const { key, name, extension, serverGroupId, settings, inputs, site, handOver } = component;
  const { modules, groups, servers } = parts;
  const module = modules.get(extension);
  const change = (part: Partial<FilledComponent>) => onChange({ ...component, ...part });
  const errorOf = (field: string) => textAt(fault, `${at}.${field}`);
  const title = name.trim() === '' ? `Component ${Number(key) + 1}` : labelOf(name.trim());
  const sites = siteChoices(site, key, sources);
  const secrets = (module?.product ?? []).filter((field) => isSecret(field) && !Object.hasOwn(inputs, field.name));
  const isThere = (groupId: string) => serverToAsk(servers, groupId, extension) !== null;
  return (
    <Card withBorder component="section" aria-label={title}>
      <Stack>
        <Group justify="space-between">
          <Title order={3} size="h5">
            {title}
          </Title>
          {onRemove && (
            <Button size="xs" variant="light" color="red" aria-label={`Remove: ${title}`} onClick={onRemove}>
              Remove
            </Button>
          )}
        </Group>
        {fault?.field === at && (
          <Text size="sm" c="red" role="alert">
            {fault.text}
          </Text>
        )}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            label="Name of the component"
            description="Unique in the product: lower-case letters, digits, - and _"
            required
            maxLength={63}
            spellCheck={false}
            error={errorOf('name')}
            value={name}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          <NativeSelect
            label="Extension"
            description="What delivers it. With another, its settings begin anew"
            required
            error={errorOf('extension') ?? (extension !== '' && !module ? 'This extension is not loaded.' : undefined)}
            data={[
              { value: '', label: 'Choose …' },
              ...[...modules.values()].map((one) => ({ value: one.extension, label: `${one.name} (${one.extension})` })),
              ...(extension === '' || module ? [] : [extension]),
            ]}
            value={extension}
            onChange={(event) => onChange(ofExtension(component, event.currentTarget.value, modules))}
          />
          <NativeSelect
            label="Server group"
            description="Where its services are placed"
            required
            error={errorOf('serverGroupId')}
            data={[
              { value: '', label: groups.length === 0 ? 'There is no group of servers yet' : 'Choose …' },
              ...groups.map((one) => ({
                value: one.id,
                label: extension === '' || isThere(one.id) ? one.name : `${one.name} (no server of it there)`,
              })),
            ]}
            value={serverGroupId}
            onChange={(event) => change({ serverGroupId: event.currentTarget.value })}
          />
          <NativeSelect
            label="Handed over"
            error={errorOf('handOver')}
            data={choicesOf(handOverLabels)}
            value={handOver}
            onChange={(event) => change({ handOver: event.currentTarget.value as FilledComponent['handOver'] })}
          />
          <ComponentConnections
            chosen={component.connections}
            servers={servers}
            within={`${at}.connections`}
            fault={fault}
            onChange={(connections) => change({ connections })}
          />
          {sites.length > 0 && (
            <NativeSelect
              label="Works for"
              description="Whose site, such as the one that its certificate is installed on"
              error={fault?.field.startsWith(`${at}.site`) ? fault.text : undefined}
              data={[{ value: '', label: 'None' }, ...sites]}
              value={site}
              onChange={(event) => change({ site: event.currentTarget.value })}
            />
          )}
        </SimpleGrid>
        {module && (
          <>
            <ComponentWires
              component={component}
              module={module}
              parts={sources}
              within={`${at}.inputs`}
              fault={fault}
              onChange={(wires) => change({ inputs: wires })}
            />
            <SchemaFields
              fields={settingsOf(module, inputs)}
              filled={settings}
              onChange={(part) => change({ settings: { ...settings, ...part } })}
              within={`${at}.settings`}
              fault={fault}
              listsOf={serverToAsk(servers, serverGroupId, extension)}
            />
            {secrets.map(({ name: secret, label }) => (
              <Text size="sm" c="dimmed" key={secret}>
                {label} is a secret, which no product holds: it can be wired from another component.
              </Text>
            ))}
          </>
        )}
      </Stack>
    </Card>
  );
}
