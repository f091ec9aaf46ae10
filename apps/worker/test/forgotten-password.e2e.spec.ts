import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Argon2PasswordHasher } from '@hostwright/platform';
import type { MailServer, TakenMail } from './support/mail-server.js';
import { MailStage } from './support/mail-stage.js';
import type { Stage } from './support/stage.js';

const oldPassword = 'correct horse battery';
const newPassword = 'a long enough password';

jest.setTimeout(60_000);
let told: MailStage;
let mails: MailServer;
let stage: Stage;

beforeAll(async () => {
  told = await MailStage.open({ LOGIN_RATE_PER_MINUTE: '100' });
  ({ mails, stage } = told);
});
afterAll(() => told?.close());

const post = (path: string, body: object) => told.call('POST', `auth/${path}`, body);
const me = async (token: string) => (await told.call('GET', 'auth/me', undefined, token)).status;
const forgotten = (email: string) => post('forgotten-password', { email });
const tokenIn = (mail: TakenMail): string => told.tokenIn(mail, 'new-password');

async function account(email: string, over: { customer?: boolean; disabled?: boolean } = {}): Promise<void> {
  await stage.db.pool.query(
    `WITH c AS (INSERT INTO customer (email, name) SELECT $1, 'Ann' WHERE $3 RETURNING id)
     INSERT INTO account (email, password_hash, role, customer_id, disabled_at)
     SELECT $1, $2, CASE WHEN $3 THEN 'customer' ELSE 'staff' END, (SELECT id FROM c), CASE WHEN $4 THEN now() END`,
    [email, await new Argon2PasswordHasher().hash(oldPassword), over.customer ?? false, over.disabled ?? false],
  );
}

describe('whoever forgot their password', () => {
  it.each([
    ['a customer', 'ann@customers.example.com', true],
    ['one of staff', 'boss@acme.example.com', false],
  ])('is let in by a link, once, and whoever was in before is out: %s', async (_, email, customer) => {
    await account(email, { customer });
    const before = (await post('login', { email, password: oldPassword })).body['token']!;
    expect(await me(before)).toBe(200);
    // Asked for in another case, and more than once.
    for (const typed of [email, email.toUpperCase(), email])
      expect(await forgotten(typed)).toEqual({ status: 202, body: { accepted: true } });
    const mail = await told.mailTo(email, /^Set a new password$/);
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain(customer ? 'Hello Ann,' : 'Hello,');
      expect(part).toContain('for 2 hours');
    }
    const token = tokenIn(mail);
    expect(await post('one-time-links/look', { token })).toEqual({ status: 200, body: { state: 'open', email } });
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // tokens have seconds
    const entered = await post('one-time-links/password', { token, password: newPassword });
    expect(entered.status).toBe(200);
    expect([await me(entered.body['token']!), await me(before)]).toEqual([200, 401]);
    expect((await post('login', { email, password: oldPassword })).status).toBe(401);
    expect((await post('login', { email, password: newPassword })).status).toBe(200);
    expect((await post('one-time-links/password', { token, password: 'a third long password' })).status).toBe(409);
    await told.mailTo(email, /^Your password was changed$/);
    await told.allTold();
    expect(mails.to(email).map(({ subject }) => subject)).toEqual(['Set a new password', 'Your password was changed']);
    const { rows } = await stage.db.pool.query(`SELECT * FROM queue_task`);
    const seen = JSON.stringify(rows) + stage.lines.join('\n');
    for (const secret of [token, newPassword, oldPassword]) expect(seen).not.toContain(secret);
  });

  it('is let in as a customer who never had an account', async () => {
    await stage.db.pool.query(`INSERT INTO customer (email) VALUES ('new@customers.example.com')`);
    await forgotten('new@customers.example.com');
    const token = tokenIn(await told.mailTo('new@customers.example.com', /^Set a new password$/));
    expect((await post('one-time-links/password', { token, password: newPassword })).status).toBe(200);
    expect((await post('login', { email: 'new@customers.example.com', password: newPassword })).status).toBe(200);
  });

  it('is sent nothing, and answered the same, where nobody is to be let in', async () => {
    await account('gone@acme.example.com', { disabled: true });
    await stage.db.pool.query(`INSERT INTO customer (email) VALUES ('zone-7@paymenter.invalid')`);
    for (const email of ['gone@acme.example.com', 'zone-7@paymenter.invalid', 'nobody@example.com'])
      expect(await forgotten(email)).toEqual({ status: 202, body: { accepted: true } });
    await told.allTold();
    const { rows } = await stage.db.pool.query<{ reason: string }>(
      `SELECT result ->> 'reason' AS reason FROM queue_task WHERE result ->> 'accepted' = 'false' ORDER BY id`,
    );
    expect(rows.map(({ reason }) => reason)).toEqual([
      'the account is disabled',
      'no mail can be sent to this address',
      'nobody has this address',
    ]);
    for (const email of ['gone@acme.example.com', 'nobody@example.com']) expect(mails.to(email)).toEqual([]);
  });

  it('is sent the same link again when the answer of the mail server was lost', async () => {
    await account('lost@acme.example.com');
    mails.faults.push('lost answer');
    expect((await forgotten('lost@acme.example.com')).status).toBe(202);
    await told.eventually(() => mails.to('lost@acme.example.com').length === 2, 'second mail');
    const [first, second] = mails.to('lost@acme.example.com');
    expect([second?.messageId, second?.text]).toEqual([first?.messageId, first?.text]);
    expect((await post('one-time-links/look', { token: tokenIn(first!) })).body['state']).toBe('open');
  });
});
