import { serviceStates, type ServiceState } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { ChoiceInput, CodeInput, EmailInput, IdInput, PageQuery, PartInput, TextInput, ValuesInput } from '../http/index.js';

export class OrderingCustomerInput {
  @EmailInput() readonly email: string;
  @TextInput({ optional: true, min: 0, max: 200, description: 'For a customer who is new' }) readonly name?: string;
}

export class ExternalInput {
  @CodeInput({ description: 'Who the caller is to us' }) readonly source: string;
  @TextInput({ max: 255, description: 'What it calls the service. The same again answers what the first call made' }) readonly id: string;
}

export class NewServiceInput {
  @CodeInput({ description: 'Code of the product' }) readonly product: string;
  @PartInput(() => OrderingCustomerInput) readonly customer: OrderingCustomerInput;
  @ValuesInput({ optional: true, description: "As the module's order fields" }) readonly order?: JsonObject;
  @PartInput(() => ExternalInput, { optional: true }) readonly external?: ExternalInput;
}

export class NewAddonInput {
  @CodeInput({ description: 'Code of the product' }) readonly product: string;
  @ValuesInput({ optional: true, description: 'As what can be added asks for it' }) readonly order?: JsonObject;
  @PartInput(() => ExternalInput, { optional: true, description: 'Programs and staff only' }) readonly external?: ExternalInput;
  @TextInput({
    optional: true,
    max: 200,
    description: "The customer's own id of this order. The same again answers what the first call made; for customers only",
  })
  readonly requestId?: string;
}

export class OperationInput {
  @TextInput({ max: 63, example: 'suspend' }) readonly operation: string;
}

export class PackageInput {
  @CodeInput({ description: 'Code of the product that the service is to become one of' }) readonly product: string;
}

export class ActionInput {
  @TextInput({ optional: true, max: 63, description: 'Needed only where several components have an action of that name' })
  readonly component?: string;
  @ValuesInput({ optional: true, description: 'As the action asks for it' }) readonly input?: JsonObject;
}

export class SignOnInput {
  @TextInput({ optional: true, max: 63, description: 'Needed only where several components can be logged in to' })
  readonly component?: string;
}

export class PasswordChangeInput {
  @TextInput({ optional: true, max: 63, description: 'Needed only where several components have a password' })
  readonly component?: string;
  @TextInput({ optional: true, min: 10, max: 128, description: 'Left out: random, and nobody is told it' })
  readonly password?: string;
}

export class ServicesQuery extends PageQuery {
  @IdInput({ optional: true, description: 'Ignored for customers, who see their own' }) readonly customerId?: string;
  @IdInput({ optional: true }) readonly productId?: string;
  @ChoiceInput(serviceStates, { optional: true }) readonly state?: ServiceState;
}
