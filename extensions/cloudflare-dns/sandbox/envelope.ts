import type { Json, JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer } from '@hostwright/sdk-testing';

/** Cloudflare's v4 envelope. Source: Cloudflare API v4, "envelope". */
export function success(result: Json, info?: JsonObject): SandboxAnswer {
  return json(200, { result, success: true, errors: [], messages: [], ...(info === undefined ? {} : { result_info: info }) });
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

/** A refused field of a record: what is wrong stands only in the chain. */
export function invalidRecord(code: number, message: string): SandboxAnswer {
  return failure(400, 1004, 'DNS Validation Error', [{ code, message }]);
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
  const body = {
    result: null,
    success: false,
    errors: [{ code: 971, message: 'Please wait and consider throttling your request speed' }],
    messages: [],
  };
  return json(429, body, { 'retry-after': String(retryAfterSeconds), ratelimit: `"default";r=0;t=${retryAfterSeconds}` });
}

/** One page of a list. Past the end the result is empty, which is how the SDK's iterator ends. */
export function page(items: readonly Json[], query: URLSearchParams, defaultPerPage: number, maxPerPage: number): SandboxAnswer {
  const number = positive(query.get('page'), 1);
  const perPage = Math.min(positive(query.get('per_page'), defaultPerPage), maxPerPage);
  const result = items.slice((number - 1) * perPage, number * perPage);
  return success(result, {
    page: number,
    per_page: perPage,
    count: result.length,
    total_count: items.length,
    total_pages: Math.ceil(items.length / perPage),
  });
}

function positive(text: string | null, otherwise: number): number {
  return text !== null && /^[1-9]\d{0,6}$/.test(text) ? Number(text) : otherwise;
}
