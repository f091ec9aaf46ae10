import { failurePolicies, handOvers, productStates, type FailurePolicy, type HandOver, type ProductState } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import {
  ChoiceInput,
  CodeInput,
  IdInput,
  LongTextInput,
  PageQuery,
  PartInput,
  PartsInput,
  TextInput,
  TextsInput,
  ValuesInput,
} from '../http/index.js';

export class ProductSiteInput {
  @CodeInput({ optional: true, description: 'A component of the product' }) readonly component?: string;
  @CodeInput({ optional: true, description: 'In an add-on: a component of the service it is added to' }) readonly parent?: string;
}

export class ProductComponentInput {
  @CodeInput({ description: 'Unique in the product' }) readonly name: string;
  @CodeInput() readonly extension: string;
  @IdInput({ description: 'Where its services are placed' }) readonly serverGroupId: string;
  @ValuesInput({ optional: true, description: "As the module's product fields" }) readonly settings?: JsonObject;
  @ValuesInput({ optional: true, description: 'Module kind → server id', example: { dns: '2', proxy: '3' } }) readonly connections?: Record<
    string,
    unknown
  >;
  @ValuesInput({
    optional: true,
    description:
      'Order or product field → where its value comes from: a property, or `remoteId`, of another component of the product, or, in an add-on, of the service it is added to. Wired fields are not asked at checkout',
    example: { content: { component: 'site', output: 'address' }, account: { parent: 'mail', output: 'remoteId' } },
  })
  readonly inputs?: Record<string, unknown>;
  @PartInput(() => ProductSiteInput, {
    optional: true,
    nullable: true,
    description: 'Whose site it works for, such as one that its certificate is installed on',
  })
  readonly site?: ProductSiteInput | null;
  @ChoiceInput(handOvers, {
    optional: true,
    description:
      'later: made once all the others are handed over to the customer, such as a certificate whose validation needs the customer',
  })
  readonly handOver?: HandOver;
}

const onFailure = {
  optional: true,
  nullable: true,
  description:
    'What becomes of a service that cannot be made. Left out or null: what its modules say, which is to roll back unless they say otherwise',
} as const;

const addonOf = {
  optional: true,
  max: 50,
  maxLength: 63,
  description: 'Codes of the products to whose services it can be added. Sold by itself when there is none',
} as const;

export class NewProductInput {
  @CodeInput({ description: 'How orders name it; never changes' }) readonly code: string;
  @TextInput({ max: 200 }) readonly name: string;
  @LongTextInput({ optional: true, min: 0, max: 10_000 }) readonly description?: string;
  @ChoiceInput(productStates, { optional: true }) readonly state?: ProductState;
  @PartsInput(() => ProductComponentInput, { max: 20 }) readonly components: ProductComponentInput[];
  @ChoiceInput(failurePolicies, onFailure)
  readonly onFailure?: FailurePolicy | null;
  @TextsInput(addonOf)
  readonly addonOf?: string[];
}

export class ProductChangeInput {
  @TextInput({ optional: true, max: 200 }) readonly name?: string;
  @LongTextInput({ optional: true, min: 0, max: 10_000 }) readonly description?: string;
  @ChoiceInput(productStates, { optional: true }) readonly state?: ProductState;
  @PartsInput(() => ProductComponentInput, { optional: true, max: 20, description: 'Replaces all there were; services keep theirs' })
  readonly components?: ProductComponentInput[];
  @ChoiceInput(failurePolicies, onFailure)
  readonly onFailure?: FailurePolicy | null;
  @TextsInput(addonOf)
  readonly addonOf?: string[];
}

export class ProductsQuery extends PageQuery {
  @ChoiceInput(productStates, { optional: true }) readonly state?: ProductState;
}
