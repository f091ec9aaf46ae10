import { createHmac, randomBytes, randomInt } from 'node:crypto';
import type { JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer, type SandboxClock, type SandboxRequest, type SandboxRoute } from '@hostwright/sdk-testing';

export const account = {
  organizationId: '10234695',
  clientId: '1000.SANDBOXCLIENT',
  clientSecret: 'sandbox-zoho-client-secret-77f1',
  refreshToken: '1000.sandbox-refresh-token-31c2',
  webhookSecret: 'sandboxWebhookSecret4711',
};

/** How the panel's words are Zoho's. */
const statuses = { waiting: 'future', active: 'live', overdue: 'dunning', unpaid: 'unpaid', refunded: 'live', ended: 'cancelled' } as const;
type State = keyof typeof statuses;

interface Sold {
  readonly id: string;
  status: string;
  plan: string;
  readonly wanted: {
    readonly plan: string;
    readonly email?: string | null;
    readonly name?: string;
    readonly quantity?: number;
    readonly addons?: readonly string[];
    readonly values?: Readonly<Record<string, string>>;
  };
}

interface Token {
  readonly text: string;
  readonly madeAt: number;
}

const tokenLifeMs = 3_600_000;
const liveTokens = 15;
const tokensInTenMinutes = 10;

export function failure(status: number, code: number, message: string): SandboxAnswer {
  return json(status, { code, message });
}

/** One organization of Zoho Billing with its log-in: what was sold in it, and what it tells of that. */
export class ZohoProvider {
  readonly #sold = new Map<string, Sold>();
  #tokens: Token[] = [];
  #asked: number[] = [];
  #apiDomain: string | undefined;
  #refuses: string | undefined;

  constructor(
    private readonly clock: SandboxClock,
    private readonly url: () => string,
    private readonly now: () => number,
  ) {}

