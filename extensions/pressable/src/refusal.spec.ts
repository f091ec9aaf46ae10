import { describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { openEnvelope } from './refusal.js';

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): unknown {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return openEnvelope({ what: 'POST /v1/sites', status, text, headers: new Headers(headers) });
  } catch (error) {
    return error;
  }
}

describe('an answer of Pressable', () => {
  it('is a success with data, with an empty list as null, and with a page', () => {
    expect(answer(200, { message: 'Success', data: { id: 1 }, errors: null })).toMatchObject({ data: { id: 1 } });
    expect(answer(200, { message: 'Success', data: null, errors: null })).toMatchObject({ data: null });
    expect(answer(200, { message: 'Success' })).toMatchObject({ data: null });
    expect(answer(200, { data: [], errors: [], page: { totalItems: 1309 } })).toMatchObject({ data: [], totalItems: 1309 });
    expect(answer(204, '')).toMatchObject({ data: null });
  });

  it.each<[string, number, unknown, string]>([
    ['a name that is taken', 422, { message: 'Unable to create site', errors: ['Name has already been taken'], data: null }, 'rejected'],
    ['a name that is taken, in other words (unconfirmed)', 422, { message: 'Unable', errors: ['It is in use'], data: null }, 'rejected'],
    ['a request that is wrong', 400, { message: 'Bad Request', errors: ['Datacenter is not valid'], data: null }, 'rejected'],
    ['an HTTP 200 with errors', 200, { message: 'Success', errors: ['Something'], data: null }, 'rejected'],
    ['a site that is not there, or of another account', 404, { message: 'Not Found', errors: null, data: null }, 'not_found'],
    ['a 404 page of something in front of it', 404, '<html></html>', 'unknown_outcome'],
    ['a token that was refused, with message', 401, { message: 'Unauthorized' }, 'invalid_config'],
    ['a token that was refused, with error', 401, { error: 'The access token is invalid' }, 'invalid_config'],
    ['a token that was refused, with nothing', 401, '', 'invalid_config'],
    ['a permission that is missing', 403, { message: 'Forbidden', errors: ['no'], data: null }, 'invalid_config'],
    ['a redirect', 302, '', 'invalid_config'],
    ['too many requests', 429, {}, 'unavailable'],
    ['a request that took too long', 408, {}, 'unknown_outcome'],
    ['a 500 in its own shape', 500, { message: 'An internal error occurred', errors: null, data: null }, 'unknown_outcome'],
    ['a gateway’s 502 page', 502, '<html><h1>502 Bad Gateway</h1></html>', 'unknown_outcome'],
    ['a success that was cut', 200, '{"message":"Succ', 'unknown_outcome'],
    ['a success of another shape', 200, { unexpected: [] }, 'unknown_outcome'],
    ['a success that is a page', 200, '<html></html>', 'unknown_outcome'],
    ['an empty 200', 200, '', 'unknown_outcome'],
    ['a refusal that is a page', 422, '<html></html>', 'unknown_outcome'],
  ])('%s', (_what, status, body, code) => {
    expect(answer(status, body)).toBeInstanceOf(PanelError);
    expect(answer(status, body)).toMatchObject({ code });
  });

  it('gives its reasons joined, or else its message or error', () => {
    expect(answer(422, { message: 'No', errors: ['Name is too short', 'Name is taken'] })).toMatchObject({
      message: 'POST /v1/sites: refused: Name is too short; Name is taken',
    });
    expect(answer(422, { message: 'Name is reserved', errors: [] })).toMatchObject({ message: expect.stringMatching(/Name is reserved/) });
    expect(answer(422, { error: 'invalid_grant' })).toMatchObject({ message: expect.stringMatching(/invalid_grant/) });
    expect(answer(422, { errors: [{ name: ['is taken'] }] })).toMatchObject({ message: expect.stringMatching(/is taken/) });
    expect((answer(422, { errors: ['x'.repeat(5000)] }) as Error).message.length).toBeLessThan(400);
  });

  it.each([
    [{ 'retry-after': '30' }, 30_000],
    [{ 'retry-after': 'Wed, 25 Nov 2026 09:00:00 GMT' }, 60_000],
    [{}, 60_000],
  ])('429 with %j is tried again after %i ms', (headers, retryAfterMs) => {
    expect(answer(429, {}, headers)).toMatchObject({ code: 'unavailable', retryAfterMs });
  });
});
