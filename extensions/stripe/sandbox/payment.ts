import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@hostwright/sdk';

export const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`;

/** One payment with its charge, and what became of it. */
export class Payment {
  readonly intent = newId('pi');
  readonly charge = newId('ch');
  readonly dispute = newId('dp');
  refunded = false;
  /** Of its dispute; undefined: there was none. */
  disputeStatus: string | undefined;

  constructor(readonly live: boolean) {}

  chargeObject(): JsonObject {
    const { charge, refunded, disputeStatus, live } = this;
    return { id: charge, object: 'charge', livemode: live, refunded, disputed: disputeStatus !== undefined, payment_intent: this.intent };
  }

  intentObject(): JsonObject {
    return { id: this.intent, object: 'payment_intent', livemode: this.live, status: 'succeeded', latest_charge: this.chargeObject() };
  }

  disputeObject(): JsonObject {
    const { dispute, charge, intent, disputeStatus, live } = this;
    return { id: dispute, object: 'dispute', livemode: live, charge, payment_intent: intent, status: disputeStatus ?? 'needs_response' };
  }
}

/** An invoice of a subscription, paid. */
export class Invoice {
  readonly id = newId('in');
  readonly payment: Payment;

  constructor(
    private readonly subscription: string,
    private readonly customer: string,
    /** `billing_reason`. */
    private readonly reason: string,
    private readonly live: boolean,
  ) {
    this.payment = new Payment(live);
  }

  /** In the form of an endpoint, or of a call, of that API version. */
  asObject(apiVersion: string): JsonObject {
    const { id, customer, reason, subscription, live } = this;
    const invoice = { id, object: 'invoice', livemode: live, customer, billing_reason: reason, status: 'paid' };
    return apiVersion < '2025-03-31'
      ? { ...invoice, subscription }
      : { ...invoice, parent: { type: 'subscription_details', subscription_details: { subscription, metadata: {} } } };
  }

  paymentObject(expand: readonly string[], apiVersion: string): JsonObject {
    const { id, payment, live } = this;
    return {
      id: `inpay_${payment.intent.slice(3)}`,
      object: 'invoice_payment',
      livemode: live,
      status: 'paid',
      is_default: true,
      invoice: expand.includes('data.invoice') ? this.asObject(apiVersion) : id,
      payment: {
        type: 'payment_intent',
        payment_intent: expand.includes('data.payment.payment_intent.latest_charge') ? payment.intentObject() : payment.intent,
      },
    };
  }
}
