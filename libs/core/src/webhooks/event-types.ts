import type { Json, JsonObject } from '@hostwright/sdk';

/** What is told of one kind of event. */
export interface WebhookEventType {
  /** `service.create.completed`. Also the topic under which the panel tells itself. */
  readonly type: string;
  readonly description: string;
  /** Names in `data`, in this order. Each is a string, or null where it does not apply. */
  readonly data: readonly string[];
}

const ofJob = ['jobId', 'serviceId', 'operation'];
const completed = (operation: string, description: string): WebhookEventType => ({
  type: `service.${operation}.completed`,
  description,
  data: ofJob,
});

/** Every event that receivers may be told of. What the panel tells itself and is not here stays in the house. */
export const webhookEventTypes: readonly WebhookEventType[] = [
  completed('create', 'A service was delivered'),
  {
    type: 'service.laterParts.completed',
    description: 'What was still to be made when a service was delivered is there too',
    data: ofJob,
  },
  {
    type: 'service.laterParts.given_up',
    description: 'Something that was still to be made when a service was delivered could not be made; staff are asked',
    data: ofJob,
  },
  completed('suspend', 'A service was suspended'),
  completed('unsuspend', 'A suspended service runs again'),
  completed('terminate', 'A service was ended and nothing is left of it'),
  completed('changePackage', 'A service has another package'),
  completed('changePassword', 'The password of a service was changed'),
  completed('renew', 'A service was renewed'),
  { type: 'job.failed', description: 'An operation failed, and what it had done is undone', data: [...ofJob, 'reason'] },
  { type: 'job.cancelled', description: 'An operation was stopped, and what it had done is undone', data: [...ofJob, 'reason'] },
  { type: 'job.needs_operator', description: 'An operation waits for a person', data: [...ofJob, 'title'] },
  {
    type: 'operator_task.opened',
    description: 'There is something that only a person can decide',
    data: ['taskId', 'jobId', 'serviceId', 'title', 'detail'],
  },
];

/** Told to one endpoint when staff ask for it, whatever its filters. */
export const webhookTestType: WebhookEventType = {
  type: 'webhook.test',
  description: 'Staff asked for it, to see whether the receiver works',
  data: ['endpointId'],
};

/** Operations that one extension adds are told in the same shape. */
const otherOperation = /^service\.[A-Za-z][A-Za-z0-9_-]{0,62}\.completed$/;

function definitionOf(type: string): WebhookEventType | undefined {
  return (
    [...webhookEventTypes, webhookTestType].find((one) => one.type === type) ??
    (otherOperation.test(type) ? { type, description: 'An operation of a service was completed', data: ofJob } : undefined)
  );
}

/** An event as receivers are told of it. */
export interface WebhookEvent {
  readonly type: string;
  /** When it happened. */
  readonly at: Date;
  /** The request's body, the same at every attempt. */
  readonly body: string;
}

/**
 * What receivers are told of an event; undefined when they are not told of its kind. Holds what its kind declares and nothing else.
 * `clean`: takes secrets out of a text.
 */
export function webhookEventOf(type: string, payload: JsonObject, at: Date, clean: (text: string) => string): WebhookEvent | undefined {
  const definition = definitionOf(type);
  if (!definition) return undefined;
  const data = Object.fromEntries(definition.data.map((name) => [name, textOf(payload[name], clean)]));
  return { type, at, body: JSON.stringify({ type, timestamp: at.toISOString(), data }) };
}

function textOf(value: Json | undefined, clean: (text: string) => string): string | null {
  if (typeof value === 'string') return clean(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** Every filter that lets this type pass: `*`, `service.*`, `service.create.*` and the type itself. */
export function filtersFor(type: string): readonly string[] {
  const words = type.split('.');
  return ['*', ...words.slice(1).map((_, at) => `${words.slice(0, at + 1).join('.')}.*`), type];
}

/** Whether some event there is passes the filter. */
export function isWebhookFilter(filter: string): boolean {
  return otherOperation.test(filter) || webhookEventTypes.some(({ type }) => filtersFor(type).includes(filter));
}
