import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedTask } from '@hostwright/core';
import { PgTaskStore } from '../queue/index.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { MailTemplates } from './mail-templates.js';
import type { SmtpSender } from './smtp-sender.js';
import { SupportNews } from './support-news.js';
import { SupportDigest, TellSupport } from './tell-support.js';

let db: TestDatabase;
let tell: TellSupport;
let digest: SupportDigest;
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
    const held = async (id: string): Promise<void> => {
      await db.pool.query(
        `INSERT INTO queue_task (queue, kind, payload, state, finished_at, result)
         VALUES ('emails', 'tell-support', jsonb_build_object('task', $1::text, 'title', 'held ' || $1), 'done', now(), '{"heldBack": true}')`,
        [id],
      );
    };
    for (const id of [...ids, 'none']) await held(id);
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
