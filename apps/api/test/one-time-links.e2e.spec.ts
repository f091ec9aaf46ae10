import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture, staffPassword } from './support/api-fixture.js';

const look = '/api/v1/auth/one-time-links/look';
const password = '/api/v1/auth/one-time-links/password';
const renew = '/api/v1/auth/one-time-links/renew';
const newPassword = 'another long password';

let api: ApiFixture;
let people = 0;
beforeAll(async () => {
  api = await ApiFixture.start();
});
afterAll(() => api.stop());

/** A customer with a link. */
async function invited(): Promise<{ customerId: string; email: string; token: string }> {
  people += 1;
  const email = `ann${people}@example.com`;
  const token = String(people).padStart(43, 'T');
  const customerId = await api.one(`INSERT INTO customer (email) VALUES ($1) RETURNING id`, [email]);
  await api.one(
    `INSERT INTO one_time_link (token_hash, purpose, customer_id, expires_at) VALUES ($1, 'set_password', $2, now() + interval '1 hour')`,
    [createHash('sha256').update(token).digest('hex'), customerId],
  );
  return { customerId, email, token };
}
const post = (path: string, body: object) => api.call('POST', path, { body, token: null });
const mails = (customerId: string) =>
  api.one<number>(`SELECT count(*)::int FROM queue_task WHERE payload ->> 'customerId' = $1`, [customerId]);

describe('a link out of a mail', () => {
  it('ends what was logged in with the password before, and lets its holder in', async () => {
    const { customerId, email, token } = await invited();
    await api.account(email, 'customer', customerId);
    const before = await api.login(email);
    // Tokens have seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const { status, json } = await post(password, { token, password: newPassword });
    expect([status, json.account]).toEqual([200, expect.objectContaining({ email, role: 'customer', customerId })]);
    expect((await api.call('GET', '/api/v1/auth/me', { token: json.token })).json).toMatchObject({ kind: 'customer', customerId });
    expect((await api.call('GET', '/api/v1/auth/me', { token: before })).status).toBe(401);
    expect((await post('/api/v1/auth/login', { email, password: staffPassword })).status).toBe(401);
    expect((await post('/api/v1/auth/login', { email, password: newPassword })).status).toBe(200);
    expect(await api.one(`SELECT action FROM audit ORDER BY id DESC LIMIT 1`)).toBe('account.password_set_by_link');
  });

  it.each([
    ['a password that is too short', { password: 'short' }, 400, 'password'],
    ['no password', { password: undefined }, 400, 'password'],
    ['a token cut short', { token: 'TTT' }, 404, 'token'],
    ['a token of nobody', { token: 'N'.repeat(43) }, 404, 'token'],
    ['a key that is not asked for', { role: 'staff' }, 400, 'role'],
  ])('does nothing with %s, and says so', async (_, over, status, field) => {
    const { customerId, token } = await invited();
    const answer = await post(password, { token, password: newPassword, ...over });
    expect([answer.status, JSON.stringify(answer.json.error)]).toEqual([status, expect.stringContaining(field)]);
    expect(await api.one(`SELECT count(*)::int FROM account WHERE customer_id = $1`, [customerId])).toBe(0);
    expect((await post(look, { token })).json).toMatchObject({ state: 'open' });
  });

  it('is not sent anew while it works, and once an hour when it does not', async () => {
    const { customerId, token } = await invited();
    expect((await post(renew, { token })).status).toBe(409);
    expect(await mails(customerId)).toBe(0);
    await api.one(`UPDATE one_time_link SET expires_at = now() WHERE customer_id = $1`, [customerId]);
    expect((await post(look, { token })).json).toMatchObject({ state: 'expired' });
    expect((await post(password, { token, password: newPassword })).json.error.message).toMatch(/too old; ask for a new one/);
    for (let time = 0; time < 3; time += 1) expect((await post(renew, { token })).status).toBe(202);
    expect(await mails(customerId)).toBe(1);
    expect(api.rung).toContain('emails');
  });

  it('is not logged', async () => {
    const { token } = await invited();
    await post(password, { token, password: newPassword });
    expect(api.lines.join('\n')).not.toContain(token);
    expect(api.lines.join('\n')).not.toContain(newPassword);
  });
});

describe('a welcome mail once more', () => {
  it('is for staff and keys that may, and for services that are there', async () => {
    const { customerId, email } = await invited();
    await api.account(email, 'customer', customerId);
    const customer = await api.login(email);
    const none = '/api/v1/services/999999/welcome-mail';
    expect((await api.call('POST', none, { token: null })).status).toBe(401);
    expect((await api.call('POST', none, { token: customer })).status).toBe(403);
    expect((await api.call('POST', none, { token: await api.key('services:read') })).status).toBe(403);
    expect((await api.call('POST', none, { token: await api.key('services:write') })).status).toBe(404);
    expect((await api.call('POST', none)).status).toBe(404);
  });
});
