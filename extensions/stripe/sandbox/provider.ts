import { createHmac, randomBytes } from 'node:crypto';
import type { JsonObject } from '@hostwright/sdk';
import { json, switchRoute, type LedgerEntry, type SandboxAnswer, type SandboxRequest, type SandboxRoute } from '@hostwright/sdk-testing';
import { expanded, failure, listOf, missing, unknownParameter } from './answers.js';
import type { Payment } from './payment.js';
import { Sale, states, type SaleState, type WantedSale } from './sales.js';

export const account = { secretKey: 'rk_test_sandbox5e1f0c77a1', webhookSecret: 'whsec_sandboxSigningSecret0123456789' };
/** The key of the account that is not restricted. */
const fullKey = account.secretKey.replace('rk_', 'sk_');

const usualVersion = '2026-10-28.endive';

/** What a test tells the panel by hand. */
interface WantedNotice {
  readonly subject: string;
  /** Default: what happens to such a thing. */
  readonly type?: string;
  readonly eventId?: string;
  /** Seconds since 1970. */
  readonly signedAt?: number;
  readonly apiVersion?: string;
  readonly secret?: string;
}

/** One Stripe account in test mode: what was sold in it, and what it tells of that. */
export class StripeProvider {
  readonly #sales: Sale[] = [];
  /** Permissions that a restricted key lacks. */
  #lacks: readonly string[] = [];
  #live = false;

  constructor(private readonly now: () => number) {}

  /** Nothing here is the panel's: it only reads. */
  ledger(): readonly LedgerEntry[] {
    return [];
  }

  before = ({ headers }: SandboxRequest): SandboxAnswer | undefined => {
    if (headers.authorization !== `Bearer ${account.secretKey}` && headers.authorization !== `Bearer ${fullKey}`)
      return failure(401, { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_test_****************0000' });
    if (!/^\d{4}-\d\d-\d\d/.test(String(headers['stripe-version'] ?? '')))
      return failure(400, { type: 'invalid_request_error', message: 'Invalid Stripe API version' });
    return undefined;
  };

  routes(): readonly SandboxRoute[] {
    const get = (path: string, permission: string, known: readonly string[], handle: SandboxRoute['handle']): SandboxRoute => ({
      method: 'GET',
      path,
      handle: (request) =>
        unknownParameter(request.query, known) ??
        (this.#lacks.includes(permission)
          ? failure(403, {
              type: 'invalid_request_error',
              message: `The provided key does not have the required permissions for this endpoint. Having the '${permission}' permission would allow this request to continue.`,
            })
          : handle(request)),
    });
    return [
      get('/v1/subscriptions', 'rak_subscription_read', ['limit', 'expand'], ({ query }) =>
        json(
          200,
          listOf(
            '/v1/subscriptions',
            this.#of('subscription').map((sale) => sale.subscriptionObject(expanded(query))),
            limit(query),
          ),
        ),
      ),
      get('/v1/subscriptions/:id', 'rak_subscription_read', ['expand'], ({ params, query }) =>
        this.#one(
          'subscription',
          (sale) => sale.subscription === params['id'] && sale.kind === 'subscription',
          params['id']!,
          (sale) => sale.subscriptionObject(expanded(query)),
        ),
      ),
      get('/v1/subscription_items', 'rak_subscription_read', ['subscription', 'limit'], ({ query }) =>
        this.#one(
          'subscription',
          (sale) => sale.subscription === query.get('subscription'),
          String(query.get('subscription')),
          (sale) => listOf('/v1/subscription_items', sale.items(), limit(query)),
        ),
      ),
      get('/v1/checkout/sessions', 'rak_checkout_session_read', ['payment_intent', 'subscription', 'limit'], ({ query }) =>
        json(
          200,
          listOf(
            '/v1/checkout/sessions',
            this.#sessions(query).map((sale) => sale.sessionObject([])),
            limit(query),
          ),
        ),
      ),
      get('/v1/checkout/sessions/:id', 'rak_checkout_session_read', ['expand'], ({ params, query }) =>
        this.#one(
          'checkout.session',
          ({ session }) => session === params['id'],
          params['id']!,
          (sale) => sale.sessionObject(expanded(query)),
        ),
      ),
      get('/v1/invoices', 'rak_invoice_read', ['subscription', 'status', 'limit'], ({ query }) =>
        json(
          200,
          listOf(
            '/v1/invoices',
            this.#of('subscription')
              .filter(({ subscription }) => [null, subscription].includes(query.get('subscription')))
              .flatMap(({ invoices }) => invoices.map((invoice) => invoice.asObject(usualVersion))),
            limit(query),
          ),
        ),
      ),
      get(
        '/v1/invoice_payments',
        'rak_invoice_read',
        ['invoice', 'status', 'payment[type]', 'payment[payment_intent]', 'limit', 'expand'],
        ({ query }) => json(200, listOf('/v1/invoice_payments', this.#invoicePayments(query), limit(query))),
      ),
      get('/v1/disputes', 'rak_dispute_read', ['charge', 'limit'], ({ query }) =>
        json(
          200,
          listOf(
            '/v1/disputes',
            this.#payments()
              .filter(({ charge, disputeStatus }) => disputeStatus !== undefined && [null, charge].includes(query.get('charge')))
              .map((payment) => payment.disputeObject()),
            limit(query),
          ),
        ),
      ),
      get('/v1/checkout/sessions/:id/line_items', 'rak_checkout_session_read', ['limit'], ({ params, query }) =>
        this.#one(
          'checkout.session',
          ({ session }) => session === params['id'],
          params['id']!,
          (sale) => listOf(`/v1/checkout/sessions/${sale.session}/line_items`, sale.items(), limit(query)),
        ),
      ),
    ];
  }

