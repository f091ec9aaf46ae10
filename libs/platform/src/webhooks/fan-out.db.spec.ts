import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { inTransaction } from '../database/index.js';
import { WebhooksFixture } from './testing/webhooks-fixture.js';

let hooks: WebhooksFixture;
beforeAll(async () => {
  hooks = await WebhooksFixture.open();
});
afterAll(() => hooks.close());
afterEach(() => hooks.reset());

const url = 'https://hooks.example.com/';
const told = async (id: string) =>
  (
    await hooks.rows<{ type: string }>(
      `SELECT e.type FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id WHERE d.endpoint_id = $1 ORDER BY d.id`,
      [id],
    )
  ).rows.map(({ type }) => type);

describe('events for endpoints', () => {
  it('are given to all of them in a few statements, each once, however many relays there are', async () => {
    const ids = [];
    for (let at = 0; at < 3; at += 1) ids.push((await hooks.endpoint({ url })).webhook.id);
    await hooks.rows(
      `INSERT INTO outbox (topic, payload) SELECT 'job.failed', jsonb_build_object('jobId', n::text) FROM generate_series(1, 1000) n`,
    );
    const taken = await Promise.all([hooks.relay(), hooks.relay(), hooks.relay()]);
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(1000);
    const { rows } = await hooks.rows<{ endpoint: string; deliveries: number; jobs: number }>(
      `SELECT d.endpoint_id AS endpoint, count(*)::int AS deliveries, count(DISTINCT e.body::json -> 'data' ->> 'jobId')::int AS jobs
       FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual(ids.map((endpoint) => ({ endpoint, deliveries: 1000, jobs: 1000 })));
    expect((await hooks.rows<{ n: number }>('SELECT count(*)::int AS n FROM webhook_event')).rows[0]?.n).toBe(1000);
    expect(hooks.rings.length).toBeGreaterThanOrEqual(10);
  });

  it('are still there when the relay dies before it commits', async () => {
    const { webhook } = await hooks.endpoint({ url });
    await hooks.happened('job.failed', { jobId: '1' });
    const dying = inTransaction(hooks.db.pool, async (db) => {
      await db.query('DELETE FROM outbox');
      throw new Error('killed');
    });
    await expect(dying).rejects.toThrow('killed');
    expect(await told(webhook.id)).toEqual([]);
    await hooks.relay();
    await hooks.relay();
    expect(await told(webhook.id)).toEqual(['job.failed']);
  });

  it('make no second delivery when a row of the outbox comes back', async () => {
    const { webhook } = await hooks.endpoint({ url });
    await hooks.happened('job.failed');
    const copy = await hooks.rows<{ id: string; topic: string; payload: object; created_at: Date }>('SELECT * FROM outbox');
    await hooks.relay();
    const { id, topic, payload } = copy.rows[0]!;
    await hooks.rows('INSERT INTO outbox (id, topic, payload) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3)', [id, topic, payload]);
    await hooks.relay();
    expect(await told(webhook.id)).toEqual(['job.failed']);
  });

  it('go to those whose filters let them pass', async () => {
    const some = await hooks.endpoint({ url, events: ['service.*', 'job.failed'] });
    const one = await hooks.endpoint({ url, events: ['service.create.completed'] });
    const all = await hooks.endpoint({ url, events: ['*'] });
    for (const topic of ['service.create.completed', 'service.suspend.completed', 'job.failed', 'job.cancelled', 'not.for.outside'])
      await hooks.happened(topic);
    await hooks.relay();
    expect(await told(some.webhook.id)).toEqual(['service.create.completed', 'service.suspend.completed', 'job.failed']);
    expect(await told(one.webhook.id)).toEqual(['service.create.completed']);
    expect(await told(all.webhook.id)).toEqual(['service.create.completed', 'service.suspend.completed', 'job.failed', 'job.cancelled']);
    expect((await hooks.rows('SELECT 1 FROM outbox')).rows).toEqual([]);
  });

  it('go to those that were subscribed when it happened, however late they are relayed', async () => {
    const { webhook } = await hooks.endpoint({ url, events: ['job.*'] });
    await hooks.happened('job.failed');
    await hooks.endpoints.change(webhook.id, { events: ['service.*'] }, 'test');
    await hooks.happened('job.cancelled');
    await hooks.happened('service.renew.completed');
    await hooks.endpoints.change(webhook.id, { state: 'disabled' }, 'test');
    await hooks.happened('service.suspend.completed');
    await hooks.endpoints.change(webhook.id, { state: 'active' }, 'test');
    await hooks.happened('service.unsuspend.completed');
    const late = await hooks.endpoint({ url });
    await hooks.relay();
    expect(await told(webhook.id)).toEqual(['job.failed', 'service.renew.completed', 'service.unsuspend.completed']);
    expect(await told(late.webhook.id)).toEqual([]);
  });

  it('are not kept when nobody is subscribed', async () => {
    await hooks.happened('job.failed');
    expect(await hooks.relay()).toBe(1);
    expect((await hooks.rows('SELECT 1 FROM webhook_event')).rows).toEqual([]);
  });

  it('do not fail the relay when an endpoint goes meanwhile', async () => {
    const { webhook } = await hooks.endpoint({ url });
    const other = await hooks.endpoint({ url });
    await hooks.happened('job.failed');
    let relayed: Promise<number> | undefined;
    await inTransaction(hooks.db.pool, async (db) => {
      await db.query('DELETE FROM webhook_endpoint WHERE id = $1', [webhook.id]);
      relayed = hooks.relay();
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(await relayed).toBe(1);
    expect(await told(other.webhook.id)).toEqual(['job.failed']);
    expect(await told(webhook.id)).toEqual([]);
  });
});
