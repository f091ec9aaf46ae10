import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { TriggerNotice } from '@hostwright/sdk';
import { playTrigger, putControl, testCtx } from '@hostwright/sdk-testing';
import sandbox from '@hostwright/ext-zoho-billing/sandbox';
import { signedText, verifyNotice } from './notice.js';
import { trigger } from './trigger.js';

const zoho = playTrigger(sandbox, trigger);
const { notice, verify, read } = zoho;
const sell = async (wanted = {}): Promise<string> => (await zoho.sell({ plan: 'basic', ...wanted })).subject;
const logIns = () => zoho.sandbox.calls().filter(({ path }) => path === '/oauth/v2/token').length;

describe('the signature of a notice', () => {
  it('is over the sorted pairs of the query and then the body, as the example of the manual has it', () => {
    const body = '{"created_date":"2019-03-06","event_id":"5675"}';
    expect(signedText('subscription_id=90343&name=basic', body, false)).toBe(`namebasicsubscription_id90343${body}`);
  });

  it('of a form is over its decoded pairs and those of the query together', () => {
    expect(signedText('b=2', 'c=x%20y&a=1', true)).toBe('a1b2cx y');
  });

  it.each([
    ['with a query', { query: 'subscription_id=1&a=b%20c' }],
    ['as a form', { form: true }],
    ['as a form with a query', { form: true, query: 'z=1' }],
    ['without either', {}],
  ])('is right for what is sent %s', async (_how, wanted) => {
    const subject = await sell();
    expect(await verify(await notice(subject, { ...wanted, eventId: '90300000005337' }))).toEqual({
      eventId: '90300000005337',
      eventType: 'subscription_renewed',
      subject,
    });
  });

  it.each<[string, (one: TriggerNotice) => TriggerNotice]>([
    ['is missing', (one) => ({ ...one, headers: { 'content-type': 'application/json' } })],
    ['is of another body', (one) => ({ ...one, body: one.body.replace('subscription_renewed', 'subscription_created') })],
    ['is of another query', (one) => ({ ...one, query: 'a=2' })],
    [
      'is cut',
      (one) => ({ ...one, headers: { ...one.headers, 'x-zoho-webhook-signature': one.headers['x-zoho-webhook-signature']!.slice(1) } }),
    ],
    // Another product of Zoho has a header of the same name.
    [
      'is that of Zoho Payments',
      (one) => ({ ...one, headers: { ...one.headers, 'x-zoho-webhook-signature': `t=1790000000000,v=${'a'.repeat(64)}` } }),
    ],
  ])('that %s is refused', async (_what, forge) => {
    const one = forge(await notice(await sell(), { query: 'a=1' }));
    await expect(verify(one)).rejects.toMatchObject({ code: 'unauthenticated', message: 'the signature is not valid' });
  });

  it('may be in hexadecimal of either case or in base64, which the manual leaves open; a longer or shorter one is none', async () => {
    const subject = await sell();
    const one = await notice(subject);
    const given = one.headers['x-zoho-webhook-signature']!;
    const signedWith = (signature: string) => verify({ ...one, headers: { ...one.headers, 'x-zoho-webhook-signature': signature } });
    for (const same of [given, given.toUpperCase(), Buffer.from(given, 'hex').toString('base64')])
      await expect(signedWith(same)).resolves.toMatchObject({ subject });
    for (const other of [`${given}00`, given.slice(2), `${given.slice(2)}zz`, ''])
      await expect(signedWith(other)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('with another secret is refused, and either of two is taken while one takes the place of the other', async () => {
    const subject = await sell();
    await expect(verify(await notice(subject, { secret: 'anotherSecret00' }))).rejects.toMatchObject({ code: 'unauthenticated' });
    const both = { webhookSecret: `anotherSecret00 ${zoho.server.webhookSecret}` };
    await expect(verify(await notice(subject, { secret: 'anotherSecret00' }), both)).resolves.toMatchObject({ subject });
    await expect(verify(await notice(subject), both)).resolves.toMatchObject({ subject });
  });
});

describe('a notice', () => {
  const signed = (body: string) =>
    verifyNotice(zoho.server, {
      headers: { 'x-zoho-webhook-signature': createHmac('sha256', zoho.server.webhookSecret).update(body).digest('hex') },
      query: '',
      body,
      receivedAt: new Date().toISOString(),
    });

  it('of an invoice is about its subscription, and one of a customer about nothing', async () => {
    const subject = await sell();
    expect(await verify(await notice(subject, { type: 'invoice_notification' }))).toMatchObject({ subject });
    expect(await verify(await notice(subject, { type: 'customer_edited' }))).toMatchObject({ subject: null });
  });

  it('whose content is a text, as in the events API, is understood', () => {
    const payload = JSON.stringify({ data: { subscription: { subscription_id: '90300000079200' } } });
    expect(signed(JSON.stringify({ event_id: '7', event_type: 'subscription_activation', payload }))).toMatchObject({
      subject: '90300000079200',
    });
  });

  it('keeps ids that are longer than a number holds', () => {
    const subject = '90300000079200123456789';
    expect(signed(JSON.stringify({ event_id: '1', event_type: 'a', data: { subscription: { subscription_id: subject } } }))).toMatchObject({
      subject,
    });
  });

  it('keeps ids that come as numbers, digit by digit: two that are near are two events, and none is about nothing', () => {
    const told = (event: string, note = '') =>
      signed(
        `{"event_id":${event}, "event_type":"a","note":"${note}","data":{"subscription":{"subscription_id": 903000000792001234,"amount":12.10}}}`,
      );
    expect(told('9030000000053371234')).toMatchObject({ eventId: '9030000000053371234', subject: '903000000792001234' });
    expect(told('9030000000053371235', 'a \\" in it: 9030000000053371236,')).toMatchObject({ eventId: '9030000000053371235' });
    expect(told('1')).toMatchObject({ eventId: '1' });
  });

  it.each([['not JSON'], ['{}'], ['[]'], ['null']])('that is signed and reads %s is refused for what it is', (body) => {
    expect(() => signed(body)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});

describe('a subscription', () => {
  it('is read again with its plan, its add-ons, its customer and its own fields', async () => {
    const subject = await sell({ addons: ['backup'], values: { Domain: 'ada.example.com' } });
    expect(await read(subject)).toEqual({
      subject,
      state: 'active',
      items: [
        { names: ['basic'], quantity: 1 },
        { names: ['backup'], quantity: 1 },
      ],
      customer: { email: 'ada@example.com', name: 'Ada Lovelace' },
      values: { reference_id: 'shop-7', name: 'Sandbox-basic', 'custom.cf_domain': 'ada.example.com', 'custom.Domain': 'ada.example.com' },
    });
  });

  it.each([
    ['live', 'active'],
    ['trial', 'active'],
    ['non_renewing', 'active'],
    ['dunning', 'overdue'],
    ['unpaid', 'unpaid'],
    ['paused', 'unpaid'],
    ['cancelled', 'ended'],
    ['cancelled_from_dunning', 'ended'],
    ['expired', 'ended'],
    ['trial_expired', 'ended'],
    ['future', 'waiting'],
    ['creation_failed', 'waiting'],
  ])('that is %s is %s', async (status, state) => {
    const subject = await sell();
    await putControl(zoho.sandbox, '/sale', { subject, status });
    expect(await read(subject)).toMatchObject({ state });
  });

  it('of a status that is new is refused, not guessed at', async () => {
    const subject = await sell();
    await putControl(zoho.sandbox, '/sale', { subject, status: 'hibernating' });
    await expect(read(subject)).rejects.toMatchObject({ code: 'rejected', message: expect.stringContaining('hibernating') });
  });

  it('of a customer without an address has none', async () => {
    expect(await read(await sell({ email: null }))).toMatchObject({ customer: { email: null } });
  });

  it('that was deleted is not found', async () => {
    await expect(read('90300000000001')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the log-in', () => {
  it('is asked for once, however many read at once', async () => {
    const subject = await sell();
    await Promise.all(Array.from({ length: 12 }, () => read(subject)));
    expect(logIns()).toBe(1);
  });

  it('is renewed after 55 minutes, before its hour is over', async () => {
    const subject = await sell();
    const later = (minutes: number) => testCtx({ now: () => new Date(Date.now() + minutes * 60_000).toISOString() });
    await read(subject);
    await read(subject, {}, later(54));
    expect(logIns()).toBe(1);
    await read(subject, {}, later(56));
    expect(logIns()).toBe(2);
  });

  it('is asked for anew, once, when the token was ended before its time', async () => {
    const subject = await sell();
    await read(subject);
    await putControl(zoho.sandbox, '/account', { endTokens: true });
    await Promise.all([read(subject), read(subject), read(subject)]);
    expect(logIns()).toBe(2);
  });

  it.each([
    ['invalid_code', 'invalid_config', 'refresh token'],
    ['invalid_client', 'invalid_config', 'data centre'],
    ['Access Denied', 'unavailable', 'no more tokens'],
  ])('that is refused with HTTP 200 and %s is %s', async (refuses, code, words) => {
    const subject = await sell();
    await putControl(zoho.sandbox, '/account', { refuses });
    await expect(read(subject)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('that is refused the eleventh time in ten minutes waits as long', async () => {
    const subject = await sell();
    for (let at = 0; at < 10; at += 1) {
      await read(subject);
      await putControl(zoho.sandbox, '/account', { endTokens: true });
    }
    await expect(read(subject)).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 600_000 });
  });

  it('of another data centre says which address to enter', async () => {
    const subject = await sell();
    await putControl(zoho.sandbox, '/account', { apiDomain: 'https://www.zohoapis.eu' });
    await expect(read(subject)).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('https://www.zohoapis.eu'),
    });
  });

  it('leaves no secret in an error or a log line', async () => {
    const ctx = testCtx();
    const wrong = { clientSecret: 'wrong-secret-1', refreshToken: 'wrong-token-1' };
    const error = await read(await sell(), wrong, ctx).catch((refused: unknown) => refused);
    expect(`${String(error)} ${JSON.stringify(ctx.logged)}`).not.toMatch(/wrong-(secret|token)-1/);
  });
});
