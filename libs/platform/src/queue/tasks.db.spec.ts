import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { maxTaskAttempts, type QueueName } from '@hostwright/core';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { inTransaction } from '../database/index.js';
import { mailConsumers } from '../mail/index.js';
import { PostgresQueueHistory } from '../stores/index.js';
import { addTasks, OutboxRelay, PgTaskStore } from './index.js';

let db: TestDatabase;
let tasks: PgTaskStore;
beforeAll(async () => {
  db = await createTestDatabase();
  tasks = new PgTaskStore(db.pool);
});
afterAll(() => db.drop());
afterEach(() => db.pool.query('TRUNCATE queue_task, outbox'));

const mail = (uniqueKey?: string) => ({
  queue: 'emails' as const,
  kind: 'tell-customer',
  payload: { to: 'a@example.com' },
  ...(uniqueKey ? { uniqueKey } : {}),
});
const one = async () => (await tasks.claim('emails', 1, 60_000))[0]!;
const row = async (id: string) =>
  (await db.pool.query(`SELECT state, attempts, error, result FROM queue_task WHERE id = $1`, [id])).rows[0] as Record<string, unknown>;
/** As if the lease or the wait were over. */
const letTimePass = () => db.pool.query(`UPDATE queue_task SET wake_at = now() WHERE wake_at IS NOT NULL`);

describe('tasks', () => {
  it('are added once under a key, and not at all when the transaction fails', async () => {
    expect(await tasks.add([mail('k')])).toEqual(new Map([['emails', 1]]));
    expect(await tasks.add([mail('k'), mail()])).toEqual(new Map([['emails', 1]]));
    await expect(
      inTransaction(db.pool, (client) => addTasks(client, [mail('x')]).then(() => Promise.reject(new Error('no')))),
    ).rejects.toThrow('no');
    expect(await tasks.due()).toEqual(new Map([['emails', 2]]));
  });

  it('are given to one worker each, however many ask', async () => {
    await tasks.add(Array.from({ length: 20 }, () => mail()));
    const claims = await Promise.all(Array.from({ length: 8 }, () => tasks.claim('emails', 5, 60_000)));
    const ids = claims.flat().map(({ id }) => id);
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(20);
  });

  it('go to another worker when theirs is lost, whose late result is not taken', async () => {
    await tasks.add([mail()]);
    const lost = await one();
    await letTimePass();
    const second = await one();
    expect(second).toMatchObject({ id: lost.id, attempt: 2 });
    expect(await tasks.finish(lost, { by: 'the lost one' })).toBe(false);
    await tasks.renew([lost], 60_000);
    expect(await tasks.finish(second, { by: 'the second' })).toBe(true);
    expect(await row(lost.id)).toMatchObject({ state: 'done', result: { by: 'the second' } });
  });

  it('fail when worker after worker is lost over them', async () => {
    await tasks.add([mail()]);
    const { id } = await one();
    for (let again = 0; again < maxTaskAttempts.emails; again += 1) {
      await letTimePass();
      await one();
    }
    expect(await row(id)).toMatchObject({ state: 'failed', attempts: maxTaskAttempts.emails });
    expect(await tasks.due()).toEqual(new Map());
  });

  it('are not due before their time', async () => {
    await tasks.add([{ ...mail(), waitMs: 60_000 }]);
    expect(await one()).toBeUndefined();
    await letTimePass();
    expect(await one()).toMatchObject({ attempt: 1 });
  });

  it('wait before the next attempt, and can be tried anew after the last, which is audited', async () => {
    const history = new PostgresQueueHistory(db.pool);
    await tasks.add([mail()]);
    const task = await one();
    await tasks.fail(task, 'unavailable: away', 60_000);
    expect(await one()).toBeUndefined();
    expect(await history.retryFailed('emails', 'staff:1', task.id)).toBe(0);
    await letTimePass();
    await tasks.fail(await one(), 'rejected: no', null);
    expect(await row(task.id)).toMatchObject({ state: 'failed', error: 'rejected: no' });
    expect(await history.retryFailed('invoices', 'staff:1', task.id)).toBe(0);
    expect(await history.retryFailed('emails', 'staff:1', task.id)).toBe(1);
    expect(await history.retryFailed('emails', 'staff:1')).toBe(0);
    expect(await one()).toMatchObject({ id: task.id, attempt: 1 });
    const { rows } = await db.pool.query(`SELECT actor, action, subject, details FROM audit ORDER BY id`);
    expect(rows).toEqual([
      { actor: 'staff:1', action: 'queue.retried', subject: 'queue:emails', details: { retried: 1, taskId: task.id } },
    ]);
  });

  it('are forgotten a day after they were done; failed ones are not', async () => {
    await tasks.add([mail(), mail()]);
    const [done, failed] = await tasks.claim('emails', 2, 60_000);
    await tasks.finish(done!, {});
    await tasks.fail(failed!, 'rejected: no', null);
    expect(await tasks.forget(24)).toBe(0);
    await db.pool.query(`UPDATE queue_task SET finished_at = now() - interval '25 hours'`);
    expect(await tasks.forget(24)).toBe(1);
    expect(await row(failed!.id)).toMatchObject({ state: 'failed' });
  });
});

