import { Button, Group, Stack, Text } from '@mantine/core';
import type { Fault } from '../api/index.js';
import { ComponentForm } from './component-form.js';
import { emptyComponent, without, type FilledComponent } from './component-values.js';
import type { Parts } from './use-parts.js';

/** As many as the panel takes. */
const most = 20;

interface ComponentsFormProps {
  readonly components: readonly FilledComponent[];
  readonly parts: Parts;
  /** Codes of the products to whose services it can be added. */
  readonly addonOf: readonly string[];
  readonly fault: Fault | undefined;
  readonly onChange: (components: readonly FilledComponent[]) => void;
}

/** What a product is made of. */
export function ComponentsForm({ components, parts, addonOf, fault, onChange }: ComponentsFormProps) {
  const { modules, products } = parts;
  const sources = { components, modules, parents: products.filter(({ code }) => addonOf.includes(code)) };
  return (
    <Stack>
      {components.map((component, index) => (
        <ComponentForm
          key={component.key}
          component={component}
          parts={parts}
          sources={sources}
          at={`components.${index}`}
          fault={fault}
          onChange={(changed) => onChange(components.map((one) => (one.key === changed.key ? changed : one)))}
          onRemove={components.length === 1 ? undefined : () => onChange(without(components, component.key))}
        />
      ))}
      {fault?.field === 'components' && (
        <Text size="sm" c="red" role="alert">
          {fault.text}
        </Text>
      )}
      {components.length < most && (
        <Group>
          <Button variant="default" onClick={() => onChange([...components, emptyComponent(components)])}>
            Add a component
          </Button>
        </Group>
      )}
    </Stack>
  );
}
