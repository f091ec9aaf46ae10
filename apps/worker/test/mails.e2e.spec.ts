import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startNameServer, type NameServer } from '@hostwright/sdk-testing';
import { grantApiKey } from './support/api-key.js';
import type { MailServer, TakenMail } from './support/mail-server.js';
import { MailStage } from './support/mail-stage.js';
import type { Stage } from './support/stage.js';

const { publicUrl } = MailStage;
const support = 'support@example.com';
const staffKey = `hwk_${'m'.repeat(12)}_${'s'.repeat(40)}`;

jest.setTimeout(60_000);
let names: NameServer;
let told: MailStage;
let mails: MailServer;
let stage: Stage;
let people = 0;
let customer: string;

beforeAll(async () => {
  names = await startNameServer();
  told = await MailStage.open({ SUPPORT_EMAIL: support, MAIL_OFF: 'unsuspended, delivered', HOSTWRIGHT_DNS_SERVERS: names.address });
  ({ mails, stage } = told);
  await stage.db.pool.query(`UPDATE product SET name = 'WordPress Basic' WHERE code = 'wordpress-basic'`);
  await grantApiKey(stage.db.pool, staffKey, ['services:read', 'services:write', 'queues:read']);
});
afterAll(async () => {
  await told?.close();
  await names?.stop();
});
beforeEach(() => {
  people += 1;
  customer = `ann${people}@customers.example.com`;
  mails.faults.length = 0;
});

const order = (name = 'Ann') =>
  told.call(
    'POST',
    'services',
    { product: 'wordpress-basic', customer: { email: customer, name }, order: { email: customer, publicIp: '203.0.113.10' } },
    staffKey,
  );
const tokenIn = (mail: TakenMail): string => told.tokenIn(mail, 'welcome');
const link = (way: string, body: object) => told.call('POST', `auth/one-time-links/${way}`, body);

