import { triggerActions, triggerEventStates } from '@hostwright/core';
import { Shows, ShowsPart } from '../http/index.js';

export class ReceivedAnswer {
  @Shows('flag') readonly received: true;
}

export class TriggerEventAnswer {
  @Shows('id') readonly id: string;
  @Shows('id') readonly serverId: string;
  @Shows('text', { description: "The provider's id" }) readonly eventId: string;
  @Shows('text') readonly eventType: string;
  @Shows('text?', { description: 'What was read again; null when nothing that is sold can have changed' }) readonly subject: string | null;
  @Shows('text', { enum: triggerEventStates }) readonly state: string;
  @Shows('text?', { description: 'What became of it, or why it waits or failed' }) readonly outcome: string | null;
  @Shows('id?') readonly serviceId: string | null;
  @Shows('time') readonly receivedAt: Date;
  @Shows('time?') readonly nextLookAt: Date | null;
  @Shows('time?') readonly finishedAt: Date | null;
}

export class ReplayedEventsAnswer {
  @Shows('integer', { description: 'How many events are looked at once more' }) readonly replayed: number;
}

export class TriggerPolicyAnswer {
  @Shows('text', { enum: triggerActions, description: 'A payment failed and is tried again' }) readonly overdue: string;
  @Shows('text', { enum: triggerActions, description: 'A payment failed for good, or it is paused' }) readonly unpaid: string;
  @Shows('text', { enum: triggerActions, description: 'All that was paid went back' }) readonly refunded: string;
  @Shows('text', { enum: triggerActions, description: 'It was cancelled or has run out' }) readonly ended: string;
}

export class TriggerMappingAnswer {
  @Shows('id') readonly id: string;
  @Shows('id') readonly serverId: string;
  @Shows('text', { description: "A name of what is bought at the provider, such as a plan's code" }) readonly plan: string;
  @Shows('text', { description: "The product's code" }) readonly product: string;
  @Shows('values', { description: "By the name of the product's order field: `{ value }`, or `{ from }` with what it is taken from" })
  readonly orderValues: object;
  @ShowsPart(() => TriggerPolicyAnswer) readonly policy: TriggerPolicyAnswer;
  @Shows('text?', { description: 'Of an add-on: the name of what the provider says that names the service it is added to' })
  readonly addTo: string | null;
  @Shows('time') readonly createdAt: Date;
  @Shows('time') readonly updatedAt: Date;
}
