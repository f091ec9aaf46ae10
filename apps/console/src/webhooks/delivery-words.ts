import type { Webhook, WebhookDelivery } from '../api/index.js';

export const deliveryStateLabels: Readonly<Record<WebhookDelivery['state'], string>> = {
  pending: 'Waits',
  sending: 'Being sent',
  delivered: 'Delivered',
  failed: 'Failed',
};

export function isDeliveryState(value: unknown): value is WebhookDelivery['state'] {
  return typeof value === 'string' && Object.hasOwn(deliveryStateLabels, value);
}

/** How the last attempt went; nothing before the first. */
export function lastAnswerText({ lastStatus, lastError }: Pick<WebhookDelivery, 'lastStatus' | 'lastError'>): string {
  if (lastError !== null) return lastStatus === null ? lastError : `${lastStatus}: ${lastError}`;
  return lastStatus === null ? '–' : String(lastStatus);
}

/** Types of events as they are typed: one on each line, or with commas between. */
export function eventFilters(typed: string): string[] {
  return [...new Set(typed.split(/[\s,]+/).filter((one) => one !== ''))];
}

/** Whether its attempts fail: `failing` yet, or until it was `disabled` for that. What staff disabled is no trouble. */
export function troubleOf({ state, failingSince }: Pick<Webhook, 'state' | 'failingSince'>): 'disabled' | 'failing' | null {
  if (failingSince === null) return null;
  return state === 'disabled' ? 'disabled' : 'failing';
}
