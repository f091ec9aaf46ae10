import { describe, expect, it } from '@jest/globals';
import { PanelError, type HttpResponse } from '@hostwright/sdk';
import { testCtx } from '@hostwright/sdk-testing';
import { StripeClient } from './client.js';

const server = { apiUrl: 'https://api.stripe.com', secretKey: 'sk_test_1', webhookSecret: 'whsec_1' };

/** A client of a Stripe that answers every call so. */
function answering(answer: () => HttpResponse) {
  let calls = 0;
  const ctx = testCtx({
    fetch: () => {
      calls += 1;
      return Promise.resolve().then(answer);
    },
  });
  return { read: () => new StripeClient(ctx, server).subscription('sub_1'), calls: () => calls };
}
const response = (status: number, body: unknown, headers = {}): HttpResponse =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('an error of Stripe', () => {
  it.each<[number, object, string]>([
    [400, { type: 'invalid_request_error', message: 'Missing required param', param: 'limit' }, 'rejected'],
    [400, { type: 'idempotency_error', message: 'Keys for idempotent requests can only be used with the same parameters' }, 'rejected'],
    [401, { type: 'invalid_request_error', message: 'Invalid API Key provided: sk_test_****0000' }, 'invalid_config'],
    [
      402,
      { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds', message: 'Your card was declined.' },
      'rejected',
    ],
    [403, { type: 'invalid_request_error', message: 'The provided key does not have the required permissions' }, 'invalid_config'],
    [404, { type: 'invalid_request_error', code: 'resource_missing', message: "No such subscription: 'sub_1'" }, 'not_found'],
    [
      409,
      { type: 'invalid_request_error', code: 'idempotency_key_in_use', message: 'There is another request in progress' },
      'unavailable',
    ],
    [424, { type: 'api_error', message: 'A dependency failed' }, 'unavailable'],
    [429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' }, 'unavailable'],
    [429, { type: 'invalid_request_error', code: 'lock_timeout', message: 'This object cannot be accessed right now' }, 'unavailable'],
    [500, { type: 'api_error', message: 'An unknown error occurred' }, 'unknown_outcome'],
    [503, { type: 'api_error', message: 'Service unavailable' }, 'unknown_outcome'],
  ])('with %i and %j is %s, and asked for once: the retries of the SDK are off', async (status, error, code) => {
    // The SDK retries these when it is told to.
    const stripe = answering(() => response(status, { error }, { 'stripe-should-retry': 'true' }));
    await expect(stripe.read()).rejects.toMatchObject({ code });
    expect(stripe.calls()).toBe(1);
  });

  it('that is a page of a gateway is none that is known', async () => {
    await expect(answering(() => response(502, '<html>')).read()).rejects.toMatchObject({ code: 'unknown_outcome' });
  });

  it('of the connection is what `ctx.fetch` says of it, and the closed connection is not tried again', async () => {
    for (const code of ['unavailable', 'unknown_outcome'] as const) {
      const stripe = answering(() => {
        throw new PanelError(code, 'the connection was closed');
      });
      await expect(stripe.read()).rejects.toMatchObject({ code, message: 'the connection was closed' });
      expect(stripe.calls()).toBe(1);
    }
  });

  it('is none with a deleted thing, which comes with HTTP 200', async () => {
    const deleted = { id: 'sub_1', object: 'subscription', livemode: false, customer: { id: 'cus_1', object: 'customer', deleted: true } };
    expect(await answering(() => response(200, deleted)).read()).toMatchObject({ customer: { deleted: true } });
  });
});
