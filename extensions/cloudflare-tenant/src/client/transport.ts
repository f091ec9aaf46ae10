import type { Ctx } from '@hostwright/sdk';
import { baseUrlOf, callSdk, openBare, type Credentials } from '@hostwright/vendor-cloudflare';
import type { ServerConfig } from '../config.js';
import { loadSdk, type Sdk } from './sdk.js';

/** `account`: the tenant's administrator. `resources`: what is within accounts, with the token where there is one. */
export type Purpose = 'account' | 'resources';

/** A page as the SDK hands it on. */
interface Page {
  readonly result: unknown;
  readonly result_info?: unknown;
}

/** How Cloudflare is called, and with which credentials. */
export class Transport {
  constructor(
    private readonly ctx: Pick<Ctx, 'fetch'>,
    readonly server: ServerConfig,
  ) {}

  async call<Answer>(purpose: Purpose, ask: (sdk: Sdk) => PromiseLike<Answer>): Promise<Answer> {
    const { ctx, server } = this;
    const call = { ctx, apiUrl: server.apiUrl, credentials: this.credentials(purpose), makeSdk: await loadSdk() };
    return callSdk(call, ask);
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
    const { apiToken, email, globalKey, apiUrl } = this.server;
    const credentials: Record<string, string> =
      apiToken === undefined ? { 'x-auth-email': email, 'x-auth-key': globalKey } : { authorization: `Bearer ${apiToken}` };
    const answer = await this.ctx.fetch(`${baseUrlOf(apiUrl)}/graphql`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...credentials },
      body: JSON.stringify({ query, variables }),
    });
    const { status, headers } = answer;
    const credential = apiToken === undefined ? 'globalKey' : 'apiToken';
    return openBare({ what: 'POST /graphql', status, headers, text: await answer.text(), credential });
  }

  private credentials(purpose: Purpose): Credentials {
    const { apiToken, email, globalKey } = this.server;
    return purpose === 'resources' && apiToken !== undefined
      ? { apiToken, apiKey: null, apiEmail: null }
      : { apiToken: null, apiKey: globalKey, apiEmail: email };
  }
}

/** How many a full page has: Cloudflare may give fewer than were asked for. */
function fullPage(info: unknown, asked: number): number {
  const given = typeof info === 'object' && info !== null ? (info as { per_page?: unknown }).per_page : undefined;
  return typeof given === 'number' && given > 0 ? Math.min(given, asked) : asked;
}
