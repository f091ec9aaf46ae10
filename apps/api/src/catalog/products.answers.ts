import { failurePolicies, handOvers, productStates } from '@hostwright/core';
import { Shows, ShowsPart } from '../http/index.js';

export class ProductSiteAnswer {
  @Shows('text', { optional: true, description: 'A component of the product' }) readonly component?: string;
  @Shows('text', { optional: true, description: 'A component of the service it is added to' }) readonly parent?: string;
}

export class ProductComponentAnswer {
  @Shows('text') readonly name: string;
  @Shows('text') readonly extension: string;
  @Shows('id') readonly serverGroupId: string;
  @Shows('values') readonly settings: object;
  @Shows('values', { description: 'Module kind → server id' }) readonly connections: object;
  @Shows('values', { description: 'Field → the component, of the product or of the service it is added to, and its output' })
  readonly inputs: object;
  @ShowsPart(() => ProductSiteAnswer, { nullable: true, description: 'Whose site it works for' }) readonly site: object | null;
  @Shows('text', { enum: handOvers }) readonly handOver: string;
}

export class ProductOrderAnswer {
  @Shows('values', { description: 'JSON Schema of what is asked when it is ordered' }) readonly order: object;
}

export class ProductAnswer {
  @Shows('id') readonly id: string;
  @Shows('text', { description: 'How orders name it; never changes' }) readonly code: string;
  @Shows('text') readonly name: string;
  @Shows('text') readonly description: string;
  @Shows('text', { enum: productStates }) readonly state: string;
  @ShowsPart(() => ProductComponentAnswer, { list: true }) readonly components: readonly ProductComponentAnswer[];
  @Shows('text?', { enum: failurePolicies, description: 'What becomes of a service that cannot be made; null: what its modules say' })
  readonly onFailure: string | null;
  @Shows('texts', { description: 'Codes of the products to whose services it can be added' }) readonly addonOf: readonly string[];
  @Shows('time') readonly createdAt: Date;
  @Shows('time') readonly updatedAt: Date;
}
