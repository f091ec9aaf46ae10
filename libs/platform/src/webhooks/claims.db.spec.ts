import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AttemptOutcome, ClaimedDelivery } from '@hostwright/core';
import { PgDeliveryQueue } from './index.js';
import { eventually, WebhooksFixture } from './testing/webhooks-fixture.js';

let hooks: WebhooksFixture;
beforeAll(async () => {
  hooks = await WebhooksFixture.open();
});
afterAll(() => hooks.close());
afterEach(() => hooks.reset());

/** A queue whose worker dies between the answer of the receiver and its record. */
class DyingQueue extends PgDeliveryQueue {
  override delivered(_delivery: ClaimedDelivery, _outcome: AttemptOutcome): Promise<boolean> {
    return new Promise(() => undefined);
  }
}

const many = (count: number, topic = 'job.failed') =>
  hooks.rows(`INSERT INTO outbox (topic, payload) SELECT $2, '{}' FROM generate_series(1, $1::int)`, [count, topic]);

describe('a worker', () => {
  it('that is lost between the request and its record costs nothing but a repetition under the same id, and the log says so', async () => {
    const receiver = await hooks.receiver();
    await hooks.endpoint({ url: receiver.url });
    await hooks.happened('job.failed');
    await hooks.relay();
    const lost = hooks.runner({ queue: new DyingQueue(hooks.db.pool) });
    lost.stop = () => Promise.resolve(); // it is dead
    await lost.look();
    await eventually(() => receiver.received.length === 1);
    const second = hooks.runner();
    await second.look();
    expect((await hooks.deliveries())[0]).toMatchObject({ state: 'sending', attempts: 1 }); // the lease runs
    await hooks.letTimePass();
    await second.look();
    await eventually(async () => (await hooks.deliveries())[0]!.state === 'delivered');
    expect(receiver.received.map(({ id }) => id)).toEqual([receiver.received[0]!.id, receiver.received[0]!.id]);
    expect((await hooks.deliveries())[0]!.history).toMatchObject([
      { number: 1, durationMs: null, error: expect.stringContaining('lost before it could record') },
      { number: 2, durationMs: expect.any(Number), error: null, status: 204 },
    ]);
  });

  it('that comes back late does not undo what another has recorded', async () => {
    const receiver = await hooks.receiver();
    await hooks.endpoint({ url: receiver.url });
    await hooks.happened('job.failed');
    await hooks.relay();
    const [late] = await hooks.queue.claim(1, 1, 60_000);
    await hooks.letTimePass();
    const [now] = await hooks.queue.claim(1, 1, 60_000);
    expect(await hooks.queue.delivered(now!, { durationMs: 1, status: 200 })).toBe(true);
    const failure = { outcome: { durationMs: 1, error: 'late' }, nextInMs: 1, giveUpMs: 1_000, gone: false };
    expect(await hooks.queue.failed(late!, failure)).toBe(false);
    expect(await hooks.queue.delivered(late!, { durationMs: 1, status: 200 })).toBe(false);
    expect((await hooks.deliveries())[0]).toMatchObject({ state: 'delivered', attempts: 2, lastStatus: 200 });
  });

  it('takes of one endpoint no more than its share, together with all others', async () => {
    await hooks.endpoint({ url: 'https://a.example.com/' });
    await hooks.endpoint({ url: 'https://b.example.com/' });
    await many(50);
    await hooks.relay();
    const claims = await Promise.all(Array.from({ length: 8 }, () => hooks.queue.claim(20, 3, 60_000)));
    const perEndpoint = new Map<string, number>();
    for (const { endpointId } of claims.flat()) perEndpoint.set(endpointId, (perEndpoint.get(endpointId) ?? 0) + 1);
    expect([...perEndpoint.values()]).toEqual([3, 3]);
    expect(new Set(claims.flat().map(({ id }) => id)).size).toBe(6);
    expect(await hooks.queue.claim(20, 3, 60_000)).toEqual([]);
  });

  it('takes one of each endpoint before the second of any', async () => {
    const ids = [];
    for (let at = 0; at < 4; at += 1) ids.push((await hooks.endpoint({ url: 'https://a.example.com/' })).webhook.id);
    await many(10);
    await hooks.relay();
    const claimed = await hooks.queue.claim(4, 4, 60_000);
    expect(claimed.map(({ endpointId }) => endpointId).sort()).toEqual(ids.sort());
  });

  it('is not held up by an endpoint that hangs', async () => {
    const slow = await hooks.receiver(() => 'hang');
    const quick = await hooks.receiver();
    await hooks.endpoint({ url: slow.url });
    await hooks.endpoint({ url: quick.url });
    await many(100);
    await hooks.relay();
    const runner = hooks.runner({ concurrency: 8, perEndpoint: 4 });
    await runner.look();
    await eventually(() => quick.received.length === 100);
    expect(slow.received).toHaveLength(4);
    // They have been under way all the while.
    expect(
      (await hooks.deliveries()).filter(({ state, lastError }) => state === 'sending' && lastError === null).length,
    ).toBeGreaterThanOrEqual(4);
    await slow.stop(); // lets its attempts end
  });

  it('works off what is due, each once, beside others', async () => {
    const receiver = await hooks.receiver();
    await hooks.endpoint({ url: receiver.url });
    await many(200);
    await hooks.relay();
    const runners = [hooks.runner({ perEndpoint: 10 }), hooks.runner({ perEndpoint: 10 }), hooks.runner({ perEndpoint: 10 })];
    await Promise.all(runners.map((runner) => runner.look()));
    await eventually(async () => {
      await runners[0]!.look();
      return (await hooks.rows(`SELECT 1 FROM webhook_delivery WHERE state <> 'delivered'`)).rows.length === 0;
    });
    expect(receiver.received).toHaveLength(200);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(200);
  });

  it('begins nothing after its stop, and ends what is under way', async () => {
    const receiver = await hooks.receiver(() => 'hang');
    await hooks.endpoint({ url: receiver.url });
    await many(10);
    await hooks.relay();
    const runner = hooks.runner({ perEndpoint: 2 });
    await runner.look();
    await eventually(() => receiver.received.length === 2);
    const stopped = runner.stop();
    await receiver.stop(); // lets its attempts end
    await stopped;
    expect(receiver.received).toHaveLength(2);
    expect((await hooks.deliveries()).filter(({ state }) => state === 'sending')).toEqual([]);
  });
});

