import type { TestCtx } from '@hostwright/sdk-testing';

const ca = 'https://ca.example';

/** A call as the authority sees it: what was signed, and what of it is the message. */
export interface SignedCall {
  readonly path: string;
  /** Undefined for a POST-as-GET. */
  readonly payload: Readonly<Record<string, unknown>> | undefined;
}

export interface HandAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An authority whose answers are written by the test, for what Pebble never does. An account, nonces and a directory it has by itself. */
export class AuthorityByHand {
  readonly calls: SignedCall[] = [];
  /** Of `HEAD /nonce`. */
  nonces = 0;
  /** Path → what it answers. The first of several is the next. */
  readonly answers = new Map<string, HandAnswer | ((call: SignedCall) => HandAnswer)>();

  readonly fetch: TestCtx['fetch'] = (url, request) => {
    const path = new URL(url).pathname;
    const written = this.answers.get(path);
    if (path === '/dir') return respond(typeof written === 'object' ? written : { body: directory });
    if (request?.method === 'HEAD') {
      this.nonces += 1;
      return respond(typeof written === 'object' ? written : { headers: { 'replay-nonce': `head ${this.nonces}` } });
    }
    const { payload } = JSON.parse(request?.body as string) as { readonly payload: string };
    const call = { path, payload: payload === '' ? undefined : (JSON.parse(Buffer.from(payload, 'base64url').toString()) as never) };
    this.calls.push(call);
    const { status, body, headers } = (typeof written === 'function' ? written(call) : written) ?? usual(path);
    return respond({ status, body, headers: { 'replay-nonce': `post ${this.calls.length}`, ...headers } } as HandAnswer);
  };

  /** Paths that were posted to, the account's left out. */
  get posted(): readonly string[] {
    return this.calls.map(({ path }) => path).filter((path) => path !== '/account');
  }
}

export const at = (path: string): string => `${ca}${path}`;

export const problem = (type: string, detail = 'No', more: object = {}) => ({
  type: `urn:ietf:params:acme:error:${type}`,
  detail,
  ...more,
});

export const anOrder = (more: object = {}): HandAnswer => ({
  body: { status: 'pending', authorizations: [at('/authz/1')], finalize: at('/order/1/finalize'), ...more },
});

export const anAuthorization = (more: object = {}): HandAnswer => ({
  body: {
    status: 'pending',
    identifier: { type: 'dns', value: 'shop.example.net' },
    challenges: [{ type: 'dns-01', status: 'pending', url: at('/chall/1'), token: 'a-token-of-the-authority' }],
    ...more,
  },
});

const directory = { newNonce: at('/nonce'), newAccount: at('/account'), newOrder: at('/order'), revokeCert: at('/revoke') };

function usual(path: string): HandAnswer {
  return path === '/account'
    ? { body: { status: 'valid' }, headers: { location: at('/account/1') } }
    : { status: 404, body: problem('malformed') };
}

function respond({ status = 200, body, headers = {} }: HandAnswer): Promise<Response> {
  return Promise.resolve(
    new Response(body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body), { status, headers }),
  );
}
