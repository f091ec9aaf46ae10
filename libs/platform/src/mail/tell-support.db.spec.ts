import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedTask } from '@hostwright/core';
import { PgTaskStore } from '../queue/index.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { MailFacts } from './mail-facts.js';
import { MailTemplates } from './mail-templates.js';
import type { SmtpSender } from './smtp-sender.js';
import { deliveriesPerInterval, singlesPerInterval, SupportNews } from './support-news.js';
import { TellDelivery } from './tell-delivery.js';
import { SupportDigest, TellSupport } from './tell-support.js';

let db: TestDatabase;
let tell: TellSupport;
let digest: SupportDigest;
let tellDelivery: (off?: readonly string[]) => TellDelivery;
const sent: { subject: string; text: string }[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  const sender = { send: (_: unknown, mail: (typeof sent)[number]) => Promise.resolve({ accepted: true, n: sent.push(mail) }) };
  const parts = {
    news: new SupportNews(db.pool),
    templates: new MailTemplates(undefined, { error: () => undefined }),
    sender: sender as unknown as SmtpSender,
  };
  const settings = {
    supportEmail: 'support@example.com',
    publicUrl: 'https://panel.example',
    sender: 'Acme',
    clean: (text: string) => text,
  };
  tell = new TellSupport(parts, settings);
  digest = new SupportDigest(parts, settings);
  tellDelivery = (off = []) => new TellDelivery({ ...parts, facts: new MailFacts(db.pool) }, { ...settings, off });
});
afterAll(() => db.drop());
beforeEach(() => {
  sent.length = 0;
});

const task = (payload: ClaimedTask['payload']): ClaimedTask => ({ id: '9', queue: 'emails', kind: 'tell-support', attempt: 1, payload });
const opened = async (title: string): Promise<string> => {
  const { rows } = await db.pool.query<{ id: string }>(
    `INSERT INTO operator_task (kind, title, detail) VALUES ('decide', $1, 'because') RETURNING id`,
    [title],
  );
  return rows[0]!.id;
};
/** A service, delivered. */
const delivered = async (): Promise<string> => {
  const { rows } = await db.pool.query<{ id: string }>(
    `WITH p AS (INSERT INTO product (code, name) VALUES (gen_random_uuid()::text, 'Basic') RETURNING id),
       c AS (INSERT INTO customer (email, name) VALUES (gen_random_uuid() || '@example.com', 'Ann') RETURNING id)
     INSERT INTO service (product_id, ordered_product_id, customer_id, order_values, state) SELECT p.id, p.id, c.id, '{}', 'active' FROM p, c RETURNING id`,
  );
  return rows[0]!.id;
};
const delivery = (service: string): ClaimedTask => ({
  ...task({ title: `service ${service} was delivered`, detail: 'job 7', service, job: '7' }),
  kind: 'tell-delivery',
});
/** A new quarter of an hour. */
const nextInterval = () => db.pool.query(`UPDATE support_mail_allowance SET since = now(), taken = 0`);
const held = async ({ kind, payload }: ClaimedTask): Promise<void> => {
  await db.pool.query(
    `INSERT INTO queue_task (queue, kind, payload, state, finished_at, result) VALUES ('emails', $1, $2, 'done', now(), '{"heldBack": true}')`,
    [kind, payload],
  );
};
const seenTo = (id: string) => db.pool.query(`UPDATE operator_task SET state = 'resolved', resolved_at = now() WHERE id = $1`, [id]);

