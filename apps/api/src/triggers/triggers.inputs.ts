import { triggerActions, triggerEventStates, type TriggerAction, type TriggerEventState } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { ChoiceInput, CodeInput, IdInput, PageQuery, PartInput, TextInput, ValuesInput } from '../http/index.js';

export class TriggerEventsQuery extends PageQuery {
  @IdInput({ optional: true }) readonly serverId?: string;
  @ChoiceInput(triggerEventStates, { optional: true }) readonly state?: TriggerEventState;
  @TextInput({ optional: true, max: 255 }) readonly subject?: string;
}

export class ReplayFailedEventsInput {
  @IdInput({ description: 'Whose failed events are looked at once more' }) readonly serverId: string;
}

export class TriggerPolicyInput {
  @ChoiceInput(triggerActions, { optional: true, description: 'Default: nothing' }) readonly overdue?: TriggerAction;
  @ChoiceInput(triggerActions, { optional: true, description: 'Default: suspend' }) readonly unpaid?: TriggerAction;
  @ChoiceInput(triggerActions, { optional: true, description: 'Default: suspend' }) readonly refunded?: TriggerAction;
  @ChoiceInput(triggerActions, { optional: true, description: 'Default: terminate' }) readonly ended?: TriggerAction;
}

const plan = { max: 200, description: "A name of what is bought at the provider, such as a plan's code" };
const orderValues = {
  optional: true as const,
  description:
    'By the name of a field that the product asks for: `{ "value": … }`, the same for everybody, or `{ "from": "email" }`, taken from what the ' +
    "provider says. There are always `email`, `name`, `quantity`, `plan` and `subject`; the extension's README names the others",
};

const addTo = {
  optional: true,
  nullable: true,
  max: 200,
  description:
    'Of an add-on: the name of what the provider says, such as `metadata.service`, that is the number of the service it is added to, or the subject ' +
    'it was bought with there. null: the only one of the customer that it can be added to',
} as const;

export class NewTriggerMappingInput {
  @IdInput() readonly serverId: string;
  @TextInput(plan) readonly plan: string;
  @CodeInput({ description: "The product's code" }) readonly product: string;
  @ValuesInput(orderValues) readonly orderValues?: JsonObject;
  @PartInput(() => TriggerPolicyInput, { optional: true }) readonly policy?: TriggerPolicyInput;
  @TextInput(addTo) readonly addTo?: string | null;
}

export class TriggerMappingChangeInput {
  @TextInput({ ...plan, optional: true }) readonly plan?: string;
  @CodeInput({ optional: true, description: "The product's code" }) readonly product?: string;
  @ValuesInput(orderValues) readonly orderValues?: JsonObject;
  @PartInput(() => TriggerPolicyInput, { optional: true, description: 'What is left out stays' }) readonly policy?: TriggerPolicyInput;
  @TextInput(addTo) readonly addTo?: string | null;
}

export class TriggerMappingsQuery extends PageQuery {
  @IdInput({ optional: true }) readonly serverId?: string;
}
