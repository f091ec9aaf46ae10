import { describe, expect, it } from '@jest/globals';
import { parseRecord, readBalance, readOrder } from './answers.js';
import { isLocked, openAnswer } from './refusal.js';

const answer = (status: number, body: unknown, headers = {}) =>
  openAnswer({ what: 'GET /x', status, headers: new Headers(headers), text: typeof body === 'string' ? body : JSON.stringify(body) });
const refusedAs = (...args: Parameters<typeof answer>): unknown => {
  try {
    return answer(...args);
  } catch (error) {
    return error;
  }
};

describe('a refusal of GoGetSSL', () => {
  it('comes with HTTP 200, and its description is shown; where there is none, its message', () => {
    const error = { error: true, message: 'Error', description: 'CSR is not valid' };
    expect(refusedAs(200, error)).toMatchObject({ code: 'rejected', message: 'GET /x: GoGetSSL refused: CSR is not valid' });
    expect(refusedAs(200, { ...error, description: '' })).toMatchObject({ message: 'GET /x: GoGetSSL refused: Error' });
    expect(refusedAs(200, { error: true })).toMatchObject({ code: 'rejected', message: 'GET /x: GoGetSSL refused' });
  });

  it.each([true, 1, '1', 'true'])('is told by "error", which may be %j', (error) => {
    expect(refusedAs(200, { error, description: 'No' })).toMatchObject({ code: 'rejected' });
  });

  it.each([false, 0, undefined])('is none when "error" is %j', (error) => {
    expect(answer(200, { ...(error === undefined ? {} : { error }), success: true })).toMatchObject({ success: true });
  });

  it('is never matched by its English text, but for the phrase of the lock', () => {
    for (const description of ['Order not found', 'Commande introuvable', 'Order is already cancelled', ''])
      expect(refusedAs(200, { error: true, description })).toMatchObject({ code: 'rejected' });
    const locked = refusedAs(200, { error: true, description: 'Function is locked for 7 minutes.' });
    expect(locked).toMatchObject({ code: 'unavailable', retryAfterMs: 900_000 });
    expect(isLocked(locked)).toBe(true);
  });

  it.each([401, 403])('with %i is one of the account, with the same shape of body or without', (status) => {
    expect(refusedAs(status, { error: true, message: 'Error', description: 'Access denied' })).toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('Access denied'),
    });
    expect(refusedAs(status, '<html>')).toMatchObject({ code: 'invalid_config' });
  });

  it('because of too many calls, whose limit is not published, is waited out', () => {
    expect(refusedAs(429, '', { 'retry-after': '7' })).toMatchObject({ code: 'unavailable', retryAfterMs: 7_000 });
    expect(refusedAs(429, '')).toMatchObject({ code: 'unavailable', retryAfterMs: 60_000 });
  });

  it.each([
    [200, '<html><h1>Scheduled maintenance</h1>'],
    [200, ''],
    [200, '[]'],
    [200, 'null'],
    [200, '{"success":true'],
    [500, '<html>'],
    [502, '{"error":true}'],
  ])('cannot be told from success when it is no JSON object, or a 5xx: %i %s may have been carried out', (status, body) => {
    expect(refusedAs(status, body)).toMatchObject({ code: 'unknown_outcome' });
  });
});

describe('a balance', () => {
  it('has a currency or has none, and is a text or a number', () => {
    expect(readBalance({ balance: '123.45', currency: 'USD', success: true }, 'x')).toEqual({ balance: 123.45, currency: 'USD' });
    expect(readBalance({ balance: 5, success: true }, 'x')).toEqual({ balance: 5, currency: '' });
    expect(() => readBalance({ balance: 'much' }, 'x')).toThrow(expect.objectContaining({ code: 'unknown_outcome' }) as never);
  });
});

describe('until when an order is paid', () => {
  it.each([
    [{ valid_till: '2027-06-01', end_date: '2027-11-26' }, '2027-11-26T23:59:59.000Z'],
    [{ valid_till: '2027-06-01', end_date: '0000-00-00' }, '2027-06-01T23:59:59.000Z'],
    [{ valid_till: '2027-06-01' }, '2027-06-01T23:59:59.000Z'],
    [{ valid_till: '', end_date: null }, undefined],
  ])('is its end_date when present, else valid_till: %j', (dates, paidTo) => {
    expect(readOrder({ order_id: 1, status: 'active', domain: 'a.example.com', ...dates }, 'x').paidTo).toBe(paidTo);
  });
});

describe('what GoGetSSL answers', () => {
  it.each([
    ['_4E38.example.com CNAME 7a16.151a.sectigo.com', { name: '_4e38.example.com', type: 'CNAME', content: '7a16.151a.sectigo.com' }],
    ['_4e38.example.com. CNAME 7a16.sectigo.com.', { name: '_4e38.example.com', type: 'CNAME', content: '7a16.sectigo.com' }],
    ['_dnsauth.example.com   IN   TXT   "r4nd0m value"', { name: '_dnsauth.example.com', type: 'TXT', content: 'r4nd0m value' }],
    ['_dnsauth.example.com. 3600 IN TXT "r4nd0m"', { name: '_dnsauth.example.com', type: 'TXT', content: 'r4nd0m' }],
    ['example.com A 192.0.2.1', undefined],
    ['_x.example.com CNAME $(reboot)', undefined],
    ['_x.example.com TXT "a" "b"', undefined],
    ['', undefined],
  ])('of a record "%s" is taken only when it is one', (line, record) => {
    expect(parseRecord(line)).toEqual(record);
  });

  it('may have ids and states as texts or numbers, and dates that mean none', () => {
    const answer = { order_id: 42, status: 'processing', domain: 'A.example.com', dcv_status: 1, valid_till: '0000-00-00', end_date: '' };
    expect(readOrder(answer, 'x')).toMatchObject({
      id: '42',
      validTo: undefined,
      paidTo: undefined,
      names: [{ name: 'a.example.com', state: 'pending' }],
    });
  });

  it.each([{}, { order_id: 'x', status: 'active' }, { order_id: '1', status: 'great' }])(
    'is no answer when it lacks what it is asked for: %j',
    (answer) => {
      expect(() => readOrder(answer, 'x')).toThrow(expect.objectContaining({ code: 'unknown_outcome' }) as unknown as Error);
    },
  );
});