  /** See `index.ts`. */
  control(): readonly SandboxRoute[] {
    return [
      {
        method: 'POST',
        path: '/sales',
        handle: ({ body }) => {
          const sale = new Sale(body as WantedSale, this.#live);
          this.#sales.push(sale);
          const { subject, session, subscription, intent, customer } = sale;
          return json(200, { subject, session, subscription, intent, customer });
        },
      },
      {
        method: 'PUT',
        path: '/sale',
        handle: ({ body }) => {
          const { subject, state, status, customerDeleted, plan, gone, billed } = body as JsonObject;
          const sale = this.#sales.find((one) => one.subject === subject);
          if (!sale || (state !== undefined && !states.includes(state as SaleState))) return json(400, { error: 'subject, state' });
          if (state !== undefined) sale.state = state as SaleState;
          if (state === 'refunded' || state === 'active') sale.newest.refunded = state === 'refunded';
          if (typeof billed === 'string') sale.bill(billed);
          if (typeof status === 'string') sale.status = status;
          if (customerDeleted === true) sale.customerDeleted = true;
          if (plan !== undefined) (sale.wanted as { plan: unknown }).plan = plan;
          if (gone === true) this.#sales.splice(this.#sales.indexOf(sale), 1);
          return json(200, {});
        },
      },
      switchRoute('/payment', ({ intent, refunded, dispute }) => {
        const payment = this.#payments().find((one) => one.intent === intent)!;
        if (typeof refunded === 'boolean') payment.refunded = refunded;
        if (typeof dispute === 'string') payment.disputeStatus = dispute;
      }),
      {
        method: 'POST',
        path: '/notice',
        handle: ({ body }) => this.#notice(body as unknown as WantedNotice),
      },
      {
        method: 'PUT',
        path: '/account',
        handle: ({ body }) => {
          const { lacks, live } = body as { lacks?: readonly string[]; live?: boolean };
          if (lacks) this.#lacks = lacks;
          if (live !== undefined) this.#live = live;
          return json(200, {});
        },
      },
    ];
  }

  /** Signed as Stripe signs: `t=…,v1=…`, an HMAC-SHA256 over the time and the bytes of the body. */
  #notice(wanted: WantedNotice): SandboxAnswer {
    const sale = this.#sales.find(({ subject }) => subject === wanted.subject);
    if (!sale) return json(400, { error: 'subject' });
    const type = wanted.type ?? (sale.kind === 'payment' ? 'checkout.session.completed' : 'customer.subscription.updated');
    const { apiVersion = usualVersion, secret = account.webhookSecret } = wanted;
    const seconds = wanted.signedAt ?? Math.floor(this.now() / 1000);
    const body = JSON.stringify({
      id: wanted.eventId ?? `evt_${randomBytes(12).toString('hex')}`,
      object: 'event',
      api_version: apiVersion,
      created: seconds,
      livemode: sale.live,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
      data: { object: sale.eventObject(type, apiVersion) },
    });
    const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${seconds},v1=${signature}` };
    return json(200, { headers, query: '', body });
  }

  #of(kind: Sale['kind']): readonly Sale[] {
    return this.#sales.filter((sale) => sale.kind === kind);
  }

  #sessions(query: URLSearchParams): readonly Sale[] {
    const [intent, subscription] = [query.get('payment_intent'), query.get('subscription')];
    return this.#sales.filter(
      (sale) =>
        sale.wanted.checkout !== false &&
        (intent === null || (sale.kind === 'payment' && sale.intent === intent)) &&
        (subscription === null || (sale.kind === 'subscription' && sale.subscription === subscription)),
    );
  }

  #payments(): readonly Payment[] {
    return this.#sales.flatMap((sale) => sale.payments());
  }

  #invoicePayments(query: URLSearchParams): readonly JsonObject[] {
    const [invoice, intent] = [query.get('invoice'), query.get('payment[payment_intent]')];
    return this.#sales
      .flatMap(({ invoices }) => invoices)
      .filter((one) => [null, one.id].includes(invoice) && [null, one.payment.intent].includes(intent))
      .map((one) => one.paymentObject(expanded(query), usualVersion));
  }

  #one(what: string, is: (sale: Sale) => boolean, id: string, show: (sale: Sale) => JsonObject): SandboxAnswer {
    const sale = this.#sales.find(is);
    return sale ? json(200, show(sale)) : missing(what, id);
  }
}

function limit(query: URLSearchParams): number {
  return Math.min(Number(query.get('limit') ?? 10), 100);
}
