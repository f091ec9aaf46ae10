import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture, staffPassword } from './support/api-fixture.js';

const newPassword = 'another long password';

let api: ApiFixture;
beforeAll(async () => {
  api = await ApiFixture.start();
});
afterAll(() => api.stop());

const ask = (body: object) => api.call('POST', '/api/v1/auth/forgotten-password', { token: null, body });
const use = (body: object) => api.call('POST', '/api/v1/auth/one-time-links/password', { token: null, body });
const asked = (email: string) =>
  api.one<number>(`SELECT count(*)::int FROM queue_task WHERE payload ->> 'mail' = 'reset-password' AND lower(payload ->> 'email') = $1`, [
    email,
  ]);

describe('a forgotten password', () => {
  it('is asked for with the same answer and the same work, whoever has the address', async () => {
    await api.account('disabled@example.com', 'staff');
    await api.one(`UPDATE account SET disabled_at = now() WHERE email = 'disabled@example.com'`);
    await api.one(`INSERT INTO customer (email) VALUES ('buyer@example.com')`);
    const addresses = ['staff@example.com', 'buyer@example.com', 'disabled@example.com', 'nobody@example.com'];
    const answers = [];
    for (const email of addresses) answers.push(await ask({ email }));
    expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(addresses.map(() => '202 {"accepted":true}'));
    for (const email of addresses) expect(await asked(email)).toBe(1);
    expect(api.rung.filter((queue) => queue === 'emails')).toHaveLength(addresses.length);
  });

  it('is mailed about once, however often and in whatever case it is asked for', async () => {
    for (const email of ['often@example.com', 'Often@Example.com', 'often@example.com']) expect((await ask({ email })).status).toBe(202);
    expect(await asked('often@example.com')).toBe(1);
  });

  it.each([
    ['no address', {}, 'email'],
    ['what is none', { email: 'nobody' }, 'email'],
    ['two', { email: ['a@example.com', 'b@example.com'] }, 'email'],
    ['a key that is not asked for', { email: 'a@example.com', role: 'staff' }, 'role'],
  ])('is not asked for with %s', async (_, body, field) => {
    const before = await api.one(`SELECT count(*) FROM queue_task`);
    const answer = await ask(body);
    expect([answer.status, answer.json.error.field]).toEqual([400, field]);
    expect(await api.one(`SELECT count(*) FROM queue_task`)).toBe(before);
  });

  it('is set by staff with the link out of the mail, once, and ends what they were logged in to', async () => {
    const accountId = await api.account('boss@example.com', 'staff');
    const before = await api.login('boss@example.com');
    // Known and believed, as that of somebody at work is.
    expect((await api.call('GET', '/api/v1/auth/me', { token: before })).status).toBe(200);
    const token = 'B'.repeat(43);
    await api.one(
      `INSERT INTO one_time_link (token_hash, purpose, account_id, expires_at) VALUES ($1, 'set_password', $2, now() + interval '1 hour')`,
      [createHash('sha256').update(token).digest('hex'), accountId],
    );
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // tokens have seconds
    const entered = await use({ token, password: newPassword });
    expect([entered.status, entered.json.account]).toEqual([
      200,
      expect.objectContaining({ id: accountId, role: 'staff', customerId: null }),
    ]);
    expect((await api.call('GET', '/api/v1/auth/me', { token: entered.json.token })).json).toMatchObject({ kind: 'staff', accountId });
    expect((await api.call('GET', '/api/v1/auth/me', { token: before })).status).toBe(401);
    expect(
      (await api.call('POST', '/api/v1/auth/login', { token: null, body: { email: 'boss@example.com', password: staffPassword } })).status,
    ).toBe(401);
    expect((await use({ token, password: 'a third long password' })).json.error).toMatchObject({ code: 'conflict', field: 'token' });
    const { rows } = await api.database.pool.query(`SELECT actor, details FROM audit WHERE subject = $1`, [`account:${accountId}`]);
    expect(rows).toEqual([{ actor: `staff:${accountId}`, details: { customerId: null } }]);
    // And they are told, should it have been somebody else with their mailbox.
    expect(await api.one(`SELECT payload FROM queue_task WHERE payload ->> 'mail' = 'account-password'`)).toEqual({
      mail: 'account-password',
      accountId,
    });
    expect(api.lines.join('\n')).not.toContain(token);
  });

  it('is sent anew to the address of the account when the link is over, and not while it works', async () => {
    const accountId = await api.account('late@example.com', 'staff');
    const token = 'L'.repeat(43);
    await api.one(
      `INSERT INTO one_time_link (token_hash, purpose, account_id, expires_at) VALUES ($1, 'set_password', $2, now() + interval '1 hour')`,
      [createHash('sha256').update(token).digest('hex'), accountId],
    );
    const renew = () => api.call('POST', '/api/v1/auth/one-time-links/renew', { token: null, body: { token } });
    expect((await renew()).status).toBe(409);
    await api.one(`UPDATE one_time_link SET expires_at = now() WHERE account_id = $1`, [accountId]);
    expect((await use({ token, password: newPassword })).json.error.message).toMatch(/too old; ask for a new one/);
    expect((await renew()).status).toBe(202);
    expect(await asked('late@example.com')).toBe(1);
  });
});
