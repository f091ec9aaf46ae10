import type { Ctx } from '@hostwright/sdk';
import type { ServerConfig } from '../config.js';
import { openBare, openEnvelope, type Exchange } from './refusal.js';
import { loadSdk, type Sdk } from './sdk.js';

/** Longer than any deadline of `ctx.fetch`, so that it is always the host who gives up and says how far the call came. */
const sdkTimeoutMs = 21 * 60_000;

/** `account`: the tenant's administrator. `resources`: what is within accounts, with the token where there is one. */
export type Purpose = 'account' | 'resources';

/** Only these are let through: the SDK adds headers from the environment and about this machine. */
const sentHeaders = ['authorization', 'x-auth-email', 'x-auth-key', 'content-type', 'idempotency-key'];

/** A page as the SDK hands it on. */
interface Page {
  readonly result: unknown;
  readonly result_info?: unknown;
}

/** The official SDK on `ctx.fetch`, without its retries, which would send a POST twice. */
export class Transport {
  constructor(
    private readonly ctx: Pick<Ctx, 'fetch'>,
    readonly server: ServerConfig,
  ) {}

  async call<Answer>(purpose: Purpose, ask: (sdk: Sdk) => PromiseLike<Answer>): Promise<Answer> {
    const makeSdk = await loadSdk();
    // The SDK wraps, and sometimes replaces, what its fetch throws; ours must arrive as it is.
    let failure: { readonly error: unknown } | undefined;
    const sdk = makeSdk({
      baseURL: this.baseUrl,
      ...this.credentials(purpose),
      userServiceKey: null,
      maxRetries: 0,
      timeout: sdkTimeoutMs,
      logLevel: 'off',
      fetch: async (input, init) => {
        try {
          return await this.exchange(String(input), init);
        } catch (error) {
          failure = { error };
          throw error;
        }
      },
    });
    try {
      return await ask(sdk);
    } catch (error) {
      throw failure === undefined ? error : failure.error;
    }
  }

  /** Every item of a list. The SDK's own iterator asks until a page is empty; one that is not full is the last one. */
  async all<Item>(
    purpose: Purpose,
    what: string,
    ask: (sdk: Sdk, page: { readonly page: number; readonly per_page: number }) => PromiseLike<Page>,
    read: (page: unknown, what: string) => readonly Item[],
  ): Promise<Item[]> {
    const found: Item[] = [];
    for (let page = 1; ; page += 1) {
      const asked = 50;
      const answer = await this.call(purpose, (sdk) => ask(sdk, { page, per_page: asked }));
      const items = read(answer.result, what);
      found.push(...items);
      if (items.length === 0 || items.length < fullPage(answer.result_info, asked)) return found;
    }
  }

  /** What a GraphQL query answers, `errors` included. */
  async graphQl(query: string, variables: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    const { apiToken, email, globalKey } = this.server;
    const credentials: Record<string, string> =
      apiToken === undefined ? { 'x-auth-email': email, 'x-auth-key': globalKey } : { authorization: `Bearer ${apiToken}` };
    const answer = await this.ctx.fetch(`${this.baseUrl}/graphql`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...credentials },
      body: JSON.stringify({ query, variables }),
    });
    const { status, headers } = answer;
    const credential = apiToken === undefined ? 'globalKey' : 'apiToken';
    return openBare({ what: 'POST /graphql', status, headers, text: await answer.text(), credential });
  }

  private get baseUrl(): string {
    return this.server.apiUrl.replace(/\/+$/, '');
  }

  /** Those that are not used are named as none: left out, they would be taken from the environment and sent along. */
  private credentials(purpose: Purpose) {
    const { apiToken, email, globalKey } = this.server;
    return purpose === 'resources' && apiToken !== undefined
      ? { apiToken, apiKey: null, apiEmail: null }
      : { apiToken: null, apiKey: globalKey, apiEmail: email };
  }

  /** One exchange on `ctx.fetch`. Answers only what the SDK may take for a success. */
  private async exchange(url: string, init: RequestInit | undefined): Promise<Response> {
    const method = (init?.method ?? 'GET').toUpperCase();
    const sent = new Headers(init?.headers);
    const headers: Record<string, string> = { accept: 'application/json' };
    for (const name of sentHeaders) {
      const value = sent.get(name);
      if (value !== null) headers[name] = value;
    }
    const body = init?.body;
    if (body !== undefined && body !== null && typeof body !== 'string')
      throw new TypeError('the Cloudflare SDK sent a body that is no text');
    const answer = await this.ctx.fetch(url, { method, headers, ...(typeof body === 'string' ? { body } : {}) });
    const path = new URL(url).pathname;
    const exchange: Exchange = {
      what: `${method} ${path}`,
      status: answer.status,
      headers: answer.headers,
      text: await answer.text(),
      credential: headers['x-auth-key'] === undefined ? 'apiToken' : 'globalKey',
    };
    // Source: SDK type `CustomHostnameDeleteResponse`, which is not taken out of an envelope.
    const isBare = method === 'DELETE' && /\/custom_hostnames\/[^/]+$/.test(path);
    const envelope = isBare ? openBare(exchange) : openEnvelope(exchange);
    return new Response(JSON.stringify(envelope), { status: 200, headers: { 'content-type': 'application/json' } });
  }
}

/** How many a full page has: Cloudflare may give fewer than were asked for. */
function fullPage(info: unknown, asked: number): number {
  const given = typeof info === 'object' && info !== null ? (info as { per_page?: unknown }).per_page : undefined;
  return typeof given === 'number' && given > 0 ? Math.min(given, asked) : asked;
}
