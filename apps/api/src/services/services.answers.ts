import { componentStates, serviceStates } from '@hostwright/core';
import { Shows, ShowsPart } from '../http/index.js';

export class ServiceAnswer {
  @Shows('id') readonly id: string;
  @Shows('id') readonly productId: string;
  @Shows('text') readonly productCode: string;
  @Shows('id') readonly customerId: string;
  @Shows('text?', { description: 'Who ordered it from outside' }) readonly externalSource: string | null;
  @Shows('text?', { description: 'What they call it' }) readonly externalId: string | null;
  @Shows('values') readonly orderValues: object;
  @Shows('id?', { description: 'The service that it is added to' }) readonly parentId: string | null;
  @Shows('text', { enum: serviceStates }) readonly state: string;
  @Shows('time') readonly stateSince: Date;
  @Shows('text', { enum: ['active', 'suspended', 'terminated'] }) readonly desiredState: string;
  @Shows('text?', { description: 'What the provider said last' }) readonly observedState: string | null;
  @Shows('time?') readonly observedAt: Date | null;
  @Shows('time') readonly createdAt: Date;
}

export class ServiceComponentAnswer {
  @Shows('text') readonly name: string;
  @Shows('text', { enum: componentStates, description: 'Whether it was made, or has ended with its service' }) readonly state: string;
  @Shows('text', { optional: true, description: 'Not for customers' }) readonly extension?: string;
  @Shows('id', { optional: true, description: 'Not for customers' }) readonly serverId?: string;
  @Shows('text?', { optional: true, description: 'Not for customers' }) readonly remoteId?: string | null;
  @Shows('values', { description: 'What create left on it; customers see what is declared for them, nobody sees secrets' })
  readonly properties: object;
  @Shows('time?', { description: 'When it ends unless somebody does something, such as the end of what is paid of a certificate' })
  readonly expiresAt: string | null;
}

export class ChildServiceAnswer {
  @Shows('id') readonly id: string;
  @Shows('text') readonly productCode: string;
  @Shows('text', { enum: serviceStates }) readonly state: string;
}

export class ServiceDetailsAnswer extends ServiceAnswer {
  @ShowsPart(() => ServiceComponentAnswer, { list: true }) readonly components: readonly ServiceComponentAnswer[];
  @ShowsPart(() => ChildServiceAnswer, { list: true }) readonly children: readonly ChildServiceAnswer[];
  @Shows('id?') readonly createJobId: string | null;
  @Shows('id?', { description: 'The job in flight' }) readonly runningJobId: string | null;
  @Shows('values', { optional: true, description: 'Component → name → value; not for customers' }) readonly reserved?: object;
}

export class PlacedOrderAnswer {
  @Shows('id') readonly serviceId: string;
  @Shows('id') readonly jobId: string;
  @Shows('flag', { description: 'False when this external id had been ordered before' }) readonly created: boolean;
  @Shows('values', { description: 'Component → name → value' }) readonly reserved: object;
}

export class RequestedJobAnswer {
  @Shows('id') readonly jobId: string;
  @Shows('flag', { description: 'False when such a job was under way already, or there was nothing to do' }) readonly created: boolean;
  @Shows('texts', { optional: true, description: 'Components that have no such operation, and stay as they are' })
  readonly without?: readonly string[];
}

export class AddonAnswer {
  @Shows('text', { description: 'Code of the product' }) readonly code: string;
  @Shows('text') readonly name: string;
  @Shows('text') readonly description: string;
  @Shows('values', { description: 'JSON Schema of what is asked when it is ordered' }) readonly order: object;
}

export class AddonsAnswer {
  @ShowsPart(() => AddonAnswer, { list: true }) readonly items: readonly AddonAnswer[];
}

export class WelcomeMailAnswer {
  @Shows('text', { description: 'Whom it goes to' }) readonly to: string;
}

export class ServiceActionAnswer {
  @Shows('text', { description: 'Of which component' }) readonly component: string;
  @Shows('text') readonly name: string;
  @Shows('text', { description: 'What stands on the button' }) readonly label: string;
  @Shows('values', { description: 'JSON Schema of what is asked when it is pressed' }) readonly input: object;
  @Shows('text?', { description: 'What has to be agreed to before, where it takes something away' }) readonly confirm: string | null;
  @Shows('texts', { description: 'States of the service in which it may be pressed' }) readonly when: readonly string[];
  @Shows('flag', { description: 'Whether it may be pressed now' }) readonly possible: boolean;
}

export class ServiceActionsAnswer {
  @ShowsPart(() => ServiceActionAnswer, { list: true }) readonly items: readonly ServiceActionAnswer[];
}

export class AccessWaysAnswer {
  @Shows('texts', { description: 'Components that can be logged in to' }) readonly signOn: readonly string[];
  @Shows('texts', { description: 'Components whose password can be changed' }) readonly password: readonly string[];
  @Shows('texts', { description: 'Components with files to fetch, such as a certificate and its key' }) readonly files: readonly string[];
}

export class SignOnAnswer {
  @Shows('text', { description: 'Serves once; whoever has it is logged in' }) readonly url: string;
  @Shows('text', { description: 'ISO 8601' }) readonly expiresAt: string;
}

export class InspectionAnswer {
  @Shows('text', { enum: ['running', 'stopped', 'changing', 'missing'] }) readonly state: string;
  @Shows('text', { optional: true }) readonly node?: string;
  @Shows('number', { optional: true }) readonly cpuFraction?: number;
  @Shows('integer', { optional: true }) readonly memoryBytes?: number;
  @Shows('integer', { optional: true }) readonly memoryLimitBytes?: number;
  @Shows('integer', { optional: true }) readonly diskBytes?: number;
  @Shows('integer', { optional: true }) readonly diskLimitBytes?: number;
  @Shows('integer', { optional: true }) readonly uptimeSeconds?: number;
  @Shows('values', { optional: true }) readonly details?: object;
}

export class InspectionFailureAnswer {
  @Shows('text') readonly code: string;
  @Shows('text') readonly message: string;
}

export class ComponentInspectionAnswer {
  @Shows('text') readonly name: string;
  @ShowsPart(() => InspectionAnswer, { nullable: true, description: 'null: its provider did not say' })
  readonly inspection: InspectionAnswer | null;
  @ShowsPart(() => InspectionFailureAnswer, { nullable: true, description: 'Why its provider did not say' })
  readonly failure: InspectionFailureAnswer | null;
}

export class InspectionsAnswer {
  @ShowsPart(() => ComponentInspectionAnswer, { list: true }) readonly items: readonly ComponentInspectionAnswer[];
}
