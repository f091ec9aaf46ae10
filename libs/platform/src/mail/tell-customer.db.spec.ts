import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedTask, TaskHandler } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { LinkMaker, mailHandlers, type SmtpSender } from './index.js';
import type { MailMessage } from './mail-message.js';

let db: TestDatabase;
let handlers: readonly TaskHandler[];
let refusal: PanelError | undefined;
let serviceId: string;
const sent: MailMessage[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  const send = (_: unknown, mail: MailMessage) =>
    refusal ? Promise.reject(refusal) : Promise.resolve({ accepted: true, n: sent.push(mail) });
  handlers = mailHandlers({
    config: {
      publicUrl: 'https://panel.example',
      mailFrom: 'Acme <hello@acme.example>',
      supportEmail: 'support@example.com',
      mailTemplates: undefined,
      mailOff: [],
      mailSilentSources: ['paymenter'],
    },
    pool: db.pool,
    modules: { find: () => undefined },
    links: new LinkMaker(db.pool, createSecretKey(randomBytes(32))),
    sender: { send } as unknown as SmtpSender,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    clean: (text) => text,
  });
  await db.pool.query(`INSERT INTO product (code, name) VALUES ('basic', 'Basic')`);
});
afterAll(() => db.drop());
beforeEach(async () => {
  sent.length = 0;
  refusal = undefined;
  const { rows } = await db.pool.query<{ id: string }>(
    `WITH c AS (INSERT INTO customer (email, name) VALUES (gen_random_uuid() || '@example.com', 'Ann') RETURNING id)
     INSERT INTO service (product_id, ordered_product_id, customer_id, order_values) SELECT p.id, p.id, c.id, '{}' FROM product p, c RETURNING id`,
  );
  serviceId = rows[0]!.id;
});

let tasks = 0;
const run = (payload: ClaimedTask['payload'], kind = 'tell-customer') =>
  handlers.find((one) => one.kind === kind)!.run({ id: String((tasks += 1)), queue: 'emails', kind, attempt: 1, payload });

describe('a delay', () => {
  it('is told once, also when the first mail is long forgotten', async () => {
    expect(await run({ mail: 'delayed', serviceId })).toMatchObject({ accepted: true });
    expect(await run({ mail: 'delayed', serviceId })).toEqual({ accepted: false, reason: 'the customer knows of the delay' });
    expect(sent).toHaveLength(1);
  });

  it('is told later when the mail could not be sent', async () => {
    refusal = new PanelError('unavailable', 'the SMTP server is away');
    await expect(run({ mail: 'delayed', serviceId })).rejects.toMatchObject({ code: 'unavailable' });
    refusal = undefined;
    expect(await run({ mail: 'delayed', serviceId })).toMatchObject({ accepted: true });
  });
});

describe('what was to come after the hand-over', () => {
  it('is told of when it waits for a person, and not when that has been seen to by then', async () => {
    const { rows } = await db.pool.query<{ id: string }>(
      `WITH s AS (UPDATE service SET state = 'active' WHERE id = $1 RETURNING id), j AS (
         INSERT INTO provisioning_job (service_id, operation, state, program, requested_by, handed_over)
         SELECT id, 'create', 'completed', '{"components": []}', 'test', true FROM s RETURNING id)
       INSERT INTO operator_task (job_id, kind, title, detail) SELECT id, 'incomplete', 'the certificate is missing', '' FROM j RETURNING job_id AS id`,
      [serviceId],
    );
    const payload = { mail: 'later-parts-delayed', serviceId, jobId: rows[0]!.id };
    expect(await run(payload)).toMatchObject({ accepted: true });
    expect(sent[0]).toMatchObject({ subject: 'Something for Basic takes longer than usual' });
    await db.pool.query(`UPDATE operator_task SET state = 'resolved' WHERE job_id = $1`, [payload.jobId]);
    expect(await run(payload)).toEqual({ accepted: false, reason: 'nothing of it waits for a person any more' });
  });
});

describe('a mail that is refused for good', () => {
  it('is told to support, once, with where to mend it', async () => {
    await db.pool.query(`UPDATE service SET state = 'active' WHERE id = $1`, [serviceId]);
    refusal = new PanelError('rejected', 'the SMTP server refused the mail with 550');
    const refused: ClaimedTask = { id: '900', queue: 'emails', kind: 'tell-customer', attempt: 1, payload: { mail: 'welcome', serviceId } };
    const handler = handlers.find(({ kind }) => kind === 'tell-customer')!;
    for (let time = 0; time < 2; time += 1) await expect(handler.run(refused)).rejects.toMatchObject({ code: 'rejected' });
    const { rows } = await db.pool.query<{ payload: ClaimedTask['payload'] }>(`SELECT payload FROM queue_task WHERE kind = 'tell-support'`);
    expect(rows).toHaveLength(1);
    refusal = undefined;
    await run(rows[0]!.payload, 'tell-support');
    expect(sent[0]).toMatchObject({
      to: 'support@example.com',
      subject: `[Acme] the mail "welcome" to a customer was refused (service ${serviceId})`,
    });
    for (const part of ['refused the mail with 550', `Service: ${serviceId}`, '@example.com: ', 'https://panel.example/app/mails'])
      expect(sent[0]!.text).toContain(part);
  });

  it('is not told when it may arrive yet', async () => {
    await db.pool.query(`UPDATE service SET state = 'active' WHERE id = $1`, [serviceId]);
    refusal = new PanelError('unavailable', 'put off with 451');
    await expect(run({ mail: 'welcome', serviceId })).rejects.toMatchObject({ code: 'unavailable' });
    const { rows } = await db.pool.query(`SELECT 1 FROM queue_task WHERE payload ->> 'service' = $1`, [serviceId]);
    expect(rows).toEqual([]);
  });
});
