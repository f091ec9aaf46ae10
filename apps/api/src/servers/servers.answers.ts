import { fillRules, serverStates } from '@hostwright/core';
import { Shows, ShowsPart } from '../http/index.js';

export class ServerAnswer {
  @Shows('id') readonly id: string;
  @Shows('text') readonly name: string;
  @Shows('text') readonly extension: string;
  @Shows('text', { description: 'Of its module: provisioning, dns, proxy' }) readonly kind: string;
  @Shows('id?') readonly serverGroupId: string | null;
  @Shows('values', { description: 'As the module asks for them; of a secret only `{ set: true }`' }) readonly settings: object;
  @Shows('text', { enum: serverStates }) readonly state: string;
  @Shows('integer?', { description: 'How many services it takes; null: no end' }) readonly capacity: number | null;
  @Shows('integer', { description: 'How many services are on it, ended ones aside' }) readonly used: number;
  @Shows('time') readonly createdAt: Date;
  @Shows('time') readonly updatedAt: Date;
}

export class ConnectionTestAnswer {
  @Shows('text', { description: 'Product and version of what answered' }) readonly version: string;
  @Shows('texts', { description: 'What works but should be looked at' }) readonly warnings: readonly string[];
}

export class ServerGroupAnswer {
  @Shows('id') readonly id: string;
  @Shows('text') readonly name: string;
  @Shows('text', { enum: fillRules }) readonly fill: string;
  @Shows('time') readonly createdAt: Date;
}

export class ActionAnswer {
  @Shows('text') readonly name: string;
  @Shows('text') readonly label: string;
  @Shows('values', { description: 'JSON Schema of what is asked when it is pressed' }) readonly input: object;
  @Shows('text?', { description: 'What has to be agreed to before, where it takes something away' }) readonly confirm: string | null;
  @Shows('text', { enum: ['customer', 'staff'] }) readonly shownTo: string;
  @Shows('texts', { description: 'States of the service in which it may be pressed' }) readonly when: readonly string[];
}

export class ModuleAnswer {
  @Shows('text') readonly kind: string;
  @Shows('values', { description: 'JSON Schema of a server of this module' }) readonly server: object;
  @Shows('values?', { description: 'JSON Schema of what the seller chooses per product' }) readonly product: object | null;
  @Shows('values?', { description: 'JSON Schema of what is asked at checkout' }) readonly order: object | null;
  @Shows('values?', { description: 'JSON Schema of what create leaves, from which other components may be wired' })
  readonly properties: object | null;
  @Shows('texts', { description: 'What a service of this module may be asked for' }) readonly operations: readonly string[];
  @ShowsPart(() => ActionAnswer, { list: true }) readonly actions: readonly ActionAnswer[];
  @Shows('flag', { description: 'Whether a connection can be tested' }) readonly canTest: boolean;
  @Shows('flag', { description: 'Whether a customer can be logged in to a service of it by one click' }) readonly canSignOn: boolean;
  @Shows('flag', { description: 'Whether an account on a server of it can become a service' }) readonly canAdopt: boolean;
  @Shows('flag', { description: 'Whether certificates can be installed on what it delivers' }) readonly canServeSites: boolean;
  @Shows('texts', { description: 'Runs there are at a server of it: reconcile, usage' }) readonly looks: readonly string[];
}

export class ExtensionAnswer {
  @Shows('text') readonly id: string;
  @Shows('text') readonly name: string;
  @Shows('text') readonly version: string;
  @Shows('text', { description: '`loaded`, or why not in one word' }) readonly state: string;
  @Shows('text?', { description: 'Why it is not loaded' }) readonly reason: string | null;
  @ShowsPart(() => ModuleAnswer, { list: true }) readonly modules: readonly ModuleAnswer[];
}

export class ExtensionsAnswer {
  @ShowsPart(() => ExtensionAnswer, { list: true }) readonly items: readonly ExtensionAnswer[];
}