describe('OutboxRelay', () => {
  const rung: [QueueName, number | undefined][] = [];
  const doorbell = { ring: (queue: QueueName, count?: number) => Promise.resolve(void rung.push([queue, count])) };
  const errors: string[] = [];
  const relay = () =>
    new OutboxRelay(db.pool, mailConsumers({ smtpUrl: undefined, supportEmail: 'support@example.com' }), doorbell, {
      error: (line) => errors.push(line),
    });
  const publish = (topic: string, payload: object) =>
    db.pool.query('INSERT INTO outbox (topic, payload) VALUES ($1, $2)', [topic, payload]);
  const opened = (taskId: string) =>
    publish('operator_task.opened', { taskId, jobId: '7', serviceId: '3', title: 'decide', detail: 'was it made?' });

  it('sends one mail for an operator task, whoever relays it and how often it is told', async () => {
    rung.length = 0;
    await opened('1');
    await opened('1');
    await opened('2');
    await Promise.all([relay().run(), relay().run(), relay().run()]);
    const { rows } = await db.pool.query<{ payload: object }>('SELECT payload FROM queue_task ORDER BY id');
    expect(rows).toHaveLength(2);
    expect(rows[0]?.payload).toMatchObject({ task: '1', title: 'decide', detail: 'was it made?' });
    expect((await db.pool.query('SELECT 1 FROM outbox')).rowCount).toBe(0);
    expect(rung.reduce((sum, [, count]) => sum + (count ?? 1), 0)).toBe(2);
  });

  it('tells support of a delivery once, and of none where nobody set up mail', async () => {
    await db.pool.query('DELETE FROM queue_task');
    const relayed = async (smtpUrl: string | undefined) => {
      for (let time = 0; time < 2; time += 1)
        await publish('service.create.completed', { jobId: '7', serviceId: '3', operation: 'create' });
      const consumers = mailConsumers({ smtpUrl, supportEmail: 'support@example.com' });
      await new OutboxRelay(db.pool, consumers, doorbell, { error: (line) => errors.push(line) }).run();
      return (await db.pool.query<{ kind: string }>('SELECT kind FROM queue_task ORDER BY kind')).rows.map(({ kind }) => kind);
    };
    expect(await relayed(undefined)).toEqual([]);
    expect(await relayed('smtp://127.0.0.1')).toEqual(['tell-customer', 'tell-delivery']);
    await db.pool.query('DELETE FROM queue_task');
  });

  it('removes what nobody waits for, and keeps what nobody can read as a failed task', async () => {
    await publish('service.create.completed', {});
    await publish('constructor', {});
    await publish('operator_task.opened', { odd: true });
    await opened('3');
    expect(await relay().run()).toBe(4);
    const { rows } = await db.pool.query<{ kind: string }>('SELECT kind FROM queue_task ORDER BY id');
    expect(rows.map(({ kind }) => kind)).toEqual(['event operator_task.opened', 'tell-support']);
    expect(errors).toHaveLength(1);
  });
});