describe('what support is told late', () => {
  it('is not what was seen to while the mail server was away', async () => {
    const [over, open] = [await opened('over'), await opened('open')];
    await seenTo(over);
    expect(await tell.run(task({ title: 'over', task: over }))).toEqual({ accepted: false, reason: 'it was seen to by then' });
    expect(await tell.run(task({ title: 'open', task: open }))).toMatchObject({ accepted: true });
    expect(sent.map(({ subject }) => subject)).toEqual(['[Acme] open']);
  });

  it('is in the mail that puts things together neither', async () => {
    const ids = [await opened('first'), await opened('second')];
    for (const id of [...ids, 'none']) await held(task({ task: id, title: `held ${id}` }));
    await seenTo(ids[0]!);
    expect(await digest.run(task({}))).toMatchObject({ count: 2 });
    expect(sent[0]!.text).toContain(`held ${ids[1]}`);
    expect(sent[0]!.text).not.toContain(`held ${ids[0]}`);
    expect(sent[0]!.subject).toBe('[Acme] 2 things wait for you');
  });

  it('is kept for the mail that puts it together, for as long as that one waits', async () => {
    const { rows } = await db.pool.query<{ id: string }>(
      `INSERT INTO queue_task (queue, kind, payload, state, error) VALUES ('emails', 'support-digest', '{}', 'failed', 'away') RETURNING id`,
    );
    const { id } = rows[0]!;
    await db.pool.query(
      `INSERT INTO queue_task (queue, kind, payload, state, finished_at, result)
       VALUES ('emails', 'tell-support', '{"title": "long held"}', 'done', now() - interval '3 days', jsonb_build_object('heldBack', true, 'digest', $1::text))`,
      [id],
    );
    const tasks = new PgTaskStore(db.pool);
    await tasks.forget(24);
    expect(await digest.run({ ...task({}), id })).toMatchObject({ count: 1 });
    expect(sent[0]!.text).toContain('long held');
    await db.pool.query(`UPDATE queue_task SET state = 'done', finished_at = now() WHERE id = $1`, [id]);
    await tasks.forget(24);
    expect((await db.pool.query(`SELECT 1 FROM queue_task WHERE payload ->> 'title' = 'long held'`)).rows).toEqual([]);
  });
});

describe('what support is told of deliveries', () => {
  beforeEach(nextInterval);

  it('is what was delivered to whom, and where to find it', async () => {
    const service = await delivered();
    expect(await tellDelivery().run(delivery(service))).toMatchObject({ accepted: true });
    expect(sent).toEqual([
      expect.objectContaining({ to: 'support@example.com', subject: `[Acme] Basic was delivered (service ${service})` }),
    ]);
    for (const said of ['@example.com', `Service: ${service}`, 'Job: 7', `https://panel.example/app/services/${service}`])
      expect(sent[0]!.text).toContain(said);
    expect(sent[0]!.text).not.toContain('waits for you');
  });

  it('is nothing where that is switched off, or the service is not there', async () => {
    expect(await tellDelivery(['delivered']).run(delivery(await delivered()))).toEqual({
      accepted: false,
      reason: 'this mail is switched off',
    });
    expect(await tellDelivery().run(delivery('999999'))).toEqual({ accepted: false, reason: 'there is no such service any more' });
    expect(sent).toEqual([]);
  });

  it('never holds back what waits for somebody: of the mails of an interval they have some, and a task has all that are left', async () => {
    const service = await delivered();
    for (let time = 0; time < 20; time += 1) await tellDelivery().run(delivery(service));
    expect(sent).toHaveLength(deliveriesPerInterval);
    for (let time = 0; time < 20; time += 1) await tell.run(task({ title: `open ${time}` }));
    expect(sent).toHaveLength(singlesPerInterval);
    await db.pool.query(`UPDATE support_mail_allowance SET since = now() - interval '16 minutes'`);
    expect(await tellDelivery().run(delivery(service))).toMatchObject({ accepted: true });
    await nextInterval();
    for (let time = 0; time < 20; time += 1) await tell.run(task({ title: `open ${time}` }));
    expect(await tellDelivery().run(delivery(service))).toEqual({ accepted: false, heldBack: true });
  });

  it('stands behind what waits where both are put together, and does not count as waiting', async () => {
    for (const one of [delivery('5'), task({ title: 'decide', detail: 'was it made?' }), delivery('6')]) await held(one);
    expect(await digest.run({ ...task({}), id: '901' })).toMatchObject({ count: 3 });
    expect(sent[0]!.subject).toBe('[Acme] 1 thing waits for you, 2 services were delivered');
    expect(sent[0]!.text).toMatch(/- decide: was it made\?\n- service 5 was delivered: job 7\n- service 6 was delivered: job 7\n/);
    expect(sent[0]!.text).toContain('https://panel.example/app/operator-tasks');
    await held(delivery('7'));
    await digest.run({ ...task({}), id: '902' });
    expect(sent[1]).toMatchObject({
      subject: '[Acme] 1 service was delivered',
      text: expect.stringContaining('https://panel.example/app/services\n'),
    });
  });
});
