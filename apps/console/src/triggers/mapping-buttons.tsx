import { Group } from '@mantine/core';
import { answered, api, type TriggerMapping } from '../api/index.js';
import { isAddon, useProductOrder, useProducts } from '../products/index.js';
import { AskButton, FormButton, useFilled, valuesIn, type AskedField } from '../shell/index.js';
import { MappingForm, type FilledMapping } from './mapping-form.js';
import { areValuesFilled, filledValues, orderValuesIn } from './order-values.js';
import { usualPolicy } from './policy-words.js';
import { useTriggerServers } from './use-trigger-servers.js';

const nothing: FilledMapping = { serverId: '', plan: '', product: '', orderValues: {}, policy: usualPolicy, addTo: '' };

/** What a filled-in mapping lacks, and how it is sent. */
function useMapping(start: FilledMapping) {
  const [filled, change, clear] = useFilled(start);
  const products = useProducts();
  const chosen = products.data?.find(({ code }) => code === filled.product);
  const asked = useProductOrder(chosen?.id);
  const fields: readonly AskedField[] | undefined = asked.data;
  const orderValues = fields ? orderValuesIn(fields, filled.orderValues, valuesIn) : {};
  const ready = filled.serverId !== '' && filled.plan.trim() !== '' && fields !== undefined && areValuesFilled(fields, orderValues);
  const addTo = isAddon(chosen) && filled.addTo.trim() !== '' ? filled.addTo.trim() : null;
  const body = { plan: filled.plan.trim(), product: filled.product, orderValues, policy: filled.policy, addTo };
  return { filled, change, clear, fields, ready, body };
}

interface AddMappingButtonProps {
  /** The one that is looked at. */
  readonly serverId: string | undefined;
  readonly onDone: () => void;
}

export function AddMappingButton({ serverId, onDone }: AddMappingButtonProps) {
  const servers = useTriggerServers();
  const only = servers.data?.length === 1 ? servers.data[0]?.id : undefined;
  const { filled, change, clear, fields, ready, body } = useMapping({ ...nothing, serverId: serverId ?? only ?? '' });
  const add = async () => {
    await answered(api.POST('/api/v1/trigger-mappings', { body: { serverId: filled.serverId, ...body } }));
    onDone();
  };
  return (
    <FormButton
      label="Map a plan"
      submit="Add"
      explain="Whoever buys the plan there gets the product here. Replay afterwards what failed for want of it."
      done="The plan is mapped."
      wide
      ready={ready}
      onOpen={clear}
      act={add}
    >
      {(fault) => <MappingForm filled={filled} onChange={change} fields={fields} fault={fault} isNew />}
    </FormButton>
  );
}

/** What may be done with a mapping. */
export function MappingButtons({ mapping, onDone }: { readonly mapping: TriggerMapping; readonly onDone: () => void }) {
  const remove = async () => {
    await answered(api.DELETE('/api/v1/trigger-mappings/{id}', { params: { path: { id: mapping.id } } }));
    onDone();
  };
  return (
    <Group gap="xs" wrap="nowrap">
      <ChangeButton mapping={mapping} onDone={onDone} />
      <AskButton
        size="xs"
        label="Remove"
        danger
        explain={`The plan “${mapping.plan}” means nothing any more: who buys it from now on becomes an operator task. Services of it stay as they are.`}
        done="The plan is mapped to nothing any more."
        act={remove}
      />
    </Group>
  );
}

function ChangeButton({ mapping, onDone }: { readonly mapping: TriggerMapping; readonly onDone: () => void }) {
  const { id, serverId, plan, product, orderValues, policy, addTo } = mapping;
  const start = { serverId, plan, product, orderValues: filledValues(orderValues), policy, addTo: addTo ?? '' };
  const { filled, change, clear, fields, ready, body } = useMapping(start);
  const save = async () => {
    await answered(api.PATCH('/api/v1/trigger-mappings/{id}', { params: { path: { id } }, body }));
    onDone();
  };
  return (
    <FormButton
      size="xs"
      label="Change"
      submit="Save"
      explain="Services of it follow when the provider tells of their subscription again."
      done="The mapping is changed."
      wide
      ready={ready}
      onOpen={clear}
      act={save}
    >
      {(fault) => <MappingForm filled={filled} onChange={change} fields={fields} fault={fault} isNew={false} />}
    </FormButton>
  );
}
