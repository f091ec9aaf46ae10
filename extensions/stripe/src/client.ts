import { isPanelError, PanelError, type Ctx } from '@hostwright/sdk';
import { listIn, objectIn, type Fields, type ListAnswer } from './answers.js';
import { isLive, type ServerConfig } from './config.js';
import { meaningOf } from './refusal.js';
import { loadSdk, type Sdk } from './sdk.js';

/** Longer than any deadline of `ctx.fetch`, so that it is always the host who gives up and says how far the call came. */
const sdkTimeoutMs = 21 * 60_000;
const mostItems = 100;

/** What the SDK gives to a fetch. */
interface SdkRequest {
  readonly method: string;
  readonly headers: readonly [string, string][];
  readonly body?: string;
}

/** Everything that talks to Stripe, with the official SDK on `ctx.fetch` and without its retries. Answers have the form of its API version. */
export class StripeClient {
  constructor(
    private readonly ctx: Pick<Ctx, 'fetch'>,
    private readonly server: ServerConfig,
  ) {}

  /** With its customer, who may be a deleted one: then there is only an id. Throws `not_found`. */
  subscription(id: string): Promise<Fields> {
    return this.one(`GET /v1/subscriptions/${id}`, (sdk) => sdk.subscriptions.retrieve(id, { expand: ['customer'] }));
  }

  subscriptionItems(subscription: string): Promise<ListAnswer> {
    return this.list('GET /v1/subscription_items', (sdk) => sdk.subscriptionItems.list({ subscription, limit: mostItems }));
  }

  /** With its first items and its last charge. Throws `not_found`. */
  checkoutSession(id: string): Promise<Fields> {
    return this.one(`GET /v1/checkout/sessions/${id}`, (sdk) =>
      sdk.checkout.sessions.retrieve(id, { expand: ['line_items', 'payment_intent.latest_charge'] }),
    );
  }

  lineItems(session: string): Promise<ListAnswer> {
    return this.list(`GET /v1/checkout/sessions/${session}/line_items`, (sdk) =>
      sdk.checkout.sessions.listLineItems(session, { limit: mostItems }),
    );
  }

  /** The session in which a payment or a subscription was made; none where it was made in another way. */
  async findCheckoutSession(of: { readonly payment_intent: string } | { readonly subscription: string }): Promise<Fields | undefined> {
    const { data } = await this.list('GET /v1/checkout/sessions', (sdk) => sdk.checkout.sessions.list({ ...of, limit: 1 }));
    return data[0];
  }

  /** The newest first; those that are not paid yet, or were given up, left out. */
  paidInvoices(subscription: string): Promise<ListAnswer> {
    return this.list('GET /v1/invoices', (sdk) => sdk.invoices.list({ subscription, status: 'paid', limit: mostItems }));
  }

  /** With their charges, as far as Stripe made them. */
  invoicePayments(of: { readonly invoice: string }): Promise<ListAnswer> {
    return this.list('GET /v1/invoice_payments', (sdk) =>
      sdk.invoicePayments.list({
        ...of,
        status: 'paid',
        limit: mostItems,
        expand: ['data.payment.payment_intent.latest_charge', 'data.payment.charge'],
      }),
    );
  }

  /** The invoice that a payment was made for; none where it was made for something else. */
  async findInvoice(intent: string): Promise<Fields | undefined> {
    const { data } = await this.list('GET /v1/invoice_payments', (sdk) =>
      sdk.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intent }, limit: 1, expand: ['data.invoice'] }),
    );
    return data[0] && objectIn(data[0]['invoice'], `invoice of ${intent}`);
  }

  disputes(charge: string): Promise<ListAnswer> {
    return this.list('GET /v1/disputes', (sdk) => sdk.disputes.list({ charge, limit: mostItems }));
  }

  /** Reads one of each that is needed. Throws `invalid_config` when the key may not. */
  async test(): Promise<void> {
    await this.list('GET /v1/checkout/sessions', (sdk) => sdk.checkout.sessions.list({ limit: 1 }));
    await this.list('GET /v1/subscriptions', (sdk) => sdk.subscriptions.list({ limit: 1, expand: ['data.customer'] }));
    await this.list('GET /v1/invoices', (sdk) => sdk.invoices.list({ limit: 1 }));
    await this.list('GET /v1/invoice_payments', (sdk) => sdk.invoicePayments.list({ limit: 1 }));
    await this.list('GET /v1/disputes', (sdk) => sdk.disputes.list({ limit: 1 }));
  }

  private async list(what: string, ask: (sdk: Sdk) => Promise<unknown>): Promise<ListAnswer> {
    const answer = listIn(await this.ask(what, ask), what);
    for (const one of answer.data) this.sameMode(one, what);
    return answer;
  }

  private async one(what: string, ask: (sdk: Sdk) => Promise<unknown>): Promise<Fields> {
    const answer = objectIn(await this.ask(what, ask), what);
    this.sameMode(answer, what);
    return answer;
  }

  private sameMode({ livemode }: Fields, what: string): void {
    const live = isLive(this.server);
    if (live !== undefined && typeof livemode === 'boolean' && livemode !== live)
      throw new PanelError(
        'invalid_config',
        `${what} answered an object of the ${livemode ? 'live' : 'test'} mode; the key is of the other`,
      );
  }

  private async ask(what: string, ask: (sdk: Sdk) => Promise<unknown>): Promise<unknown> {
    let broken: unknown;
    const fetch = async (url: string, { method, headers, body }: SdkRequest): Promise<unknown> => {
      try {
        const response = await this.ctx.fetch(url, { method, headers: Object.fromEntries(headers), ...(body && { body }) });
        const names: [string, string][] = [];
        response.headers.forEach((value, name) => names.push([name, value]));
        return { status: response.status, headers: names, text: () => response.text() };
      } catch (error) {
        broken = error;
        throw error;
      }
    };
    const Stripe = await loadSdk();
    const { protocol, hostname, port } = new URL(this.server.apiUrl);
    const sdk = new Stripe(this.server.secretKey, {
      host: hostname,
      port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
      protocol: protocol === 'http:' ? 'http' : 'https',
      httpClient: Stripe.createFetchHttpClient(fetch as never),
      maxNetworkRetries: 0,
      telemetry: false,
      timeout: sdkTimeoutMs,
    });
    try {
      return await ask(sdk);
    } catch (error) {
      // The SDK wraps what `ctx.fetch` threw, which says exactly how far the call came.
      throw isPanelError(broken) ? broken : meaningOf(error, what);
    }
  }
}
