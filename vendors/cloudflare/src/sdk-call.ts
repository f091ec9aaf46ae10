import type { ClientOptions } from 'cloudflare';
import type { Ctx } from '@hostwright/sdk';
import { openBare, openEnvelope, type Exchange } from './refusal.js';

/** Longer than any deadline of `ctx.fetch`, so that it is always the host who gives up and says how far the call came. */
const sdkTimeoutMs = 21 * 60_000;

/** Only these are let through: the SDK adds headers from the environment and about this machine. */
const sentHeaders = ['authorization', 'x-auth-email', 'x-auth-key', 'content-type', 'idempotency-key'];

/** One pair. What is not used is named as none: left out, the SDK would take it from the environment and send it along. */
export type Credentials =
  | { readonly apiToken: string; readonly apiKey: null; readonly apiEmail: null }
  | { readonly apiToken: null; readonly apiKey: string; readonly apiEmail: string };

export interface SdkCall<Sdk> {
  readonly ctx: Pick<Ctx, 'fetch'>;
  readonly apiUrl: string;
  readonly credentials: Credentials;
  readonly makeSdk: (options: ClientOptions) => Sdk;
}

/**
 * One call of the official SDK on `ctx.fetch`, without the SDK's retries, which would send a POST twice.
 * Throws: as `openEnvelope`, and what `ctx.fetch` throws.
 */
export async function callSdk<Sdk, Answer>(
  { ctx, apiUrl, credentials, makeSdk }: SdkCall<Sdk>,
  ask: (sdk: Sdk) => PromiseLike<Answer>,
): Promise<Answer> {
  // The SDK wraps, and sometimes replaces, what its fetch throws; ours must arrive as it is.
  let failure: { readonly error: unknown } | undefined;
  const sdk = makeSdk({
    baseURL: baseUrlOf(apiUrl),
    ...credentials,
    userServiceKey: null,
    maxRetries: 0,
    timeout: sdkTimeoutMs,
    logLevel: 'off',
    fetch: async (input, init) => {
      try {
        return await exchange(ctx, String(input), init);
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

export function baseUrlOf(apiUrl: string): string {
  return apiUrl.replace(/\/+$/, '');
}

/** Answers only what the SDK may take for a success: it does not look at `success` itself. */
async function exchange(ctx: Pick<Ctx, 'fetch'>, url: string, init: RequestInit | undefined): Promise<Response> {
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
  const answer = await ctx.fetch(url, { method, headers, ...(typeof body === 'string' ? { body } : {}) });
  const path = new URL(url).pathname;
  const exchanged: Exchange = {
    what: `${method} ${path}`,
    status: answer.status,
    headers: answer.headers,
    text: await answer.text(),
    credential: headers['x-auth-key'] === undefined ? 'apiToken' : 'globalKey',
  };
  // Source: SDK type `CustomHostnameDeleteResponse`, which is not taken out of an envelope.
  const isBare = method === 'DELETE' && /\/custom_hostnames\/[^/]+$/.test(path);
  const envelope = isBare ? openBare(exchanged) : openEnvelope(exchanged);
  return new Response(JSON.stringify(envelope), { status: 200, headers: { 'content-type': 'application/json' } });
}
