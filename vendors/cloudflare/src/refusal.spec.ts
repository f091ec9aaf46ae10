import { describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { isGone, openBare, openEnvelope, refusedWith } from './refusal.js';

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}, open = openEnvelope): unknown {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return open({ what: 'POST /zones', status, text, headers: new Headers(headers), credential: 'apiToken' });
  } catch (error) {
    return error;
  }
}

function failing(...errors: readonly unknown[]): unknown {
  return { success: false, errors, messages: [], result: null };
}

const one = (code: number, message: string) => failing({ code, message });

describe('an answer of Cloudflare', () => {
  it('is a success only when it says so', () => {
    expect(answer(200, { success: true, errors: [], messages: [], result: { id: 'a' } })).toMatchObject({ result: { id: 'a' } });
  });

  it.each<[string, number, unknown, string]>([
    ['1061, zone exists', 400, one(1061, 'example.com already exists'), 'rejected'],
    ['a zone hold, whose code is not documented', 400, one(4444, 'The zone name is under a zone hold'), 'rejected'],
    ['1104, partial signup not allowed', 400, one(1104, 'Partial zone signup is not allowed'), 'rejected'],
    ['1049, no registered domain (unconfirmed)', 400, one(1049, 'not a registered domain'), 'rejected'],
    ['1099, invalid domain (unconfirmed)', 400, one(1099, 'invalid domain'), 'rejected'],
    ['1097, banned zone (unconfirmed)', 400, one(1097, 'This zone is banned'), 'rejected'],
    ['1105, too many attempts (unconfirmed)', 400, one(1105, 'You attempted to add this domain too many times'), 'unavailable'],
    ['1068, no account given', 400, one(1068, 'Permission denied'), 'invalid_config'],
    ['10000, token without account scope', 403, one(10000, 'Authentication error'), 'invalid_config'],
    [
      '6003, headers',
      400,
      failing({ code: 6003, message: 'Invalid request headers', error_chain: [{ code: 6111, message: 'Invalid format' }] }),
      'invalid_config',
    ],
    ['1000, invalid token', 401, one(1000, 'Invalid API Token'), 'invalid_config'],
    ['10001, no method of authentication', 400, one(10001, 'Unable to authenticate request'), 'invalid_config'],
    ['9106, headers are missing', 400, one(9106, 'Missing X-Auth-Key, X-Auth-Email or Authorization headers'), 'invalid_config'],
    ['9109, of another account (terraform#1991)', 400, one(9109, 'Invalid account identifier'), 'invalid_config'],
    ['a 401 without codes', 401, 'no', 'invalid_config'],
    ['1022, already unpaused', 400, one(1022, 'Zone is already unpaused'), 'rejected'],
    [
      '7003 and 7000, malformed id',
      404,
      failing({ code: 7003, message: 'Could not route' }, { code: 7000, message: 'No route' }),
      'not_found',
    ],
    ['7003 with HTTP 400', 400, one(7003, 'Could not route to /zones/x'), 'not_found'],
    ['1001, invalid zone identifier', 400, one(1001, 'Invalid zone identifier'), 'not_found'],
    ['1117, paid zone (unconfirmed)', 400, one(1117, 'active subscription'), 'rejected'],
    ['1207, free zone', 404, one(1207, 'Add a core subscription first and try again.'), 'not_found'],
    ['1225, not entitled', 400, one(1225, 'Your account does not have access to this product.'), 'rejected'],
    ['1406, duplicate hostname (unconfirmed)', 409, one(1406, 'Duplicate custom hostname found.'), 'conflict'],
    ['1406, duplicate hostname with another status (unconfirmed)', 400, one(1406, 'Duplicate custom hostname found.'), 'conflict'],
    ['a duplicate hostname with another code (unconfirmed)', 409, one(1499, 'Duplicate'), 'conflict'],
    ['1407, invalid hostname', 400, one(1407, 'invalid'), 'invalid_input'],
    ['1408, hostname not ASCII', 400, one(1408, 'ASCII'), 'invalid_input'],
    ['1409, reserved top-level domain', 400, one(1409, 'reserved'), 'invalid_input'],
    ['1411, prohibited hostname', 400, one(1411, 'prohibited'), 'invalid_input'],
    ['1421, origin not in the zone', 400, one(1421, 'origin'), 'invalid_input'],
    ['1432, bad ssl method', 400, one(1432, 'method'), 'invalid_input'],
    ['1435, malformed hostname id', 400, one(1435, 'id'), 'not_found'],
    ['1436, no such hostname', 404, one(1436, 'not found'), 'not_found'],
    ['1400, undecodable body', 400, one(1400, 'Unable to decode the JSON request body'), 'rejected'],
    ['a duplicate member, whose code is not documented', 400, one(1005, 'already a member'), 'rejected'],
    ['81053, host taken', 400, one(81053, 'An A, AAAA, or CNAME record with that host already exists.'), 'rejected'],
    ['81054, CNAME clash', 400, one(81054, 'A CNAME record with that host already exists.'), 'rejected'],
    ['81057, record exists', 400, one(81057, 'Record already exists.'), 'rejected'],
    ['81045, record quota (unconfirmed)', 400, one(81045, 'Record quota exceeded.'), 'rejected'],
    ['81058, identical record', 400, one(81058, 'An identical record already exists.'), 'rejected'],
    ['81044, no such record', 404, one(81044, 'Record does not exist.'), 'not_found'],
    ['971, slow down', 429, one(971, 'Please wait and consider throttling your request speed'), 'unavailable'],
    ['971 without HTTP 429 (unconfirmed)', 400, one(971, 'Please wait'), 'unavailable'],
    ['10429 without HTTP 429 (unconfirmed)', 400, one(10429, 'slow down'), 'unavailable'],
    ['an HTTP 200 that says no', 200, one(1061, 'example.com already exists'), 'rejected'],
    ['an HTTP 200 that is HTML', 200, '<html></html>', 'unknown_outcome'],
    ['an HTTP 200 without an envelope', 200, { result: {} }, 'unknown_outcome'],
    ['an HTTP 400 that is HTML', 400, '<html></html>', 'unknown_outcome'],
    ['a 408, after which it may have been carried out', 408, one(1, 'Request timeout'), 'unknown_outcome'],
    ['a gateway’s 502 page', 502, '<html><h1>502 Bad Gateway</h1></html>', 'unknown_outcome'],
    ['a 500 in its own shape', 500, one(10000, 'Internal'), 'unknown_outcome'],
    ['a redirect', 302, '', 'invalid_config'],
  ])('%s', (_what, status, body, code) => {
    expect(answer(status, body)).toBeInstanceOf(PanelError);
    expect(answer(status, body)).toMatchObject({ code });
  });

  it('names the setting that has to be mended', () => {
    expect(answer(403, one(10000, 'Authentication error'))).toMatchObject({ field: 'apiToken' });
    expect(answer(302, '')).toMatchObject({ field: 'apiUrl' });
  });

  it('of a free zone (1207) does not mean that the zone is gone', () => {
    expect(isGone(answer(404, one(1207, 'Add a core subscription first')))).toBe(false);
    expect(isGone(answer(404, one(1001, 'Invalid zone identifier')))).toBe(true);
  });

  it('keeps the codes of the chain, where alone the reason may stand', () => {
    const error = answer(
      400,
      failing({ code: 1004, message: 'Validation', error_chain: [{ code: 9005, message: 'Content is invalid.' }] }),
    );
    expect(refusedWith(error, 9005)).toBe(true);
    expect((error as Error).message).toContain('9005 Content is invalid.');
  });

  it('may come without the envelope where that is documented, and is opened where it has it', () => {
    expect(answer(200, { id: 'a' }, {}, openBare)).toEqual({ id: 'a' });
    expect(answer(404, one(1436, 'not found'), {}, openBare)).toMatchObject({ code: 'not_found' });
    expect(answer(200, one(1061, 'x'), {}, openBare)).toMatchObject({ code: 'rejected' });
    expect(answer(500, { id: 'a' }, {}, openBare)).toMatchObject({ code: 'unknown_outcome' });
  });

  it.each([
    [{ 'retry-after': '30' }, 30_000],
    [{ ratelimit: '"default";r=0;t=45' }, 45_000],
    [{ 'retry-after': 'soon' }, 300_000],
    [{ 'x-ratelimit-reset': '9' }, 300_000],
    [{}, 300_000],
  ])('429 with %j is tried again after %i ms', (headers, retryAfterMs) => {
    expect(answer(429, one(971, 'Please wait'), headers as Record<string, string>)).toMatchObject({ code: 'unavailable', retryAfterMs });
  });

  it('is cut short in messages, however long it is', () => {
    expect((answer(400, one(1, 'x'.repeat(5000))) as Error).message.length).toBeLessThan(500);
  });
});