describe('a paid order over HTTP', () => {
  it('ends with one mail that lets its customer in, once, without a password in it', async () => {
    const { body } = await order('Ann');
    const mail = await told.mailTo(customer, /is ready/);
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
    const mine = await told.call<{ items: { id: string }[] }>('GET', 'services', undefined, entered.body['token']);
    expect(mine.body.items.map(({ id }) => id)).toEqual([body['serviceId']]);
    expect((await told.call('POST', 'auth/login', { email: customer, password })).status).toBe(200);

    expect((await link('password', { token, password: 'another long password' })).status).toBe(409);
    expect(await link('look', { token })).toMatchObject({ body: { state: 'used' } });
    expect((await link('look', { token: 'A'.repeat(43) })).status).toBe(404);
    expect((await link('renew', { token })).status).toBe(202);
    expect((await link('renew', { token })).status).toBe(202);
    const renewed = await told.mailTo(customer, /new link/);
    expect(await link('look', { token: tokenIn(renewed) })).toMatchObject({ body: { state: 'open' } });
    await told.allTold();
    // Support is not told of deliveries here.
    const both = mails.taken.filter(({ to }) => [customer, support].includes(to));
    expect(both.map(({ subject }) => subject)).toEqual(['WordPress Basic is ready', 'Your new link']);
    const { rows: tasks } = await stage.db.pool.query(`SELECT * FROM queue_task`);
    const seen = JSON.stringify(tasks) + stage.lines.join('\n');
    for (const secret of [token, tokenIn(renewed), password]) expect(seen).not.toContain(secret);
  });

  it('is told of once, although its event comes again and the mail server puts it off', async () => {
    mails.faults.push('put off');
    const { body } = await order();
    await told.mailTo(customer, /is ready/);
    await stage.db.pool.query(
      `INSERT INTO outbox (topic, payload) SELECT 'service.create.completed', jsonb_build_object('jobId', $1::text, 'serviceId', $2::text, 'operation', 'create') FROM generate_series(1, 3)`,
      [body['jobId'], body['serviceId']],
    );
    await told.allTold();
    expect(mails.to(customer)).toHaveLength(1);
  });

  it('is told of again under the same id, with a link that works, when the answer of the mail server was lost', async () => {
    mails.faults.push('lost answer');
    await order();
    const [first, second] = await told.eventually(() => mails.to(customer).length === 2 && mails.to(customer), 'second mail');
    expect(second?.messageId).toBe(first?.messageId);
    expect(second?.text).toBe(first?.text);
    expect(await link('look', { token: tokenIn(first!) })).toMatchObject({ body: { state: 'open' } });
  });

  it('is told of although the worker dies in between', async () => {
    const { body } = await order();
    await stage.until(body['jobId']!, ['completed']);
    await told.replaceWorker();
    await told.mailTo(customer, /is ready/);
    await told.allTold();
    expect(new Set(mails.to(customer).map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('greets nobody by a name that is a message, and shows no tag', async () => {
    await order('<a href="https://evil.example">Claim your prize</a>');
    const mail = await told.mailTo(customer, /is ready/);
    for (const part of [mail.text, mail.html]) expect(part).not.toMatch(/evil|prize/);
    expect(mail.text).toMatch(/^Hello,/);
  });

  it('is followed by mails about what becomes of the service, and a welcome mail once more when staff ask', async () => {
    const { body } = await order();
    await told.mailTo(customer, /is ready/);
    const operate = (operation: string) => told.call('POST', `services/${body['serviceId']}/operations`, { operation }, staffKey);
    const done = async (operation: string) => stage.until((await operate(operation)).body['jobId']!, ['completed']);
    await done('suspend');
    await told.mailTo(customer, /is suspended/);
    // That one is switched off.
    await done('unsuspend');
    await told.allTold();
    expect(await told.call('POST', `services/${body['serviceId']}/welcome-mail`, undefined, staffKey)).toEqual({
      status: 202,
      body: { to: customer },
    });
    await told.eventually(() => mails.to(customer).filter(({ subject }) => /is ready/.test(subject)).length === 2, 'second welcome');
    await done('terminate');
    await told.mailTo(customer, /has ended/);
    expect(mails.to(customer).map(({ subject }) => subject)).not.toContainEqual(expect.stringMatching(/runs again/));
    expect((await told.call('POST', `services/${body['serviceId']}/welcome-mail`, undefined, staffKey)).status).toBe(409);
  });
});

describe('an order that cannot be delivered', () => {
  it('is told to its customer in their words, and to support in ours', async () => {
    stage.providers.dns.fault({ kind: 'wrong_shape', times: 1000 });
    const { body } = await order();
    await stage.until(body['jobId']!, ['failed', 'needs_operator']);
    stage.providers.dns.clearFaults();
    const mail = await told.mailTo(customer, /takes longer/);
    // They have no account yet, so there is a way in to see how it is going.
    expect(await link('look', { token: tokenIn(mail) })).toMatchObject({ body: { state: 'open', email: customer } });
    const { rows } = await stage.db.pool.query<{ title: string; detail: string }>(
      `SELECT title, detail FROM operator_task WHERE job_id = $1`,
      [body['jobId']],
    );
    const task = rows[0]!;
    // Its digits may be anything.
    const words = `${mail.text}${mail.html}`.replaceAll(tokenIn(mail), '');
    expect(words).not.toContain(task.detail);
    expect(words).not.toMatch(/Cloudflare|Proxmox|error|operator|40\d|50\d/i);
    const forSupport = await told.eventually(
      () => mails.to(support).find(({ text }) => text.includes(`Job: ${body['jobId']}`)),
      'mail to support',
    );
    expect(forSupport.text).toContain(task.title);
    // Of many such mails each has a subject of its own.
    expect(forSupport.subject).toContain(`(service ${body['serviceId']})`);
    await told.allTold();
    expect(mails.to(customer)).toHaveLength(1);
    // Given up after all.
    expect((await told.call('POST', `services/${body['serviceId']}/operations`, { operation: 'terminate' }, staffKey)).status).toBeLessThan(
      300,
    );
    await told.mailTo(customer, /could not be delivered/);
    expect(mails.to(support).filter(({ text }) => text.includes(`Job: ${body['jobId']}`))).toHaveLength(rows.length);
  });
});

describe("a customer's domain", () => {
  it('is asked for once when its DNS leads elsewhere, and told of when it leads here', async () => {
    const { body } = await order();
    await stage.until(body['jobId']!, ['completed']);
    const { domain } = await stage.provisioning.domains.add({ serviceId: body['serviceId']!, name: 'shop.example', requestedBy: 'test' });
    await stage.db.pool.query(`UPDATE domain SET created_at = now() - interval '1 hour' WHERE name = 'shop.example'`);
    const asked = await told.mailTo(customer, /^shop.example needs you/);
    for (const part of [asked.text, asked.html])
      for (const needed of [domain.token, '_hostwright-challenge.shop.example', '203.0.113.10']) expect(part).toContain(needed);
    names.set('shop.example', 'A', ['203.0.113.10']);
    await told.mailTo(customer, /^shop.example leads to WordPress Basic/);
    await told.allTold();
    expect(mails.to(customer).filter(({ subject }) => /needs you/.test(subject))).toHaveLength(1);
  });

  it('is told of when it is given up', async () => {
    const { body } = await order();
    await stage.until(body['jobId']!, ['completed']);
    await stage.provisioning.domains.add({ serviceId: body['serviceId']!, name: 'never.example', requestedBy: 'test' });
    await stage.db.pool.query(`UPDATE domain SET created_at = now() - interval '73 hours' WHERE name = 'never.example'`);
    await told.mailTo(customer, /^never.example could not be set up/);
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
    await told.allTold();
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
    await told.allTold();
    expect(mails.to(support)).toHaveLength(10);
    // The interval ends.
    await stage.db.pool.query(`UPDATE queue_task SET wake_at = now() WHERE kind = 'support-digest' AND state = 'pending'`);
    const digest = await told.mailTo(support, /30 things wait for you/);
    const said = mails
      .to(support)
      .map(({ text }) => text)
      .join('\n');
    for (let n = 1; n <= 40; n += 1) expect(said).toContain(`decide ${n}.`);
    expect(digest.html).toContain('decide');
    await told.allTold();
    expect(mails.to(support)).toHaveLength(11);
  });
});
