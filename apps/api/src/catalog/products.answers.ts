import { productStates } from '@hostwright/core';
import { Shows, ShowsPart } from '../http/index.js';

export class ProductComponentAnswer {
  @Shows('text') readonly name: string;
  @Shows('text') readonly extension: string;
  @Shows('id') readonly serverGroupId: string;
  @Shows('values') readonly settings: object;
  @Shows('values', { description: 'Module kind → server id' }) readonly connections: object;
}

export class ProductAnswer {
  @Shows('id') readonly id: string;
  @Shows('text', { description: 'How orders name it; never changes' }) readonly code: string;
  @Shows('text') readonly name: string;
  @Shows('text') readonly description: string;
  @Shows('text', { enum: productStates }) readonly state: string;
  @ShowsPart(() => ProductComponentAnswer, { list: true }) readonly components: readonly ProductComponentAnswer[];
  @Shows('time') readonly createdAt: Date;
  @Shows('time') readonly updatedAt: Date;
}
