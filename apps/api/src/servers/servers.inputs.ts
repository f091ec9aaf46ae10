import { fillRules, serverStates, type FillRule, type ServerState } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import {
  ChoiceInput,
  CodeInput,
  IdInput,
  PageQuery,
  EmailInput,
  PartInput,
  TextInput,
  ValuesInput,
  WholeNumberInput,
} from '../http/index.js';

const kinds = ['provisioning', 'dns', 'proxy', 'certificate'];

export class NewServerInput {
  @TextInput({ max: 100 }) readonly name: string;
  @CodeInput() readonly extension: string;
  @ChoiceInput(kinds) readonly kind: string;
  @IdInput({ optional: true, description: 'For servers that services are placed on' }) readonly serverGroupId?: string;
  @ValuesInput({ description: 'As the module asks for them, secrets in plain text' }) readonly settings: JsonObject;
  @WholeNumberInput({ optional: true, min: 1, max: 1_000_000 }) readonly capacity?: number;
}

export class ServerChangeInput {
  @TextInput({ optional: true, max: 100 }) readonly name?: string;
  @IdInput({ optional: true, nullable: true }) readonly serverGroupId?: string | null;
  @ValuesInput({ optional: true, description: 'What is left out stays, secrets included; null removes an optional value' })
  readonly settings?: JsonObject;
  @ChoiceInput(serverStates, { optional: true }) readonly state?: ServerState;
  @WholeNumberInput({ optional: true, nullable: true, min: 1, max: 1_000_000 }) readonly capacity?: number | null;
}

export class ServersQuery extends PageQuery {
  @CodeInput({ optional: true }) readonly extension?: string;
  @ChoiceInput(kinds, { optional: true }) readonly kind?: string;
  @ChoiceInput(serverStates, { optional: true }) readonly state?: ServerState;
  @IdInput({ optional: true }) readonly serverGroupId?: string;
}

export class AdoptingCustomerInput {
  @EmailInput() readonly email: string;
  @TextInput({ optional: true, min: 0, max: 200, description: 'For a customer who is new' }) readonly name?: string;
}

export class AdoptionInput {
  @CodeInput({ description: 'Code of a product of one component, of the server’s extension' }) readonly product: string;
  @PartInput(() => AdoptingCustomerInput) readonly customer: AdoptingCustomerInput;
  @ValuesInput({ optional: true, description: 'Answers to the order’s questions that the provider does not know' })
  readonly order?: JsonObject;
}

export class NewServerGroupInput {
  @TextInput({ max: 100 }) readonly name: string;
  @ChoiceInput(fillRules, { optional: true, description: 'Default: least_full' }) readonly fill?: FillRule;
}

export class ServerGroupChangeInput {
  @TextInput({ optional: true, max: 100 }) readonly name?: string;
  @ChoiceInput(fillRules, { optional: true }) readonly fill?: FillRule;
}
