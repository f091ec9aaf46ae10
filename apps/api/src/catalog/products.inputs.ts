import { productStates, type ProductState } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { ChoiceInput, CodeInput, IdInput, LongTextInput, PageQuery, PartsInput, TextInput, ValuesInput } from '../http/index.js';

export class ProductComponentInput {
  @CodeInput({ description: 'Unique in the product' }) readonly name: string;
  @CodeInput() readonly extension: string;
  @IdInput({ description: 'Where its services are placed' }) readonly serverGroupId: string;
  @ValuesInput({ optional: true, description: "As the module's product fields" }) readonly settings?: JsonObject;
  @ValuesInput({ optional: true, description: 'Module kind → server id', example: { dns: '2', proxy: '3' } }) readonly connections?: Record<
    string,
    unknown
  >;
}

export class NewProductInput {
  @CodeInput({ description: 'How orders name it; never changes' }) readonly code: string;
  @TextInput({ max: 200 }) readonly name: string;
  @LongTextInput({ optional: true, min: 0, max: 10_000 }) readonly description?: string;
  @ChoiceInput(productStates, { optional: true }) readonly state?: ProductState;
  @PartsInput(() => ProductComponentInput, { max: 20 }) readonly components: ProductComponentInput[];
}

export class ProductChangeInput {
  @TextInput({ optional: true, max: 200 }) readonly name?: string;
  @LongTextInput({ optional: true, min: 0, max: 10_000 }) readonly description?: string;
  @ChoiceInput(productStates, { optional: true }) readonly state?: ProductState;
  @PartsInput(() => ProductComponentInput, { optional: true, max: 20, description: 'Replaces all there were; services keep theirs' })
  readonly components?: ProductComponentInput[];
}

export class ProductsQuery extends PageQuery {
  @ChoiceInput(productStates, { optional: true }) readonly state?: ProductState;
}
