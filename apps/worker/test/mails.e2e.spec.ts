import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startNameServer, type NameServer } from '@hostwright/sdk-testing';
import { callPanel } from './support/call-panel.js';
import { MailServer, type TakenMail } from './support/mail-server.js';
import { Stage } from './support/stage.js';

const [publicUrl, support] = ['https://panel.example.com', 'support@example.com'];
const staffKey = `hwk_${'m'.repeat(12)}_${'s'.repeat(40)}`;

jest.setTimeout(60_000);
let mails: MailServer;
let names: NameServer;
let stage: Stage;
let url: string;
let worker: ChildProcess;
let [people, customer] = [0, ''];

beforeAll(async () => {
  mails = await MailServer.start();
  names = await startNameServer();
  stage = await Stage.open({
    speed: 0.005,
    environment: {
      SMTP_URL: mails.url,
      SUPPORT_EMAIL: support,
      PUBLIC_URL: publicUrl,
      MAIL_FROM: 'Acme Hosting <hello@acme.example>',
      MAIL_OFF: 'unsuspended, delivered',
      HOSTWRIGHT_DNS_SERVERS: names.address,
    },
  });
  await stage.db.pool.query(`UPDATE product SET name = 'WordPress Basic' WHERE code = 'wordpress-basic'`);
  await stage.db.pool.query(`INSERT INTO api_key (name, prefix, key_hash, scopes, created_by) VALUES ('test', $1, $2, $3, 'test')`, [
    staffKey.slice(4, 16),
    createHash('sha256').update(staffKey).digest('hex'),
    ['services:read', 'services:write', 'queues:read'],
  ]);
  url = await stage.startApi();
  worker = await stage.startWorker();
});
afterAll(async () => {
  await stage?.close();
  await mails?.stop();
  await names?.stop();
});
beforeEach(() => {
  people += 1;
  customer = `ann${people}@customers.example.com`;
  mails.faults.length = 0;
});

const call = <T = Record<string, string>>(method: string, path: string, body?: unknown, token?: string) =>
  callPanel<T>(`${method} ${url}${path}`, body, token);

const order = (name = 'Ann') =>
  call(
    'POST',
    '/api/v1/services',
    { product: 'wordpress-basic', customer: { email: customer, name }, order: { email: customer, publicIp: '203.0.113.10' } },
    staffKey,
  );

