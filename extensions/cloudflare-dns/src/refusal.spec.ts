import { describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { openEnvelope, refusedWith } from './refusal.js';

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): unknown {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return openEnvelope({ what: 'POST /zones/1/dns_records', status, text, headers: new Headers(headers) });
  } catch (error) {
    return error;
  }
}

function failing(...errors: readonly unknown[]): unknown {
  return { success: false, errors, messages: [], result: null };
}

describe('an answer of Cloudflare', () => {
  it('is a success only when it says so', () => {
    expect(answer(200, { success: true, errors: [], messages: [], result: { id: 'a' } })).toMatchObject({ result: { id: 'a' } });
  });

  it.each<[string, number, unknown, string]>([
    ['81058, identical record', 400, failing({ code: 81058, message: 'An identical record already exists.' }), 'rejected'],
    ['81057, record exists', 400, failing({ code: 81057, message: 'Record already exists.' }), 'rejected'],
    ['81053, host taken', 400, failing({ code: 81053, message: 'An A, AAAA, or CNAME record with that host already exists.' }), 'rejected'],
    ['81054, CNAME clash', 400, failing({ code: 81054, message: 'A CNAME record with that host already exists.' }), 'rejected'],
    ['81044, no such record', 404, failing({ code: 81044, message: 'Record does not exist.' }), 'not_found'],
    ['1001, no such zone', 400, failing({ code: 1001, message: 'Invalid zone identifier' }), 'not_found'],
    [
      '7003, malformed id',
      404,
      failing({ code: 7003, message: 'Could not route' }, { code: 7000, message: 'No route for that URI' }),
      'not_found',
    ],
    ['10000, authentication', 403, failing({ code: 10000, message: 'Authentication error' }), 'invalid_config'],
    [
      '6003, headers',
      400,
      failing({ code: 6003, message: 'Invalid request headers', error_chain: [{ code: 6111, message: 'Invalid format' }] }),
      'invalid_config',
    ],
    ['a 401 without codes', 401, 'no', 'invalid_config'],
    ['971, slow down', 400, failing({ code: 971, message: 'Please wait' }), 'unavailable'],
    ['an HTTP 200 that says no', 200, failing({ code: 1004, message: 'DNS Validation Error' }), 'rejected'],
    ['an HTTP 200 that says no to a duplicate', 200, failing({ code: 81058, message: 'An identical record already exists.' }), 'rejected'],
    ['an HTTP 200 without an envelope', 200, { result: {} }, 'unknown_outcome'],
    ['an HTTP 200 that is HTML', 200, '<html></html>', 'unknown_outcome'],
    ['an HTTP 400 that is HTML', 400, '<html></html>', 'unknown_outcome'],
    ['a 500 in its own shape', 500, failing({ code: 10000, message: 'Internal' }), 'unknown_outcome'],
    ['a gateway’s 502 page', 502, '<html><h1>502 Bad Gateway</h1></html>', 'unknown_outcome'],
    ['a redirect', 302, '', 'invalid_config'],
  ])('%s', (_what, status, body, code) => {
    expect(answer(status, body)).toBeInstanceOf(PanelError);
    expect(answer(status, body)).toMatchObject({ code });
  });

  it('tells what was wrong, which stands only in the chain', () => {
    const error = answer(
      400,
      failing({ code: 1004, message: 'DNS Validation Error', error_chain: [{ code: 9005, message: 'Content for A record is invalid.' }] }),
    );
    expect((error as Error).message).toContain('9005 Content for A record is invalid.');
    expect(refusedWith(error, 9005)).toBe(true);
  });

  it.each([
    [{ 'retry-after': '30' }, 30_000],
    [{ ratelimit: '"default";r=0;t=45' }, 45_000],
    [{ 'retry-after': 'soon' }, 300_000],
    [{}, 300_000],
  ])('429 with %j is tried again after %i ms', (headers, retryAfterMs) => {
    expect(answer(429, failing({ code: 971, message: 'Please wait' }), headers)).toMatchObject({ code: 'unavailable', retryAfterMs });
  });

  it('is cut short in messages, however long it is', () => {
    expect((answer(400, failing({ code: 1, message: 'x'.repeat(5000) })) as Error).message.length).toBeLessThan(500);
  });
});
