import {
  deliveryStates,
  longestWebhookUrl,
  mostWebhookFilters,
  webhookStates,
  type DeliveryState,
  type WebhookState,
} from '@hostwright/core';
import { ChoiceInput, PageQuery, TextInput, TextsInput, TimeInput } from '../http/index.js';

const filters = { max: mostWebhookFilters, maxLength: 100, description: 'Types of events, `service.*` for all that begin so, `*` for all' };

export class NewWebhookInput {
  @TextInput({ max: longestWebhookUrl, description: 'An https address' }) readonly url: string;
  @TextsInput(filters) readonly events: string[];
  @TextInput({ optional: true, min: 0, max: 200 }) readonly description?: string;
}

export class WebhookChangeInput {
  @TextInput({ optional: true, max: longestWebhookUrl }) readonly url?: string;
  @TextsInput({ ...filters, optional: true }) readonly events?: string[];
  @TextInput({ optional: true, min: 0, max: 200 }) readonly description?: string;
  @ChoiceInput(webhookStates, { optional: true }) readonly state?: WebhookState;
}

export class WebhooksQuery extends PageQuery {
  @ChoiceInput(webhookStates, { optional: true }) readonly state?: WebhookState;
}

export class WebhookDeliveriesQuery extends PageQuery {
  @ChoiceInput(deliveryStates, { optional: true }) readonly state?: DeliveryState;
  @TextInput({ optional: true, max: 100 }) readonly eventType?: string;
}

export class ReplayFailedInput {
  @TimeInput({ description: 'Failed deliveries of what happened since are tried anew' }) readonly since: string;
}