describe('replaying', () => {
  /** One that failed for good, and one that was taken. */
  async function past() {
    const receiver = await hooks.receiver();
    const { webhook } = await hooks.endpoint({ url: receiver.url });
    await many(2);
    await hooks.relay();
    const claimed = await hooks.queue.claim(2, 2, 60_000);
    const failure = { outcome: { durationMs: 1, status: 500, error: 'answered 500' }, nextInMs: null, giveUpMs: 60_000, gone: false };
    await hooks.queue.failed(claimed[0]!, failure);
    await hooks.queue.delivered(claimed[1]!, { durationMs: 1, status: 200 });
    return { receiver, webhook, failed: claimed[0]!, delivered: claimed[1]! };
  }

  it('sends one delivery again under its id, whatever became of it', async () => {
    const { receiver, webhook, failed, delivered } = await past();
    await hooks.replays.replay(webhook.id, delivered.id, 'staff:1');
    await hooks.replays.replay(webhook.id, failed.id, 'staff:1');
    await hooks.runner().look();
    await eventually(() => receiver.received.length === 2);
    expect(receiver.received.map(({ id }) => id).sort()).toEqual([failed.eventId, delivered.eventId].sort());
    expect((await hooks.audited()).filter(({ action }) => action === 'webhook.delivery_replayed')).toHaveLength(2);
    expect(hooks.rings).toContainEqual(['webhooks', 1]);
  });

  it('sends everything again that failed of what happened since', async () => {
    const { receiver, webhook, failed } = await past();
    expect(await hooks.replays.replayFailed(webhook.id, new Date(Date.now() - 1), 'staff:1')).toBe(0);
    expect(await hooks.replays.replayFailed(webhook.id, new Date(Date.now() - 60_000), 'staff:1')).toBe(1);
    await hooks.runner().look();
    await eventually(() => receiver.received.length === 1);
    expect(receiver.received[0]!.id).toBe(failed.eventId);
    const future = hooks.replays.replayFailed(webhook.id, new Date(Date.now() + 60_000), 'staff:1');
    await expect(future).rejects.toMatchObject({ code: 'invalid_input', field: 'since' });
  });

  it('is refused for what is being sent, at an endpoint that is disabled, and for what is not there', async () => {
    const { webhook, failed } = await past();
    const other = await hooks.endpoint({ url: 'https://a.example.com/' });
    await expect(hooks.replays.replay(other.webhook.id, failed.id, 'x')).rejects.toMatchObject({ code: 'not_found' });
    await hooks.replays.replay(webhook.id, failed.id, 'x');
    await hooks.queue.claim(1, 1, 60_000);
    await expect(hooks.replays.replay(webhook.id, failed.id, 'x')).rejects.toMatchObject({ code: 'conflict' });
    await hooks.endpoints.change(webhook.id, { state: 'disabled' }, 'x');
    for (const refused of [
      () => hooks.replays.replay(webhook.id, failed.id, 'x'),
      () => hooks.replays.replayFailed(webhook.id, new Date(0), 'x'),
      () => hooks.replays.test(webhook.id, 'x'),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'conflict' });
    for (const missing of [
      () => hooks.replays.replayFailed('999', new Date(0), 'x'),
      () => hooks.replays.test('999', 'x'),
      () => hooks.log.list('999', { limit: 1 }, {}),
    ])
      await expect(missing()).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is not needed for a test, which goes to one endpoint whatever its filters', async () => {
    const receiver = await hooks.receiver();
    const { webhook } = await hooks.endpoint({ url: receiver.url, events: ['job.failed'] });
    const delivery = await hooks.replays.test(webhook.id, 'staff:1');
    expect(delivery).toMatchObject({ eventType: 'webhook.test', state: 'pending', attempts: 0 });
    await hooks.runner().look();
    await eventually(() => receiver.received.length === 1);
    expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({ type: 'webhook.test', data: { endpointId: webhook.id } });
  });
});

