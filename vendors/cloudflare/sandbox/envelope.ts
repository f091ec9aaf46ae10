import type { Json, JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer } from '@hostwright/sdk-testing';

/** Cloudflare's v4 envelope. Source: Cloudflare API v4, "envelope". */
export function success(result: Json, info?: JsonObject, status = 200): SandboxAnswer {
  return json(status, { result, success: true, errors: [], messages: [], ...(info === undefined ? {} : { result_info: info }) });
}

export function failure(
  status: number,
  code: number,
  message: string,
  chain?: readonly { readonly code: number; readonly message: string }[],
): SandboxAnswer {
  const error = { code, message, ...(chain === undefined ? {} : { error_chain: chain }) };
  return json(status, { result: null, success: false, errors: [error], messages: [] });
}

/** Cloudflare answers a malformed object id with two errors at once. */
export function noRoute(path: string): SandboxAnswer {
  const errors = [
    { code: 7003, message: `Could not route to ${path}, perhaps your object identifier is invalid?` },
    { code: 7000, message: 'No route for that URI' },
  ];
  return json(404, { result: null, success: false, errors, messages: [] });
}

export function throttled(retryAfterSeconds: number): SandboxAnswer {
  const errors = [{ code: 971, message: 'Please wait and consider throttling your request speed' }];
  const headers = { 'retry-after': String(retryAfterSeconds), ratelimit: `"default";r=0;t=${retryAfterSeconds}` };
  return json(429, { result: null, success: false, errors, messages: [] }, headers);
}

/** One page of a list. Past the end the result is empty, which is how the SDK's iterator ends. */
export function page(
  items: readonly Json[],
  query: URLSearchParams,
  { perPage: usual = 20, mostPerPage = 50 }: { readonly perPage?: number; readonly mostPerPage?: number } = {},
): SandboxAnswer {
  const number = positive(query.get('page'), 1);
  const perPage = Math.min(positive(query.get('per_page'), usual), mostPerPage);
  const result = items.slice((number - 1) * perPage, number * perPage);
  return success(result, {
    page: number,
    per_page: perPage,
    count: result.length,
    total_count: items.length,
    total_pages: Math.ceil(items.length / perPage),
  });
}

/** Why a body's fields cannot be taken: unknown ones, or those of another type. Undefined: they can. */
export function misfit(body: unknown, fields: Readonly<Record<string, 'string' | 'boolean' | 'object'>>): SandboxAnswer | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return failure(400, 1400, 'Unable to decode the JSON request body');
  for (const [key, value] of Object.entries(body)) {
    if (typeof value !== fields[key]) return failure(400, 1012, `Request must not contain "${key}", or not of that type`);
  }
  return undefined;
}

function positive(text: string | null, otherwise: number): number {
  return text !== null && /^[1-9]\d{0,6}$/.test(text) ? Number(text) : otherwise;
}
