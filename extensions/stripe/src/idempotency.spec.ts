import { describe, expect, it } from '@jest/globals';
import { playTrigger, putControl, sandboxFetch, testCtx } from '@hostwright/sdk-testing';
import sandbox from '@hostwright/ext-stripe/sandbox';
import { trigger } from './trigger.js';

/*
 * Stripe keeps a result, a refusal too, for at least 24 hours under the key it came with. That is for what is written there: charges,
 * refunds, sessions. A trigger writes nothing, which is what makes it safe to ask again and again.
 */

const stripe = playTrigger(sandbox, trigger);

describe('what is asked of Stripe', () => {
  it('only reads, so it needs no idempotency key, and no answer is a replayed one', async () => {
    const sent: { readonly method: string; readonly names: readonly string[]; readonly body: unknown }[] = [];
    const reach = sandboxFetch();
    const ctx = testCtx({
      fetch: (url, request = {}) => {
        const names = Object.keys(request.headers ?? {}).map((name) => name.toLowerCase());
        sent.push({ method: request.method ?? 'GET', names, body: request.body });
        return reach(url, request);
      },
    });
    const subscription = await stripe.sell({ plan: 'price_basic' });
    const payment = await stripe.sell({ plan: 'price_basic', kind: 'payment' });
    await putControl(stripe.sandbox, '/payment', { intent: payment['intent']!, refunded: 'wholly' });
    for (const subject of [subscription.subject, payment.subject, payment['intent']!]) await stripe.read(subject, {}, ctx);
    await trigger.testConnection!({ ctx, server: stripe.server });
    expect(sent.length).toBeGreaterThan(8);
    expect(new Set(sent.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(sent.filter(({ body }) => body !== undefined && body !== '')).toEqual([]);
    expect(sent.filter(({ names }) => names.includes('idempotency-key'))).toEqual([]);
  });

  it('is read again each time, so the same payment told of ten times is the same fact ten times', async () => {
    const { subject } = await stripe.sell({ plan: 'price_basic' });
    const facts = await Promise.all(Array.from({ length: 10 }, () => stripe.read(subject)));
    expect(new Set(facts.map((fact) => JSON.stringify(fact))).size).toBe(1);
  });
});
