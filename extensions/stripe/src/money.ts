import { idIn, objectIn, type Fields } from './answers.js';
import type { StripeClient } from './client.js';

/**
 * What became of a payment after it was made: `refunded` when all of it went back, `unpaid` while a bank holds it because the payer disputes it.
 * Undefined: the seller has it, or a part of it.
 */
export type WentBack = 'refunded' | 'unpaid' | undefined;

/** What an invoice is made for that pays for a period; others are for changes in the middle of one, and for what was written by hand. */
const ofPeriods: readonly unknown[] = ['subscription_create', 'subscription_cycle', 'subscription'];
/** Source: docs.stripe.com/api/disputes/object, "status". A `warning_…` is an inquiry, with which no money moves. */
const withheld: readonly unknown[] = ['needs_response', 'under_review'];

/** What became of what was paid for the newest period of a subscription. */
export async function wentBackOfPeriod(stripe: StripeClient, subscription: string): Promise<WentBack> {
  const { data } = await stripe.paidInvoices(subscription);
  const newest = data.find(({ billing_reason: reason }) => ofPeriods.includes(reason));
  if (!newest) return undefined;
  const payments = await stripe.invoicePayments({ invoice: String(newest['id']) });
  return wentBack(stripe, payments.data.flatMap(chargeOfPayment));
}

/** One that was made in several parts went back when all of them did. */
export async function wentBack(stripe: StripeClient, charges: readonly Fields[]): Promise<WentBack> {
  const states = await Promise.all(charges.map((charge) => wentBackOfCharge(stripe, charge)));
  if (states.includes('unpaid')) return 'unpaid';
  return states.length > 0 && states.every((state) => state === 'refunded') ? 'refunded' : undefined;
}

async function wentBackOfCharge(stripe: StripeClient, { id, refunded, disputed }: Fields): Promise<WentBack> {
  // A part that went back leaves it false.
  if (refunded === true) return 'refunded';
  // It stays true when the dispute was won.
  if (disputed !== true) return undefined;
  const { data } = await stripe.disputes(String(id));
  const statuses = data.map(({ status }) => status);
  if (statuses.includes('lost')) return 'refunded';
  return statuses.some((status) => withheld.includes(status)) ? 'unpaid' : undefined;
}

/** Of a payment as it is listed for an invoice. One that was made outside of Stripe has none. */
function chargeOfPayment({ id, payment }: Fields): readonly Fields[] {
  const { type, payment_intent: intent, charge } = objectIn(payment, `payment ${String(id)}`);
  if (type === 'payment_intent') return chargeOfIntent(intent);
  return type === 'charge' && typeof charge === 'object' && charge !== null ? [charge as Fields] : [];
}

/** Of a payment with its last charge. */
export function chargeOfIntent(intent: unknown): readonly Fields[] {
  if (intent === null || intent === undefined) return [];
  const { id, latest_charge: charge } = objectIn(intent, 'payment');
  return charge === null || charge === undefined ? [] : [objectIn(charge, `charge of ${String(id)}`)];
}

/**
 * The subscription of an invoice; null for one that was written by hand. Since API version 2025-03-31 it stands under `parent`, and what is
 * told in a notice may have the form of an earlier one.
 */
export function subscriptionOf(invoice: Fields): string | null {
  const details = (invoice['parent'] as Fields | null | undefined)?.['subscription_details'] as Fields | null | undefined;
  return idIn(details?.['subscription']) ?? idIn(invoice['subscription']);
}
