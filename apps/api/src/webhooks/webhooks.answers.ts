import { deliveryStates, webhookEventTypes, webhookStates, webhookTestType } from '@hostwright/core';
import { Shows, ShowsPart } from '../http/index.js';

export class WebhookAnswer {
  @Shows('id') readonly id: string;
  @Shows('text') readonly url: string;
  @Shows('text') readonly description: string;
  @Shows('texts', { description: 'Types of events, `service.*` for all that begin so, `*` for all' }) readonly events: readonly string[];
  @Shows('text', { enum: webhookStates, description: 'A disabled one is told of nothing; what waited goes on when it is active again' })
  readonly state: string;
  @Shows('text?') readonly disabledReason: string | null;
  @Shows('time?') readonly disabledAt: Date | null;
  @Shows('time?', { description: 'Since when every attempt has failed; after 72 hours it is disabled' })
  readonly failingSince: Date | null;
  @Shows('time?', { description: 'Until when an earlier secret signs too' }) readonly oldSecretUntil: Date | null;
  @Shows('time') readonly createdAt: Date;
  @Shows('time') readonly updatedAt: Date;
}

export class WebhookWithSecretAnswer {
  @ShowsPart(() => WebhookAnswer) readonly webhook: WebhookAnswer;
  @Shows('text', { description: '`whsec_` and base64, as Standard Webhooks has it. Shown this once' }) readonly secret: string;
}

export class WebhookEventTypeAnswer {
  @Shows('text') readonly type: string;
  @Shows('text') readonly description: string;
  @Shows('texts', { description: 'Names in `data`, each a string or null' }) readonly data: readonly string[];
}

export class WebhookEventTypesAnswer {
  @ShowsPart(() => WebhookEventTypeAnswer, { list: true }) readonly items: readonly WebhookEventTypeAnswer[];
}

/** What receivers are sent; in the document only. */
export class WebhookMessage {
  @Shows('text', { enum: [...webhookEventTypes, webhookTestType].map(({ type }) => type) }) readonly type: string;
  @Shows('time', { description: 'When it happened' }) readonly timestamp: Date;
  @Shows('values', { description: 'As `GET /api/v1/webhooks/event-types` says of the type; ids are strings of digits' })
  readonly data: object;
}

export class WebhookDeliveryAnswer {
  @Shows('id') readonly id: string;
  @Shows('id') readonly endpointId: string;
  @Shows('text', { description: 'The header `webhook-id` of every attempt' }) readonly eventId: string;
  @Shows('text') readonly eventType: string;
  @Shows('text', { enum: deliveryStates }) readonly state: string;
  @Shows('integer') readonly attempts: number;
  @Shows('time?') readonly nextAttemptAt: Date | null;
  @Shows('integer?', { description: 'HTTP status of the last answer' }) readonly lastStatus: number | null;
  @Shows('text?') readonly lastError: string | null;
  @Shows('time') readonly createdAt: Date;
  @Shows('time?') readonly lastAttemptAt: Date | null;
  @Shows('time?') readonly finishedAt: Date | null;
}

export class WebhookAttemptAnswer {
  @Shows('integer') readonly number: number;
  @Shows('time') readonly startedAt: Date;
  @Shows('integer?', { description: 'Null while it runs, and for good when the worker was lost before it had recorded how it ended' })
  readonly durationMs: number | null;
  @Shows('integer?') readonly status: number | null;
  @Shows('text?') readonly error: string | null;
  @Shows('text?', { description: 'The beginning of the answer, secrets masked' }) readonly response: string | null;
}

export class WebhookDeliveryDetailsAnswer extends WebhookDeliveryAnswer {
  @Shows('text', { description: 'What is sent' }) readonly body: string;
  @ShowsPart(() => WebhookAttemptAnswer, { list: true, description: 'Oldest first' }) readonly history: readonly WebhookAttemptAnswer[];
}

export class ReplayedAnswer {
  @Shows('integer', { description: 'How many deliveries are tried anew' }) readonly replayed: number;
}
