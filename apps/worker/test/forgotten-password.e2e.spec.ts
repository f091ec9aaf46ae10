import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Argon2PasswordHasher } from '@hostwright/platform';
import { MailServer, type TakenMail } from './support/mail-server.js';
import { Stage } from './support/stage.js';
import { waitFor } from './support/waits.js';

const publicUrl = 'https://panel.example.com';
const oldPassword = 'correct horse battery';
const newPassword = 'a long enough password';

jest.setTimeout(60_000);
let mails: MailServer;
let stage: Stage;
let url: string;

beforeAll(async () => {
  mails = await MailServer.start();
  stage = await Stage.open({
    speed: 0.005,
    environment: {
      SMTP_URL: mails.url,
      PUBLIC_URL: publicUrl,
      MAIL_FROM: 'Acme Hosting <hello@acme.example>',
      LOGIN_RATE_PER_MINUTE: '100',
    },
  });
  url = await stage.startApi();
  await stage.startWorker();
});
afterAll(async () => {
  await stage?.close();
  await mails?.stop();
});

async function post(path: string, body: object) {
  const response = await fetch(`${url}/api/v1/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}
const me = async (token: string) => (await fetch(`${url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } })).status;
const forgotten = (email: string) => post('forgotten-password', { email });
async function eventually(look: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const told = async () => JSON.stringify((await stage.db.pool.query(`SELECT payload, state, error, result FROM queue_task`)).rows);
  await waitFor(
    25_000,
    async () => ((await look()) ? 'so' : undefined),
    async () => `no ${what}: ${await told()}`,
  );
}
const settled = () =>
  eventually(async () => {
    const { rows } = await stage.db.pool.query(`SELECT 1 FROM queue_task WHERE state IN ('pending', 'running')`);
    return rows.length === 0;
  }, 'end of what is to be told');
const mailTo = async (address: string, subject: RegExp): Promise<TakenMail> => {
  const found = () => mails.to(address).find((mail) => subject.test(mail.subject));
  await eventually(() => found() !== undefined, `mail to ${address} about ${subject}`);
  return found()!;
};
const tokenIn = ({ text }: TakenMail): string => /https:\/\/panel\.example\.com\/app\/new-password#([\w-]{43})\b/.exec(text)![1]!;

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
    const mail = await mailTo(email, /^Set a new password$/);
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
    await mailTo(email, /^Your password was changed$/);
    await settled();
    expect(mails.to(email).map(({ subject }) => subject)).toEqual(['Set a new password', 'Your password was changed']);
    const { rows } = await stage.db.pool.query(`SELECT * FROM queue_task`);
    const seen = JSON.stringify(rows) + stage.lines.join('\n');
    for (const secret of [token, newPassword, oldPassword]) expect(seen).not.toContain(secret);
  });

  it('is let in as a customer who never had an account', async () => {
    await stage.db.pool.query(`INSERT INTO customer (email) VALUES ('new@customers.example.com')`);
    await forgotten('new@customers.example.com');
    const token = tokenIn(await mailTo('new@customers.example.com', /^Set a new password$/));
    expect((await post('one-time-links/password', { token, password: newPassword })).status).toBe(200);
    expect((await post('login', { email: 'new@customers.example.com', password: newPassword })).status).toBe(200);
  });

  it('is sent nothing, and answered the same, where nobody is to be let in', async () => {
    await account('gone@acme.example.com', { disabled: true });
    await stage.db.pool.query(`INSERT INTO customer (email) VALUES ('zone-7@paymenter.invalid')`);
    for (const email of ['gone@acme.example.com', 'zone-7@paymenter.invalid', 'nobody@example.com'])
      expect(await forgotten(email)).toEqual({ status: 202, body: { accepted: true } });
    await settled();
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
    await eventually(() => mails.to('lost@acme.example.com').length === 2, 'second mail');
    const [first, second] = mails.to('lost@acme.example.com');
    expect([second?.messageId, second?.text]).toEqual([first?.messageId, first?.text]);
    expect((await post('one-time-links/look', { token: tokenIn(first!) })).body['state']).toBe('open');
  });
});
