import type { JsonObject } from '@hostwright/sdk';
import { listOf } from './answers.js';
import { Invoice, newId, Payment } from './payment.js';

/** What a test sells. */
export interface WantedSale {
  readonly kind?: 'subscription' | 'payment';
  /** The id of its price; of several things one for each. */
  readonly plan: string | readonly string[];
  readonly email?: string | null;
  readonly name?: string | null;
  readonly quantity?: number;
  readonly values?: Readonly<Record<string, string>>;
  /** Without it the subscription was made by a call and not in a checkout. */
  readonly checkout?: boolean;
}

export const states = ['waiting', 'active', 'overdue', 'unpaid', 'refunded', 'ended'] as const;
export type SaleState = (typeof states)[number];

const subscriptionStatus: Readonly<Record<SaleState, string>> = {
  waiting: 'incomplete',
  active: 'active',
  overdue: 'past_due',
  unpaid: 'unpaid',
  refunded: 'active',
  ended: 'canceled',
};

/** One thing that was bought, with everything of it that Stripe keeps. */
export class Sale {
  readonly session = newId('cs_test');
  readonly subscription = newId('sub');
  readonly customer = newId('cus');
  /** Of a subscription, the newest first. */
  readonly invoices: Invoice[] = [];
  /** Of a session in payment mode. */
  private readonly payment: Payment;
  state: SaleState = 'active';
  status: string | undefined;
  customerDeleted = false;

  constructor(
    readonly wanted: WantedSale,
    readonly live: boolean,
  ) {
    this.payment = new Payment(live);
    if (this.kind === 'subscription') this.bill('subscription_create');
  }

  /** The newest payment. */
  get intent(): string {
    return this.newest.intent;
  }

  get newest(): Payment {
    return this.invoices[0]?.payment ?? this.payment;
  }

  payments(): readonly Payment[] {
    return [this.payment, ...this.invoices.map(({ payment }) => payment)];
  }

  /** Makes another invoice, paid. */
  bill(reason: string): void {
    this.invoices.unshift(new Invoice(this.subscription, this.customer, reason, this.live));
  }

  get kind(): 'subscription' | 'payment' {
    return this.wanted.kind ?? 'subscription';
  }

  /** By which a service of it is known. */
  get subject(): string {
    return this.kind === 'payment' ? this.session : this.subscription;
  }

  items(): readonly JsonObject[] {
    const { plan, quantity = 1 } = this.wanted;
    return [plan].flat().map((price) => ({
      id: newId(this.kind === 'payment' ? 'li' : 'si'),
      object: this.kind === 'payment' ? 'item' : 'subscription_item',
      metadata: {},
      quantity,
      price: {
        id: price,
        object: 'price',
        active: true,
        currency: 'eur',
        livemode: this.live,
        lookup_key: `key-of-${price}`,
        metadata: {},
        product: `prod_of_${price}`,
        type: this.kind === 'payment' ? 'one_time' : 'recurring',
        unit_amount: 1210,
      },
    }));
  }

  subscriptionObject(expand: readonly string[]): JsonObject {
    const { email = 'ada@example.com', name = 'Ada Lovelace', values = {} } = this.wanted;
    const customer: JsonObject = this.customerDeleted
      ? { id: this.customer, object: 'customer', deleted: true }
      : { id: this.customer, object: 'customer', email, name, livemode: this.live, metadata: {} };
    return {
      id: this.subscription,
      object: 'subscription',
      livemode: this.live,
      status: this.status ?? subscriptionStatus[this.state],
      customer: expand.includes('customer') || expand.includes('data.customer') ? customer : this.customer,
      items: listOf(`/v1/subscription_items?subscription=${this.subscription}`, this.items()),
      metadata: { ...values },
      pause_collection: null,
      latest_invoice: newId('in'),
    };
  }

  sessionObject(expand: readonly string[]): JsonObject {
    const { email = 'ada@example.com', name = 'Ada Lovelace', values = {} } = this.wanted;
    const isPayment = this.kind === 'payment';
    const intent = expand.includes('payment_intent.latest_charge') ? this.payment.intentObject() : this.payment.intent;
    return {
      id: this.session,
      object: 'checkout.session',
      livemode: this.live,
      mode: isPayment ? 'payment' : 'subscription',
      status: 'complete',
      payment_status: this.status ?? (isPayment && this.state === 'waiting' ? 'unpaid' : 'paid'),
      payment_intent: isPayment ? intent : null,
      subscription: isPayment ? null : this.subscription,
      client_reference_id: 'shop-7',
      customer: this.customer,
      customer_details: { email, name, phone: null, business_name: null },
      customer_email: null,
      custom_fields: [
        { key: 'site', label: { custom: 'Site', type: 'custom' }, optional: false, type: 'text', text: { value: 'shop.example.com' } },
      ],
      metadata: isPayment ? { ...values } : {},
      ...(expand.includes('line_items') && { line_items: listOf(`/v1/checkout/sessions/${this.session}/line_items`, this.items()) }),
    };
  }

  /** The object that an event of that type is about, in the form of an endpoint of `apiVersion`. */
  eventObject(type: string, apiVersion: string): JsonObject {
    if (type.startsWith('checkout.session.')) return this.sessionObject([]);
    if (type.startsWith('customer.subscription.')) return this.subscriptionObject([]);
    if (type.startsWith('invoice.'))
      return this.invoices[0]?.asObject(apiVersion) ?? { id: newId('in'), object: 'invoice', livemode: this.live, customer: this.customer };
    if (type.startsWith('charge.dispute.')) return this.newest.disputeObject();
    if (type.startsWith('charge.')) return this.newest.chargeObject();
    if (type.startsWith('refund.')) return { id: newId('re'), object: 'refund', payment_intent: this.intent };
    if (type.startsWith('payment_intent.')) return { id: this.intent, object: 'payment_intent', livemode: this.live };
    return { id: newId('prod'), object: 'product', livemode: this.live };
  }
}
