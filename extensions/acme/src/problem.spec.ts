import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { testCtx, type TestCtx } from '@hostwright/sdk-testing';
import { AcmeClient } from './client.js';
import type { ServerConfig } from './config.js';
import { problemOf, saidOf } from './problem.js';

const problem = (type: string, detail = 'No', more: object = {}) => ({ type: `urn:ietf:params:acme:error:${type}`, detail, ...more });
const judged = (status: number, body: unknown, headers = {}) =>
  problemOf({ what: 'POST /x', status, headers: new Headers(headers), text: typeof body === 'string' ? body : JSON.stringify(body) });

describe('a problem of an authority', () => {
  it.each([
    [400, 'accountDoesNotExist', 'invalid_config'],
    [400, 'badPublicKey', 'invalid_config'],
    [400, 'badSignatureAlgorithm', 'invalid_config'],
    [403, 'externalAccountRequired', 'invalid_config'],
    [400, 'invalidContact', 'invalid_config'],
    [400, 'unsupportedContact', 'invalid_config'],
    [403, 'userActionRequired', 'invalid_config'],
    [400, 'alreadyRevoked', 'rejected'],
    [400, 'badCSR', 'rejected'],
    [403, 'caa', 'rejected'],
    [400, 'dns', 'rejected'],
    [403, 'incorrectResponse', 'rejected'],
    [400, 'malformed', 'rejected'],
    [403, 'orderNotReady', 'rejected'],
    [400, 'rejectedIdentifier', 'rejected'],
    [403, 'unauthorized', 'rejected'],
    [404, 'malformed', 'not_found'],
    [500, 'serverInternal', 'unknown_outcome'],
    [400, 'badNonce', 'unavailable'],
  ])('with %i is told by its type, %s, and not by its words: %s', (status, type, code) => {
    expect(judged(status, problem(type, 'Certificate has already been revoked.'))).toMatchObject({ code });
  });

  it('says what an authority says of it, of each name where there are several', () => {
    const subproblems = [problem('caa', 'CAA record for a.example.net prevents issuance')];
    expect(judged(403, problem('caa', 'Rechecking CAA', { subproblems })).message).toBe(
      'POST /x: the authority refused: Rechecking CAA; CAA record for a.example.net prevents issuance',
    );
    expect(saidOf(problem('dns', 'No TXT records found for DNS challenge'))).toBe('No TXT records found for DNS challenge');
  });

  it.each([
    [{ 'retry-after': '3600' }, 3_600_000],
    [{ 'retry-after': 'Thu, 26 Nov 2026 05:00:00 GMT', date: 'Thu, 26 Nov 2026 04:30:00 GMT' }, 1_800_000],
    [{ 'retry-after': 'Thu, 26 Nov 2026 05:00:00 GMT', date: 'Thu, 26 Nov 2026 05:10:00 GMT' }, 1_000],
    [{ 'retry-after': 'Thu, 26 Nov 2026 05:00:00 GMT' }, 60_000],
    [{ 'retry-after': 'soon' }, 60_000],
    // A week: after a day it is asked again how long.
    [{ 'retry-after': '604800' }, 86_400_000],
    [{}, 60_000],
  ])('that is a rate limit, with 429 and Retry-After or without, is waited for as long: %j', (headers, retryAfterMs) => {
    expect(judged(429, problem('rateLimited', 'too many certificates already issued'), headers)).toMatchObject({
      code: 'unavailable',
      retryAfterMs,
    });
    expect(judged(429, '<html>', headers)).toMatchObject({ code: 'unavailable', retryAfterMs });
  });

  it('that cannot be read may have been carried out; an authority that is down has done nothing', () => {
    expect(judged(400, '<html>')).toMatchObject({ code: 'unknown_outcome' });
    expect(judged(502, '<html>')).toMatchObject({ code: 'unknown_outcome' });
    expect(judged(503, '', { 'retry-after': '5' })).toMatchObject({ code: 'unavailable', retryAfterMs: 5_000 });
  });
});

describe('an authority that takes none of its own nonces', () => {
  it('is asked ten times and then left for later', async () => {
    let posts = 0;
    const json = (body: unknown, status = 200, headers = {}) => Promise.resolve(new Response(JSON.stringify(body), { status, headers }));
    const fetch: TestCtx['fetch'] = (url, request) => {
      const at = (path: string) => `https://ca.example/${path}`;
      if (url === at('dir'))
        return json({ newNonce: at('nonce'), newAccount: at('account'), newOrder: at('order'), revokeCert: at('revoke') });
      if (request?.method === 'HEAD') return Promise.resolve(new Response(null, { headers: { 'replay-nonce': 'n0' } }));
      posts += 1;
      return json(problem('badNonce', 'JWS has an invalid anti-replay nonce'), 400, { 'replay-nonce': `n${posts}` });
    };
    const accountKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const server: ServerConfig = { directoryUrl: 'https://ca.example/dir', accountKey, termsAgreed: true, keyType: 'ecdsa-p256' };
    await expect(new AcmeClient(testCtx({ fetch }), server).account()).rejects.toMatchObject({ code: 'unavailable' });
    expect(posts).toBe(10);
  });
});
