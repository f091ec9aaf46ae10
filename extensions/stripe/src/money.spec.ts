import { describe, expect, it } from '@jest/globals';
import { playTrigger, putControl, testCtx } from '@hostwright/sdk-testing';
import sandbox from '@hostwright/ext-stripe/sandbox';
import { trigger } from './trigger.js';

const stripe = playTrigger(sandbox, trigger);
const { read, change } = stripe;
const sell = (wanted = {}) => stripe.sell({ plan: 'price_basic', ...wanted });
const payment = (intent: string, to: { refunded?: boolean; dispute?: string }) => putControl(stripe.sandbox, '/payment', { intent, ...to });
const stateOf = async (subject: string) => (await read(subject))?.state;

describe.each(['subscription', 'payment'])('what was paid for a %s', (kind) => {
  it('and went back is refunded, whether the thing itself is asked for or its payment', async () => {
    const { subject, intent } = await sell({ kind });
    await payment(intent!, { refunded: true });
    expect(await stateOf(subject)).toBe('refunded');
    expect(await read(intent!)).toMatchObject({ subject, state: 'refunded' });
  });

  it('is there again when the refund failed later', async () => {
    const { subject, intent } = await sell({ kind });
    await payment(intent!, { refunded: true });
    await payment(intent!, { refunded: false });
    expect(await stateOf(subject)).toBe('active');
  });

  it.each([
    ['needs_response', 'unpaid'],
    ['under_review', 'unpaid'],
    ['lost', 'refunded'],
    // The charge stays marked as disputed.
    ['won', 'active'],
    ['warning_needs_response', 'active'],
    ['warning_closed', 'active'],
    // A status that is new moves nothing.
    ['prevented', 'active'],
  ])('and is disputed, the dispute being %s, is %s', async (dispute, state) => {
    const { subject, intent } = await sell({ kind });
    await payment(intent!, { dispute });
    expect(await stateOf(subject)).toBe(state);
  });
});

describe('a subscription', () => {
  it('goes on when what went back was paid for a period before, or for a change in the middle of one', async () => {
    const { subject, intent: before } = await sell();
    await change(subject, { billed: 'subscription_cycle' });
    await payment(before!, { refunded: true });
    expect(await stateOf(subject)).toBe('active');
    // A change and an invoice by hand are newer than the period's; neither pays for it.
    for (const billed of ['subscription_update', 'manual']) {
      await change(subject, { billed });
      await change(subject, { state: 'refunded' });
      expect(await stateOf(subject)).toBe('active');
    }
  });

  it('of which the newest period went back is active again when the next one is paid', async () => {
    const { subject, intent } = await sell();
    await payment(intent!, { refunded: true });
    await change(subject, { billed: 'subscription_cycle' });
    expect(await stateOf(subject)).toBe('active');
  });

  it.each([
    ['canceled', 'ended'],
    ['past_due', 'overdue'],
  ])('that is %s is %s, whatever became of the money; nothing more is asked', async (status, state) => {
    const { subject, intent } = await sell();
    await payment(intent!, { refunded: true });
    await change(subject, { status });
    expect(await stateOf(subject)).toBe(state);
    expect(stripe.sandbox.calls().some(({ path }) => path === '/v1/invoices')).toBe(false);
  });

  it.each(['charge.refunded', 'refund.updated', 'charge.dispute.created', 'charge.dispute.closed'])(
    'is what %s of its invoice leads to',
    async (type) => {
      const { subject } = await sell({ checkout: false });
      const { subject: told } = await stripe.verify(await stripe.notice(subject, { type }));
      expect(await read(told!)).toMatchObject({ subject });
    },
  );
});

describe('a key', () => {
  it.each(['rak_invoice_read', 'rak_dispute_read'])('that lacks %s is found out when the connection is tested', async (right) => {
    await putControl(stripe.sandbox, '/account', { lacks: [right] });
    await expect(trigger.testConnection!({ ctx: testCtx(), server: stripe.server })).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('permission'),
    });
  });
});