async function eventually<T>(look: () => T | undefined | false | Promise<T | undefined | false>, what: string): Promise<T> {
  const end = Date.now() + 25_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) {
      const { rows } = await stage.db.pool.query(`SELECT kind, payload, state, attempts, error, result FROM queue_task ORDER BY id`);
      throw new Error([`no ${what}`, ...rows.map((row) => JSON.stringify(row)), ...stage.lines.slice(-5)].join('\n'));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const mailTo = (address: string, subject: RegExp): Promise<TakenMail> =>
  eventually(() => mails.to(address).find((mail) => subject.test(mail.subject)), `mail to ${address} about ${subject}`);
/** Everything that was to be told has been. */
const allTold = () =>
  eventually(async () => {
    const { rows } = await stage.db.pool.query<{ open: number }>(
      `SELECT ((SELECT count(*) FROM outbox) + (SELECT count(*) FROM queue_task WHERE queue = 'emails' AND state IN ('pending', 'running') AND wake_at <= now() + interval '1 minute'))::int AS open`,
    );
    return rows[0]?.open === 0;
  }, 'end of what is to be told');
const tokenIn = (mail: TakenMail): string => /\/app\/welcome#([\w-]{43})\b/.exec(mail.text)![1]!;
const link = (way: string, body: object) => call<Record<string, string>>('POST', `/api/v1/auth/one-time-links/${way}`, body);

describe('a paid order over HTTP', () => {
  it('ends with one mail that lets its customer in, once, without a password in it', async () => {
    const { body } = await order('Ann');
    const mail = await mailTo(customer, /is ready/);
    const { rows } = await stage.db.pool.query<{ properties: Record<string, string> }>(
      `SELECT properties FROM service_component WHERE service_id = $1`,
      [body['serviceId']],
    );
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('Hello Ann,');
      expect(part).toContain('WordPress Basic');
      expect(part).toContain(rows[0]!.properties['hostname']);
      expect(part).not.toContain(rows[0]!.properties['privateIp']);
      for (const [found] of part.matchAll(/https?:\/\/[^\s"<]+/g))
        expect(found.startsWith(publicUrl) || found.includes('w3.org')).toBe(true);
      for (const secret of stage.secrets()) expect(part).not.toContain(secret);
    }
    expect(mail.text).toContain(`${publicUrl}/app/services/${body['serviceId']}`);
    for (const part of [mail.text, mail.html]) expect(part).toContain(`You sign in as ${customer}`);
    expect(mail.headers).toMatch(/^From: "?Acme Hosting"? <hello@acme.example>$/m);

    const token = tokenIn(mail);
    expect(await link('look', { token })).toEqual({ status: 200, body: { state: 'open', email: customer } });
    expect((await link('password', { token, password: 'short' })).status).toBe(400);
    const password = 'a long enough password';
    const entered = await link('password', { token, password });
    expect(entered.status).toBe(200);
    const mine = await call<{ items: { id: string }[] }>('GET', '/api/v1/services', undefined, entered.body['token']);
    expect(mine.body.items.map(({ id }) => id)).toEqual([body['serviceId']]);
    expect((await call('POST', '/api/v1/auth/login', { email: customer, password })).status).toBe(200);

    expect((await link('password', { token, password: 'another long password' })).status).toBe(409);
    expect(await link('look', { token })).toMatchObject({ body: { state: 'used' } });
    expect((await link('look', { token: 'A'.repeat(43) })).status).toBe(404);
    expect((await link('renew', { token })).status).toBe(202);
    expect((await link('renew', { token })).status).toBe(202);
    const renewed = await mailTo(customer, /new link/);
    expect(await link('look', { token: tokenIn(renewed) })).toMatchObject({ body: { state: 'open' } });
    await allTold();
    // Support is not told of deliveries here.
    const told = mails.taken.filter(({ to }) => [customer, support].includes(to));
    expect(told.map(({ subject }) => subject)).toEqual(['WordPress Basic is ready', 'Your new link']);
    const { rows: tasks } = await stage.db.pool.query(`SELECT * FROM queue_task`);
    const seen = JSON.stringify(tasks) + stage.lines.join('\n');
    for (const secret of [token, tokenIn(renewed), password]) expect(seen).not.toContain(secret);
  });

  it('is told of once, although its event comes again and the mail server puts it off', async () => {
    mails.faults.push('put off');
    const { body } = await order();
    await mailTo(customer, /is ready/);
    await stage.db.pool.query(
      `INSERT INTO outbox (topic, payload) SELECT 'service.create.completed', jsonb_build_object('jobId', $1::text, 'serviceId', $2::text, 'operation', 'create') FROM generate_series(1, 3)`,
      [body['jobId'], body['serviceId']],
    );
    await allTold();
    expect(mails.to(customer)).toHaveLength(1);
  });

  it('is told of again under the same id, with a link that works, when the answer of the mail server was lost', async () => {
    mails.faults.push('lost answer');
    await order();
    const [first, second] = await eventually(() => mails.to(customer).length === 2 && mails.to(customer), 'second mail');
    expect(second?.messageId).toBe(first?.messageId);
    expect(second?.text).toBe(first?.text);
    expect(await link('look', { token: tokenIn(first!) })).toMatchObject({ body: { state: 'open' } });
  });

  it('is told of although the worker dies in between', async () => {
    const { body } = await order();
    await stage.until(body['jobId']!, ['completed']);
    worker.kill('SIGKILL');
    worker = await stage.startWorker();
    await mailTo(customer, /is ready/);
    await allTold();
    expect(new Set(mails.to(customer).map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('greets nobody by a name that is a message, and shows no tag', async () => {
    await order('<a href="https://evil.example">Claim your prize</a>');
    const mail = await mailTo(customer, /is ready/);
    for (const part of [mail.text, mail.html]) expect(part).not.toMatch(/evil|prize/);
    expect(mail.text).toMatch(/^Hello,/);
  });

  it('is followed by mails about what becomes of the service, and a welcome mail once more when staff ask', async () => {
    const { body } = await order();
    await mailTo(customer, /is ready/);
    const operate = (operation: string) => call('POST', `/api/v1/services/${body['serviceId']}/operations`, { operation }, staffKey);
    const done = async (operation: string) => stage.until((await operate(operation)).body['jobId']!, ['completed']);
    await done('suspend');
    await mailTo(customer, /is suspended/);
    // That one is switched off.
    await done('unsuspend');
    await allTold();
    expect(await call('POST', `/api/v1/services/${body['serviceId']}/welcome-mail`, undefined, staffKey)).toEqual({
      status: 202,
      body: { to: customer },
    });
    await eventually(() => mails.to(customer).filter(({ subject }) => /is ready/.test(subject)).length === 2, 'second welcome');
    await done('terminate');
    await mailTo(customer, /has ended/);
    expect(mails.to(customer).map(({ subject }) => subject)).not.toContainEqual(expect.stringMatching(/runs again/));
    expect((await call('POST', `/api/v1/services/${body['serviceId']}/welcome-mail`, undefined, staffKey)).status).toBe(409);
  });
});

describe('an order that cannot be delivered', () => {
  it('is told to its customer in their words, and to support in ours', async () => {
    stage.providers.dns.fault({ kind: 'wrong_shape', times: 1000 });
    const { body } = await order();
    await stage.until(body['jobId']!, ['failed', 'needs_operator']);
    stage.providers.dns.clearFaults();
    const told = await mailTo(customer, /takes longer/);
    // They have no account yet, so there is a way in to see how it is going.
    expect(await link('look', { token: tokenIn(told) })).toMatchObject({ body: { state: 'open', email: customer } });
    const { rows } = await stage.db.pool.query<{ title: string; detail: string }>(
      `SELECT title, detail FROM operator_task WHERE job_id = $1`,
      [body['jobId']],
    );
    const words = `${told.text}${told.html}`.replaceAll(tokenIn(told), '');
    expect(words).not.toContain(rows[0]!.detail);
    expect(words).not.toMatch(/Cloudflare|Proxmox|error|operator|40\d|50\d/i);
    const aboutJob = () => mails.to(support).filter(({ text }) => text.includes(`Job: ${body['jobId']}`));
    const forSupport = await eventually(() => aboutJob()[0], 'mail to support');
    expect(forSupport.text).toContain(rows[0]!.title);
    // Of many such mails each has a subject of its own.
    expect(forSupport.subject).toContain(`(service ${body['serviceId']})`);
    await allTold();
    expect(mails.to(customer)).toHaveLength(1);
    // Given up after all.
    expect(
      (await call('POST', `/api/v1/services/${body['serviceId']}/operations`, { operation: 'terminate' }, staffKey)).status,
    ).toBeLessThan(300);
    await mailTo(customer, /could not be delivered/);
    expect(aboutJob()).toHaveLength(rows.length);
  });
});

describe("a customer's domain", () => {
  it('is asked for once when its DNS leads elsewhere, and told of when it leads here', async () => {
    const { body } = await order();
    await stage.until(body['jobId']!, ['completed']);
    const { domain } = await stage.provisioning.domains.add({ serviceId: body['serviceId']!, name: 'shop.example', requestedBy: 'test' });
    await stage.db.pool.query(`UPDATE domain SET created_at = now() - interval '1 hour' WHERE name = 'shop.example'`);
    const asked = await mailTo(customer, /^shop.example needs you/);
    for (const part of [asked.text, asked.html])
      for (const needed of [domain.token, '_hostwright-challenge.shop.example', '203.0.113.10']) expect(part).toContain(needed);
    names.set('shop.example', 'A', ['203.0.113.10']);
    await mailTo(customer, /^shop.example leads to WordPress Basic/);
    await allTold();
    expect(mails.to(customer).filter(({ subject }) => /needs you/.test(subject))).toHaveLength(1);
  });

  it('is told of when it is given up', async () => {
    const { body } = await order();
    await stage.until(body['jobId']!, ['completed']);
    await stage.provisioning.domains.add({ serviceId: body['serviceId']!, name: 'never.example', requestedBy: 'test' });
    await stage.db.pool.query(`UPDATE domain SET created_at = now() - interval '73 hours' WHERE name = 'never.example'`);
    await mailTo(customer, /^never.example could not be set up/);
  });
});

describe('customers of somebody else', () => {
  it('are told nothing by this panel, nor are addresses that lead nowhere', async () => {
    const { jobId } = await stage.order({ email: customer });
    const other = await stage.provisioning.desk.placeOrder({
      productCode: 'wordpress-basic',
      customerEmail: `zone-${people}@paymenter.invalid`,
      order: { email: customer, publicIp: '203.0.113.10' },
      requestedBy: 'test',
    });
    await stage.until(jobId, ['completed']);
    await stage.until(other.jobId, ['completed']);
    await allTold();
    const { rows } = await stage.db.pool.query<{ state: string; reason: string }>(
      `SELECT state, result ->> 'reason' AS reason FROM queue_task WHERE payload ->> 'jobId' IN ($1, $2) ORDER BY id`,
      [jobId, other.jobId],
    );
    expect(rows.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(rows.map(({ reason }) => reason).sort()).toEqual([
      'paymenter tells its customers itself',
      'the customer has no address that mail can be sent to',
    ]);
    expect(mails.taken.filter(({ to }) => to === customer || to.endsWith('.invalid'))).toEqual([]);
  });
});

describe('support', () => {
  it('is told of a bad night in a handful of mails, and of everything in them', async () => {
    await stage.db.pool.query(`UPDATE support_mail_allowance SET since = now(), taken = 0`);
    mails.taken.length = 0;
    await stage.db.pool.query(
      `INSERT INTO outbox (topic, payload) SELECT 'operator_task.opened', jsonb_build_object('taskId', (900000 + n)::text, 'title', 'decide ' || n || '.', 'detail', 'was it made?')
       FROM generate_series(1, 40) n`,
    );
    await allTold();
    expect(mails.to(support)).toHaveLength(10);
    // The interval ends.
    await stage.db.pool.query(`UPDATE queue_task SET wake_at = now() WHERE kind = 'support-digest' AND state = 'pending'`);
    const digest = await mailTo(support, /30 things wait for you/);
    const said = mails
      .to(support)
      .map(({ text }) => text)
      .join('\n');
    for (let n = 1; n <= 40; n += 1) expect(said).toContain(`decide ${n}.`);
    expect(digest.html).toContain('decide');
    await allTold();
    expect(mails.to(support)).toHaveLength(11);
  });
});