describe('the log', () => {
  it('is kept for 30 days, and longer where a delivery still waits for an active endpoint', async () => {
    await hooks.endpoint({ url: 'https://a.example.com/' });
    await many(3);
    await hooks.relay();
    const [done, waits] = await hooks.queue.claim(2, 2, 60_000);
    await hooks.queue.delivered(done!, { durationMs: 1, status: 200 });
    expect(await hooks.queue.forget(30)).toBe(0);
    await hooks.rows(`UPDATE webhook_event SET occurred_at = now() - interval '31 days' WHERE id IN ($1, $2)`, [
      done!.eventId,
      waits!.eventId,
    ]);
    expect(await hooks.queue.forget(30)).toBe(1);
    expect((await hooks.deliveries()).map(({ id }) => id)).not.toContain(done!.id);
    expect((await hooks.rows('SELECT 1 FROM webhook_attempt WHERE delivery_id = $1', [done!.id])).rows).toEqual([]);
    await hooks.endpoints.change(waits!.endpointId, { state: 'disabled' }, 'x');
    expect(await hooks.queue.forget(30)).toBe(1);
  });

  it('is read page by page, by state and by type', async () => {
    const { webhook } = await hooks.endpoint({ url: 'https://a.example.com/' });
    await many(3);
    await many(2, 'job.cancelled');
    await hooks.relay();
    const [first] = await hooks.queue.claim(1, 1, 60_000);
    await hooks.queue.delivered(first!, { durationMs: 1, status: 200 });
    const page = await hooks.log.list(webhook.id, { limit: 3 }, {});
    const rest = await hooks.log.list(webhook.id, { limit: 3, after: page.next! }, {});
    expect([page.items.length, rest.items.length, rest.next]).toEqual([3, 2, null]);
    expect((await hooks.log.list(webhook.id, { limit: 9 }, { state: 'delivered' })).items.map(({ id }) => id)).toEqual([first!.id]);
    expect((await hooks.log.list(webhook.id, { limit: 9 }, { eventType: 'job.cancelled' })).items).toHaveLength(2);
  });
});
