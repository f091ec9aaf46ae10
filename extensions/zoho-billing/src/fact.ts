import { PanelError, type TriggerFact, type TriggerItem, type TriggerState } from '@hostwright/sdk';
import type { Answer } from './client.js';

/** Source: zoho.com/billing/api/v1/subscription, "status". One that does not renew is paid until its term ends. */
const states: Readonly<Record<string, TriggerState>> = {
  future: 'waiting',
  creation_failed: 'waiting',
  live: 'active',
  trial: 'active',
  non_renewing: 'active',
  dunning: 'overdue',
  unpaid: 'unpaid',
  paused: 'unpaid',
  cancelled: 'ended',
  cancelled_from_dunning: 'ended',
  expired: 'ended',
  trial_expired: 'ended',
};

export function factOf(id: string, subscription: Answer): TriggerFact {
  const { status, plan, addons, customer } = subscription;
  const state = typeof status === 'string' && Object.hasOwn(states, status) ? states[status] : undefined;
  if (!state)
    throw new PanelError('rejected', `subscription ${id} has the status ${String(status).slice(0, 50)}, which this version does not know`);
  const { email, display_name: name } = objectIn(customer);
  const items = [
    itemOf(objectIn(plan), 'plan_code'),
    ...(Array.isArray(addons) ? addons : []).map((addon) => itemOf(objectIn(addon), 'addon_code')),
  ].filter((item) => item !== undefined);
  return {
    subject: id,
    state,
    items,
    customer: { email: textOrNull(email), name: textOrNull(name) },
    values: { ...textsIn(subscription, ['reference_id', 'name']), ...customFields(subscription['custom_fields']) },
  };
}

function itemOf(item: Answer, code: string): TriggerItem | undefined {
  const name = textOrNull(item[code]);
  const { quantity } = item;
  return name === null ? undefined : { names: [name], quantity: typeof quantity === 'number' ? quantity : 1 };
}

function objectIn(value: unknown): Answer {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Answer) : {};
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function textsIn(from: Answer, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (textOrNull(from[name]) === null ? [] : [[name, from[name] as string]])));
}

/** By their API name, and by their label, which older ones have only. */
function customFields(value: unknown): Record<string, string | number | boolean> {
  return Object.fromEntries(
    (Array.isArray(value) ? value : []).flatMap((one) => {
      const { api_name: apiName, label, value: given } = objectIn(one);
      if (typeof given !== 'string' && typeof given !== 'number' && typeof given !== 'boolean') return [];
      return [...new Set([apiName, label])].flatMap((name) => (typeof name === 'string' && name !== '' ? [[`custom.${name}`, given]] : []));
    }),
  );
}
