import { PanelError, type TriggerNotice, type VerifiedNotice } from '@hostwright/sdk';
import { idIn, textOrNull, type Fields } from './answers.js';
import { isLive, type ServerConfig } from './config.js';
import { subscriptionOf } from './money.js';
import { loadSdk } from './sdk.js';

/** How old a signature may be, and how far ahead of our clock: Stripe signs every attempt anew. */
const toleranceSeconds = 300;

/** Throws `unauthenticated`; `invalid_input` for what is signed and no event, or of the other mode than the key. */
export async function verifyNotice(server: ServerConfig, { headers, body, receivedAt }: TriggerNotice): Promise<VerifiedNotice> {
  const event = await signedEvent(server, headers['stripe-signature'] ?? '', body, Date.parse(receivedAt));
  const { id, type, livemode, data } = event;
  const object = (data as Fields | undefined)?.['object'];
  if (event['object'] !== 'event' || typeof id !== 'string' || typeof type !== 'string' || typeof object !== 'object' || object === null)
    throw new PanelError('invalid_input', 'this is no event of Stripe; thin events are not understood, so choose the snapshot payload');
  const live = isLive(server);
  if (live !== undefined && livemode !== live)
    throw new PanelError('invalid_input', `the event is of the ${live ? 'test' : 'live'} mode, and the secret key of the other`);
  return { eventId: id, eventType: type, subject: subjectOf(type, object as Fields) };
}

async function signedEvent({ webhookSecret }: ServerConfig, header: string, body: string, at: number): Promise<Fields> {
  const refused = (cause?: unknown) => new PanelError('unauthenticated', 'the signature is not valid', { cause });
  const time = /(?:^|,)t=(\d{1,12})(?:,|$)/.exec(header)?.[1];
  // The SDK takes a time to come for a good one.
  if (time === undefined || Number(time) * 1_000 > at + toleranceSeconds * 1_000) throw refused();
  const Stripe = await loadSdk();
  let last: unknown;
  for (const secret of webhookSecret.split(/[\s,]+/).filter(Boolean)) {
    try {
      return Stripe.webhooks.constructEvent(body, header, secret, toleranceSeconds, undefined, at) as unknown as Fields;
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError))
        throw new PanelError('invalid_input', 'the signature is right, and the body is no event', { cause: error });
      last = error;
    }
  }
  throw refused(last);
}

/** What an event is about. Of a payment it is the payment: the session or the subscription that it belongs to is found when it is read. */
function subjectOf(type: string, object: Fields): string | null {
  if (type.startsWith('customer.subscription.')) return textOrNull(object['id']);
  if (type.startsWith('checkout.session.'))
    return object['mode'] === 'subscription' ? (idIn(object['subscription']) ?? textOrNull(object['id'])) : textOrNull(object['id']);
  if (type.startsWith('invoice.')) return subscriptionOf(object);
  if (type.startsWith('payment_intent.')) return textOrNull(object['id']);
  if (type.startsWith('charge.') || type.startsWith('refund.')) return idIn(object['payment_intent']);
  return null;
}
