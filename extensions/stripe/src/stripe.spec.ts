import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { TriggerNotice } from '@hostwright/sdk';
import { playTrigger, putControl, testCtx } from '@hostwright/sdk-testing';
import sandbox from '@hostwright/ext-stripe/sandbox';
import { trigger } from './trigger.js';

const stripe = playTrigger(sandbox, trigger);
const { change, notice, verify, read } = stripe;
const sell = (wanted = {}) => stripe.sell({ plan: 'price_basic', ...wanted });
const now = () => Math.floor(Date.now() / 1000);

describe('a notice of Stripe', () => {
  it('is known by the id of its event and tells what to read again', async () => {
    const { subject } = await sell();
    expect(await verify(await notice(subject, { eventId: 'evt_1' }))).toEqual({
      eventId: 'evt_1',
      eventType: 'customer.subscription.updated',
      subject,
    });
  });

  it.each<[string, (one: TriggerNotice) => TriggerNotice]>([
    ['without a signature', (one) => ({ ...one, headers: {} })],
    ['whose body was changed by one character', (one) => ({ ...one, body: one.body.replace('evt_', 'evx_') })],
    ['that was parsed and written again', (one) => ({ ...one, body: JSON.stringify(JSON.parse(one.body), null, 1) })],
    [
      'with a v0 signature only',
      (one) => ({ ...one, headers: { 'stripe-signature': one.headers['stripe-signature']!.replace('v1=', 'v0=') } }),
    ],
    ['with two headers that a proxy joined', (one) => ({ ...one, headers: { 'stripe-signature': 'a, b' } })],
    [
      'with the signature of another time',
      (one) => ({ ...one, headers: { 'stripe-signature': one.headers['stripe-signature']!.replace(/t=\d+/, `t=${now() - 5}`) } }),
    ],
  ])('%s is refused', async (_what, forge) => {
    const { subject } = await sell();
    await expect(verify(forge(await notice(subject)))).rejects.toMatchObject({
      code: 'unauthenticated',
      message: 'the signature is not valid',
    });
  });

  it('that was signed with another secret is refused', async () => {
    const { subject } = await sell();
    await expect(verify(await notice(subject, { secret: 'whsec_other' }))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is taken with either of two secrets while one takes the place of the other', async () => {
    const { subject } = await sell();
    const both = { webhookSecret: `whsec_new ${stripe.server.webhookSecret}` };
    await expect(verify(await notice(subject), both)).resolves.toMatchObject({ subject });
    await expect(verify(await notice(subject, { secret: 'whsec_new' }), both)).resolves.toMatchObject({ subject });
  });

  it('may have several v1 signatures, one of which matches, while Stripe rolls a secret', async () => {
    const { subject } = await sell();
    const one = await notice(subject);
    const [time, v1] = one.headers['stripe-signature']!.split(',');
    const header = `${time},v1=${'0'.repeat(64)},${v1},v0=${'1'.repeat(64)}`;
    await expect(verify({ ...one, headers: { 'stripe-signature': header } })).resolves.toMatchObject({ subject });
  });

  it.each(['', ' , '])('is refused when there is no secret to check it with: "%s"', async (webhookSecret) => {
    const { subject } = await sell();
    await expect(verify(await notice(subject), { webhookSecret })).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(verify(await notice(subject, { secret: '' }), { webhookSecret })).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('that is a thin one, of version 2, says to choose the other payload', async () => {
    const body = JSON.stringify({ id: 'evt_1', object: 'v2.core.event', type: 'v1.billing.meter.no_meter_found', livemode: false });
    const seconds = now();
    const signature = createHmac('sha256', stripe.server.webhookSecret).update(`${seconds}.${body}`).digest('hex');
    const headers = { 'stripe-signature': `t=${seconds},v1=${signature}` };
    await expect(verify({ headers, query: '', body, receivedAt: new Date().toISOString() })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  it('older than five minutes is refused, and so is one of a time to come, which the SDK takes', async () => {
    const { subject } = await sell();
    await expect(verify(await notice(subject, { signedAt: now() - 310 }))).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(verify(await notice(subject, { signedAt: now() + 400 }))).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(verify(await notice(subject, { signedAt: now() - 290 }))).resolves.toMatchObject({ subject });
  });

  it('of the other mode than the key says so', async () => {
    await putControl(stripe.sandbox, '/account', { live: true });
    const { subject } = await sell();
    await expect(verify(await notice(subject))).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('mode') });
  });

  it.each([
    ['checkout.session.completed', 'session'],
    ['checkout.session.async_payment_succeeded', 'session'],
    ['payment_intent.succeeded', 'intent'],
    ['charge.refunded', 'intent'],
    ['refund.failed', 'intent'],
    ['charge.dispute.created', 'intent'],
  ] as const)('%s of a payment is about its %s', async (type, what) => {
    const sold = await sell({ kind: 'payment' });
    expect(await verify(await notice(sold.subject, { type }))).toMatchObject({ eventType: type, subject: sold[what] });
  });

  it.each(['checkout.session.completed', 'customer.subscription.deleted', 'invoice.paid', 'invoice.payment_failed'])(
    '%s of a subscription is about the subscription',
    async (type) => {
      const { subject } = await sell();
      expect(await verify(await notice(subject, { type }))).toMatchObject({ subject });
    },
  );

  it('of an invoice in the form of an endpoint that was made with an older API version is understood', async () => {
    const { subject } = await sell();
    expect(await verify(await notice(subject, { type: 'invoice.paid', apiVersion: '2024-06-20' }))).toMatchObject({ subject });
  });

  it('about something else is about nothing that is sold', async () => {
    const { subject } = await sell();
    expect(await verify(await notice(subject, { type: 'product.updated' }))).toMatchObject({ subject: null });
    const { subject: payment } = await sell({ kind: 'payment' });
    expect(await verify(await notice(payment, { type: 'invoice.paid' }))).toMatchObject({ subject: null });
  });
});

describe('a subscription', () => {
  it('is read again with its customer, its items and what was typed in at the checkout', async () => {
    const { subject } = await sell({ values: { domain: 'ada.example.com' } });
    expect(await read(subject)).toEqual({
      subject,
      state: 'active',
      items: [{ names: ['price_basic', 'key-of-price_basic', 'prod_of_price_basic'], quantity: 1 }],
      customer: { email: 'ada@example.com', name: 'Ada Lovelace' },
      values: { client_reference_id: 'shop-7', 'custom_fields.site': 'shop.example.com', 'metadata.domain': 'ada.example.com' },
    });
  });

  it('that was made by a call has nothing of a checkout', async () => {
    const { subject } = await sell({ checkout: false, values: { domain: 'ada.example.com' } });
    expect((await read(subject))?.values).toEqual({ 'metadata.domain': 'ada.example.com' });
  });

  it.each([
    ['incomplete', 'waiting'],
    ['trialing', 'active'],
    ['active', 'active'],
    ['past_due', 'overdue'],
    ['unpaid', 'unpaid'],
    ['paused', 'unpaid'],
    ['canceled', 'ended'],
    ['incomplete_expired', 'ended'],
  ])('that is %s is %s', async (status, state) => {
    const { subject } = await sell();
    await change(subject, { status });
    expect(await read(subject)).toMatchObject({ state });
  });

  it('of a status that is new is refused, not guessed at', async () => {
    const { subject } = await sell();
    await change(subject, { status: 'hibernating' });
    await expect(read(subject)).rejects.toMatchObject({ code: 'rejected', message: expect.stringContaining('hibernating') });
  });

  it('of a deleted customer, which Stripe answers with 200, has no address', async () => {
    const { subject } = await sell();
    await change(subject, { customerDeleted: true });
    expect(await read(subject)).toMatchObject({ customer: { email: null, name: null } });
  });

  it('of more than the ten items that come with it is read whole', async () => {
    const { subject } = await sell({ plan: Array.from({ length: 12 }, (_, at) => `price_${at}`) });
    expect((await read(subject))?.items).toHaveLength(12);
  });

  it('is what the session is part of in which it was bought', async () => {
    const { session, subject } = await sell();
    expect(await read(session!)).toMatchObject({ subject });
  });
});

describe('a payment', () => {
  it.each([
    ['paid', 'active'],
    ['no_payment_required', 'active'],
    ['unpaid', 'waiting'],
  ])('whose session was completed and is %s is %s', async (status, state) => {
    const { subject } = await sell({ kind: 'payment' });
    await change(subject, { status });
    expect(await read(subject)).toMatchObject({ subject, state });
  });

  it('that went back is refunded, and told of by its payment it is that of its session', async () => {
    const { subject, intent } = await sell({ kind: 'payment' });
    await change(subject, { state: 'refunded' });
    expect(await read(intent!)).toMatchObject({ subject, state: 'refunded' });
  });

  it('that was made in no checkout is nothing that is sold', async () => {
    const { intent } = await sell({ kind: 'payment', checkout: false });
    expect(await read(intent!)).toBeUndefined();
  });

  it('for more than ten things is read whole', async () => {
    const { subject } = await sell({ kind: 'payment', plan: Array.from({ length: 11 }, (_, at) => `price_${at}`) });
    expect((await read(subject))?.items).toHaveLength(11);
  });
});

describe('the API of Stripe', () => {
  it('is asked less often than the 25 times in a second that it takes in test mode', () => {
    const { requests, perSeconds } = trigger.limits.rate!;
    expect(requests / perSeconds).toBeLessThan(25);
  });

  it('that has no such thing says so with 404 resource_missing', async () => {
    await expect(read('sub_none')).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([
    ['error_before', 'unknown_outcome'],
    ['error_after', 'unknown_outcome'],
    ['lost_reply', 'unknown_outcome'],
    ['malformed', 'unknown_outcome'],
    ['wrong_shape', 'unknown_outcome'],
    ['too_many_requests', 'unavailable'],
  ] as const)('that shows %s is asked once, and it is %s', async (kind, code) => {
    const { subject } = await sell();
    stripe.sandbox.fault({ kind, path: '/v1/subscriptions/' });
    await expect(read(subject)).rejects.toMatchObject({ code });
    // Retries are the panel's business; the SDK's are off.
    expect(stripe.sandbox.calls().filter(({ path }) => path.startsWith('/v1/subscriptions/'))).toHaveLength(1);
  });

  it('that is not there is unavailable', async () => {
    const { subject } = await sell();
    stripe.sandbox.fault({ kind: 'refuse' });
    await expect(read(subject)).rejects.toMatchObject({ code: expect.stringMatching(/^(unavailable|unknown_outcome)$/) });
  });

  it('that refuses the key, or what a restricted one may, says what to mend and not what the key is', async () => {
    const { subject } = await sell();
    const ctx = testCtx({ recorded: false });
    const wrong = { secretKey: 'sk_test_wrong9876' };
    const refused = await read(subject, wrong, ctx).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ code: 'invalid_config' });
    expect(String(refused) + JSON.stringify(ctx.logged)).not.toContain('wrong9876');
    await putControl(stripe.sandbox, '/account', { lacks: ['rak_subscription_read'] });
    await expect(trigger.testConnection!({ ctx, server: stripe.server })).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('permission'),
    });
  });

  it('that answers an object of the other mode is not believed', async () => {
    await putControl(stripe.sandbox, '/account', { live: true });
    const { subject } = await sell();
    await expect(read(subject)).rejects.toMatchObject({ code: 'invalid_config' });
  });

  it('is tested by what is read later', async () => {
    expect(await trigger.testConnection!({ ctx: testCtx(), server: stripe.server })).toEqual({
      version: 'Stripe',
      warnings: [expect.stringContaining('test mode')],
    });
  });

  it('is warned of with a key that may do everything, and asked all the same', async () => {
    const full = { ...stripe.server, secretKey: stripe.server.secretKey.replace('rk_', 'sk_') };
    const { warnings } = await trigger.testConnection!({ ctx: testCtx(), server: full });
    expect(warnings).toContainEqual(expect.stringContaining('may do everything in the account'));
  });
});
