import type { JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer } from '@hostwright/sdk-testing';

/** Source: docs.stripe.com/api/errors. */
export function failure(status: number, error: JsonObject): SandboxAnswer {
  return json(status, { error: { ...error, request_log_url: 'https://dashboard.stripe.com/test/logs/req_sandbox' } });
}

export function missing(what: string, id: string): SandboxAnswer {
  return failure(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${what}: '${id}'`,
    param: 'id',
  });
}

/** Lists inside of other objects end after ten. */
export function listOf(url: string, items: readonly JsonObject[], most = 10): JsonObject {
  return { object: 'list', data: items.slice(0, most), has_more: items.length > most, url };
}

/** Refuses what the call does not take, as Stripe does. Undefined when all is known. */
export function unknownParameter(query: URLSearchParams, known: readonly string[]): SandboxAnswer | undefined {
  const odd = [...query.keys()].find((name) => !known.includes(name) && !known.includes(name.replace(/\[\d*\]$/, '')));
  return odd === undefined
    ? undefined
    : failure(400, {
        type: 'invalid_request_error',
        code: 'parameter_unknown',
        message: `Received unknown parameter: ${odd}`,
        param: odd,
      });
}

/** What was asked to come as a whole and not as an id. */
export function expanded(query: URLSearchParams): readonly string[] {
  return [...query].filter(([name]) => /^expand\[\d*\]$/.test(name)).map(([, value]) => value);
}
