import { PanelError } from '@hostwright/sdk';
import { isWebhookFilter } from './event-types.js';
import type { StoredSecrets } from './webhook-secret.js';

/**
 * - `active`: is told of events
 * - `disabled`: is told of nothing. What waited goes on when it is active again; what happens meanwhile it never hears of
 */
export const webhookStates = ['active', 'disabled'] as const;
export type WebhookState = (typeof webhookStates)[number];

/** Filters of one endpoint at the most. */
export const mostWebhookFilters = 50;

/** Somebody's address that is told of events. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  /** Which events: a type, `service.*`, or `*` for all. */
  readonly events: readonly string[];
  readonly secrets: StoredSecrets;
  readonly state: WebhookState;
  /** Why it was disabled; null while it is active. */
  readonly disabledReason: string | null;
  readonly disabledAt: Date | null;
  /** Since when every attempt has failed; null when the last one was well. */
  readonly failingSince: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An endpoint as staff may see it. */
export interface WebhookEndpointView extends Omit<WebhookEndpoint, 'secrets'> {
  /** Until when the secret that was replaced last signs too; null when only one does. */
  readonly oldSecretUntil: Date | null;
}

export function viewOfWebhook({ secrets, ...view }: WebhookEndpoint, at: Date): WebhookEndpointView {
  const until = secrets.flatMap((one) => (one.until === null ? [] : [new Date(one.until)])).find((time) => time > at);
  return { ...view, oldSecretUntil: until ?? null };
}

/** Filters as they are kept, each once. Throws `invalid_input`, field `events`, for one that no event passes. */
export function checkFilters(events: readonly string[]): readonly string[] {
  const wrong = (rule: string) => new PanelError('invalid_input', `events ${rule}`, { field: 'events' });
  if (events.length === 0) throw wrong('must name at least one event, or * for all');
  if (events.length > mostWebhookFilters) throw wrong(`must be at most ${mostWebhookFilters}`);
  const odd = events.findIndex((filter) => !isWebhookFilter(filter));
  if (odd >= 0) throw wrong(`holds at place ${odd + 1} what no event is called; GET /api/v1/webhooks/event-types lists them`);
  return [...new Set(events)];
}