  routes(): readonly SandboxRoute[] {
    return [
      { method: 'POST', path: '/oauth/v2/token', handle: (request) => this.#logIn(request) },
      {
        method: 'GET',
        path: '/billing/v1/organizations',
        handle: this.#known(() =>
          json(200, { code: 0, message: 'success', organizations: [{ organization_id: account.organizationId, name: 'Sandbox Hosting' }] }),
        ),
      },
      {
        method: 'GET',
        path: '/billing/v1/subscriptions/:id',
        handle: this.#known(({ params }) => {
          const sold = this.#sold.get(params['id']!);
          if (!sold) return failure(404, 3004, 'Subscription does not exist.');
          return json(200, { code: 0, message: 'success', subscription: subscriptionOf(sold) });
        }),
      },
    ];
  }

  /** See `index.ts`. */
  control(): readonly SandboxRoute[] {
    return [
      {
        method: 'POST',
        path: '/sales',
        handle: ({ body }) => {
          const wanted = body as Sold['wanted'];
          const id = `90300000${randomInt(10 ** 9, 10 ** 10)}`;
          this.#sold.set(id, { id, status: 'live', plan: wanted.plan, wanted });
          return json(200, { subject: id });
        },
      },
      {
        method: 'PUT',
        path: '/sale',
        handle: ({ body }) => {
          const { subject, state, status, plan, gone } = body as JsonObject;
          const sold = this.#sold.get(String(subject));
          if (!sold) return json(400, { error: 'subject' });
          if (typeof state === 'string') sold.status = statuses[state as State];
          if (typeof status === 'string') sold.status = status;
          if (typeof plan === 'string') sold.plan = plan;
          if (gone === true) this.#sold.delete(sold.id);
          return json(200, {});
        },
      },
      { method: 'POST', path: '/notice', handle: ({ body }) => this.#notice(body as JsonObject) },
      {
        method: 'PUT',
        path: '/account',
        handle: ({ body }) => {
          const { endTokens, apiDomain, refuses } = body as { endTokens?: boolean; apiDomain?: string; refuses?: string };
          if (endTokens) this.#tokens = [];
          this.#apiDomain = apiDomain;
          this.#refuses = refuses;
          return json(200, {});
        },
      },
    ];
  }

  #logIn({ body }: SandboxRequest): SandboxAnswer {
    const form = (body ?? {}) as Record<string, unknown>;
    // Refusals come with 200.
    if (this.#refuses !== undefined) return json(200, { error: this.#refuses });
    if (form['client_id'] !== account.clientId || form['client_secret'] !== account.clientSecret)
      return json(200, { error: 'invalid_client' });
    if (form['grant_type'] !== 'refresh_token' || form['refresh_token'] !== account.refreshToken)
      return json(200, { error: 'invalid_code' });
    const now = this.now();
    this.#asked = this.#asked.filter((at) => now - at < this.clock.scaled(600_000));
    if (this.#asked.length >= tokensInTenMinutes)
      return json(400, { error_description: 'You have made too many requests', error: 'Access Denied' });
    this.#asked.push(now);
    const token = { text: `1000.${randomBytes(16).toString('hex')}`, madeAt: now };
    this.#tokens = [...this.#tokens, token].slice(-liveTokens);
    return json(200, {
      access_token: token.text,
      api_domain: this.#apiDomain ?? this.url(),
      token_type: 'Bearer',
      expires_in: tokenLifeMs / 1000,
    });
  }

  #known(handle: (request: SandboxRequest) => SandboxAnswer): SandboxRoute['handle'] {
    return (request) => {
      const token = /^Zoho-oauthtoken (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
      if (!this.#tokens.some(({ text, madeAt }) => text === token && this.now() - madeAt < tokenLifeMs))
        return failure(401, 57, 'You are not authorized to perform this operation');
      if (request.headers['x-com-zoho-subscriptions-organizationid'] !== account.organizationId)
        return failure(400, 6041, 'This user is not associated with the CompanyID/CompanyName:.');
      const odd = [...request.query.keys()][0];
      if (odd !== undefined) return failure(400, 11, `Invalid value passed for ${odd}`);
      return handle(request);
    };
  }

  /** Signed over the sorted pairs of the query, and of a form, and over the body when it is JSON. */
  #notice({
    subject,
    type = 'subscription_renewed',
    eventId,
    query = '',
    form,
    secret = account.webhookSecret,
  }: JsonObject): SandboxAnswer {
    const sold = this.#sold.get(String(subject));
    const subscription = sold ? subscriptionOf(sold) : { subscription_id: String(subject) };
    const about: JsonObject = String(type).startsWith('customer')
      ? { customer: { customer_id: '903000000000099' } }
      : String(type).startsWith('invoice')
        ? { invoice: { invoice_id: '903000000000088', subscriptions: [{ subscription_id: String(subject) }] } }
        : { subscription };
    const event = {
      event_id: typeof eventId === 'string' ? eventId : `903${randomInt(10 ** 11, 10 ** 12)}`,
      event_type: String(type),
      created_time: new Date(this.now()).toISOString(),
      data: about,
    };
    const fields = { event_id: event.event_id, event_type: event.event_type, data: JSON.stringify(about) };
    const body = form === true ? new URLSearchParams(fields).toString() : JSON.stringify(event);
    const pairs = [...new URLSearchParams(String(query)), ...(form === true ? Object.entries(fields) : [])];
    pairs.sort(([one], [other]) => (one < other ? -1 : 1));
    const signed = pairs.map((pair) => pair.join('')).join('') + (form === true ? '' : body);
    const headers = {
      'content-type': form === true ? 'application/x-www-form-urlencoded' : 'application/json',
      'x-zoho-webhook-signature': createHmac('sha256', String(secret)).update(signed).digest('hex'),
    };
    return json(200, { headers, query: String(query), body });
  }
}

function subscriptionOf({ id, status, plan, wanted }: Sold): JsonObject {
  const { email = 'ada@example.com', name = 'Ada Lovelace', quantity = 1, addons = [], values = {} } = wanted;
  return {
    subscription_id: id,
    name: `Sandbox-${plan}`,
    status,
    amount: 12.1,
    created_at: '2026-06-11',
    interval: 1,
    interval_unit: 'months',
    auto_collect: true,
    reference_id: 'shop-7',
    customer: { customer_id: '903000000000099', display_name: name, email: email ?? '' },
    plan: { plan_code: plan, name: plan, quantity, price: 12.1 },
    addons: addons.map((code) => ({ addon_code: code, name: code, quantity: 1, price: 1 })),
    custom_fields: Object.entries(values).map(([label, value], index) => ({
      index: index + 1,
      label,
      api_name: `cf_${label.toLowerCase()}`,
      data_type: 'string',
      value,
    })),
  };
}
