import { defineTrigger, PanelError, type TriggerFact } from '@hostwright/sdk';
import { idIn, textIn, type Fields } from './answers.js';
import { StripeClient } from './client.js';
import { isLive, isUnrestricted, server, type ServerConfig } from './config.js';
import { embeddedList, factOfPayment, factOfSubscription, subscriptionState } from './facts.js';
import { chargeOfIntent, subscriptionOf, wentBack, wentBackOfPeriod } from './money.js';
import { verifyNotice } from './notice.js';

export const trigger = defineTrigger(
  // Stripe takes 100 requests a second, and 25 in test mode.
  { server, limits: { rate: { requests: 20, perSeconds: 1 } } },
  {
    verify: ({ server: account, notice }) => verifyNotice(account, notice),

    async read({ ctx, server: account, subject }) {
      const stripe = new StripeClient(ctx, account);
      switch (/^(sub|cs|pi)_[A-Za-z0-9_]+$/.exec(subject)?.[1]) {
        case 'sub':
          return readSubscription(stripe, subject);
        case 'cs':
          return readSession(stripe, await stripe.checkoutSession(subject));
        case 'pi':
          return readPayment(stripe, subject);
        default:
          throw new PanelError('rejected', `${subject} is no subscription, session or payment of Stripe`);
      }
    },

    async testConnection({ ctx, server: account }) {
      await new StripeClient(ctx, account).test();
      return { version: 'Stripe', warnings: warningsAbout(account) };
    },
  },
);

function warningsAbout(account: ServerConfig): string[] {
  return [
    ...(isLive(account) === false ? ['the key is of the test mode: what is paid is no money'] : []),
    ...(isUnrestricted(account)
      ? [
          'the key, sk_…, may do everything in the account, and it is only read: a restricted one, rk_…, with the permissions in the README is enough',
        ]
      : []),
  ];
}

/** Of a session, or of a subscription's invoice; any other is nothing that is sold. */
async function readPayment(stripe: StripeClient, id: string): Promise<TriggerFact | undefined> {
  const session = await stripe.findCheckoutSession({ payment_intent: id });
  // The list has neither the items nor the charge.
  if (session) return readSession(stripe, await stripe.checkoutSession(textIn(session['id'], 'id of a session')));
  const invoice = await stripe.findInvoice(id);
  const subscription = invoice ? subscriptionOf(invoice) : null;
  return subscription === null ? undefined : readSubscription(stripe, subscription);
}

async function readSubscription(stripe: StripeClient, id: string): Promise<TriggerFact> {
  const subscription = await stripe.subscription(id);
  const items = embeddedList(subscription['items'], `items of ${id}`);
  const state = subscriptionState(subscription);
  return factOfSubscription(
    subscription,
    // Stripe calls it active, whatever became of the money since.
    state === 'active' ? ((await wentBackOfPeriod(stripe, id)) ?? state) : state,
    items.hasMore ? await stripe.subscriptionItems(id) : items,
    await stripe.findCheckoutSession({ subscription: id }),
  );
}

/** A session that began a subscription is part of it; one that only keeps a card sells nothing. */
async function readSession(stripe: StripeClient, session: Fields): Promise<TriggerFact | undefined> {
  const id = textIn(session['id'], 'id of a session');
  if (session['mode'] === 'subscription') {
    const subscription = idIn(session['subscription']);
    return subscription === null ? undefined : readSubscription(stripe, subscription);
  }
  if (session['mode'] !== 'payment') return undefined;
  const items = embeddedList(session['line_items'], `items of ${id}`);
  return factOfPayment(
    session,
    items.hasMore ? await stripe.lineItems(id) : items,
    await wentBack(stripe, chargeOfIntent(session['payment_intent'])),
  );
}
