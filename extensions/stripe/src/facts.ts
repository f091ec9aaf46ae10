import { PanelError, type TriggerFact, type TriggerItem, type TriggerState } from '@hostwright/sdk';
import { idIn, listIn, objectIn, textIn, textOrNull, type Fields, type ListAnswer } from './answers.js';
import type { WentBack } from './money.js';

type Values = Record<string, string | number | boolean>;

/** Source: docs.stripe.com/api/subscriptions/object, "status". A subscription paused for collection only stays `active`. */
const subscriptionStates: Readonly<Record<string, TriggerState>> = {
  incomplete: 'waiting',
  trialing: 'active',
  active: 'active',
  past_due: 'overdue',
  unpaid: 'unpaid',
  paused: 'unpaid',
  canceled: 'ended',
  incomplete_expired: 'ended',
};

/** How a subscription stands by its status alone, whatever became of the money since. Throws `rejected` for a status that is new. */
export function subscriptionState(subscription: Fields): TriggerState {
  const id = textIn(subscription['id'], 'id of a subscription');
  const status = textIn(subscription['status'], `status of ${id}`);
  const state = Object.hasOwn(subscriptionStates, status) ? subscriptionStates[status] : undefined;
  if (!state) throw new PanelError('rejected', `${id} has the status ${status}, which this version does not know`);
  return state;
}

/** `session`: in which it was bought, where it was. */
export function factOfSubscription(subscription: Fields, state: TriggerState, items: ListAnswer, session: Fields | undefined): TriggerFact {
  const id = textIn(subscription['id'], 'id of a subscription');
  const customer = objectIn(subscription['customer'], `customer of ${id}`);
  return {
    subject: id,
    state,
    items: itemsIn(items),
    customer: { email: textOrNull(customer['email']), name: textOrNull(customer['name']) },
    values: { ...(session && checkoutValues(session)), ...metadataIn(subscription) },
  };
}

/** Of a session that took one payment. Only `payment_status` says whether it is paid: a completed one may wait for its bank. */
export function factOfPayment(session: Fields, items: ListAnswer, back: WentBack): TriggerFact {
  const id = textIn(session['id'], 'id of a session');
  const details = (session['customer_details'] ?? {}) as Fields;
  return {
    subject: id,
    state: paymentState(session, id, back),
    items: itemsIn(items),
    customer: {
      email: textOrNull(details['email']) ?? textOrNull(session['customer_email']),
      name: textOrNull(details['name']) ?? textOrNull(details['business_name']),
    },
    values: { ...checkoutValues(session), ...metadataIn(session) },
  };
}

function paymentState(session: Fields, id: string, back: WentBack): TriggerState {
  const status = textIn(session['payment_status'], `payment_status of ${id}`);
  if (status === 'unpaid') return 'waiting';
  if (status !== 'paid' && status !== 'no_payment_required')
    throw new PanelError('rejected', `${id} has the payment status ${status}, which this version does not know`);
  return back ?? 'active';
}

/** A price by its id, by the key it was given and by its product. */
function itemsIn({ data }: ListAnswer): readonly TriggerItem[] {
  return data.flatMap(({ price, quantity }) => {
    if (typeof price !== 'object' || price === null) return [];
    const { id, lookup_key: key, product } = price as Fields;
    const names = [textOrNull(id), textOrNull(key), idIn(product)].filter((name) => name !== null);
    // One that is billed by its use has none.
    return names.length === 0 ? [] : [{ names, quantity: typeof quantity === 'number' ? quantity : 1 }];
  });
}

export function embeddedList(value: unknown, what: string): ListAnswer {
  return value === undefined || value === null ? { data: [], hasMore: false } : listIn(value, what);
}

function metadataIn({ metadata }: Fields): Values {
  return Object.fromEntries(
    Object.entries((metadata ?? {}) as Fields).flatMap(([name, value]) => (typeof value === 'string' ? [[`metadata.${name}`, value]] : [])),
  );
}

/** What was typed in at the checkout, and who the shop said it was. */
function checkoutValues({ client_reference_id: reference, custom_fields: custom }: Fields): Values {
  const values: Values = {};
  if (typeof reference === 'string') values['client_reference_id'] = reference;
  for (const field of Array.isArray(custom) ? (custom as Fields[]) : []) {
    const { key, type } = field;
    const value = typeof type === 'string' ? ((field[type] ?? {}) as Fields)['value'] : undefined;
    if (typeof key === 'string' && typeof value === 'string') values[`custom_fields.${key}`] = value;
  }
  return values;
}
