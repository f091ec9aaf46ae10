import { Loader, NativeSelect, SimpleGrid, Text, TextInput } from '@mantine/core';
import { textAt, type Fault, type TriggerMapping } from '../api/index.js';
import { isAddon, useProductOrder, useProducts } from '../products/index.js';
import { choicesOf, Failed, type AskedField } from '../shell/index.js';
import type { FilledValues } from './order-values.js';
import { OrderValuesForm } from './order-values-form.js';
import { actionLabels, policyLabels, type PolicyCase } from './policy-words.js';
import { serverChoices, useTriggerServers } from './use-trigger-servers.js';

export interface FilledMapping {
  readonly serverId: string;
  readonly plan: string;
  readonly product: string;
  readonly orderValues: FilledValues;
  readonly policy: TriggerMapping['policy'];
  /** Empty: the only service that the add-on can be added to. */
  readonly addTo: string;
}

interface MappingFormProps {
  readonly filled: FilledMapping;
  readonly onChange: (part: Partial<FilledMapping>) => void;
  /** What the chosen product asks for; undefined until that is known. */
  readonly fields: readonly AskedField[] | undefined;
  readonly fault: Fault | undefined;
  /** The server of a mapping stays the one it is. */
  readonly isNew: boolean;
}

/** Which product a plan means, what its orders are made with, and what is done when it is not paid any more. */
export function MappingForm({ filled, onChange, fields, fault, isNew }: MappingFormProps) {
  const servers = useTriggerServers();
  const products = useProducts();
  const chosen = products.data?.find(({ code }) => code === filled.product);
  const productChoices = (products.data ?? []).map(({ code, name }) => ({ value: code, label: `${name} (${code})` }));
  return (
    <>
      {servers.isError && <Failed error={servers.error} title="No servers" again={() => void servers.refetch()} />}
      {products.isError && <Failed error={products.error} title="No products" again={() => void products.refetch()} />}
      {isNew && (
        <NativeSelect
          label="Server"
          required
          error={textAt(fault, 'serverId')}
          data={[{ value: '', label: 'Choose …' }, ...serverChoices(servers.data ?? [])]}
          value={filled.serverId}
          onChange={(event) => onChange({ serverId: event.currentTarget.value })}
        />
      )}
      <TextInput
        label="Plan"
        description="Its code, or a name of what is bought there, as the provider has it"
        required
        data-autofocus
        maxLength={200}
        error={textAt(fault, 'plan')}
        value={filled.plan}
        onChange={(event) => onChange({ plan: event.currentTarget.value })}
      />
      <NativeSelect
        label="Product"
        required
        error={textAt(fault, 'product')}
        data={[{ value: '', label: products.isPending ? 'Loading …' : 'Choose …' }, ...productChoices]}
        value={filled.product}
        onChange={(event) => onChange({ product: event.currentTarget.value })}
      />
      {isAddon(chosen) && (
        <TextInput
          label="Added to the service named in"
          description="What the provider says that is the service’s number, or the subject it was bought with there, such as metadata.service. Left empty: the only service of the customer that it can be added to"
          maxLength={200}
          error={textAt(fault, 'addTo')}
          value={filled.addTo}
          onChange={(event) => onChange({ addTo: event.currentTarget.value })}
        />
      )}
      {chosen && !fields && <Asking productId={chosen.id} />}
      {fields && (
        <OrderValuesForm fields={fields} filled={filled.orderValues} onChange={(orderValues) => onChange({ orderValues })} fault={fault} />
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {(Object.entries(policyLabels) as [PolicyCase, string][]).map(([when, label]) => (
          <NativeSelect
            key={when}
            label={label}
            error={textAt(fault, `policy.${when}`)}
            data={choicesOf(actionLabels)}
            value={filled.policy[when]}
            onChange={(event) => onChange({ policy: { ...filled.policy, [when]: event.currentTarget.value } })}
          />
        ))}
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        What else the provider says, and under which names, is in the README of its extension.
      </Text>
    </>
  );
}

function Asking({ productId }: { readonly productId: string }) {
  const asked = useProductOrder(productId);
  if (asked.isError) return <Failed error={asked.error} title="It cannot be ordered" again={() => void asked.refetch()} />;
  return <Loader size="sm" aria-label="Loading what the product asks for" />;
}
