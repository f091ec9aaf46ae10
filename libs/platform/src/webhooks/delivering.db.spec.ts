import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { eventually, WebhooksFixture } from './testing/webhooks-fixture.js';

let hooks: WebhooksFixture;
beforeAll(async () => {
  hooks = await WebhooksFixture.open();
});
afterAll(() => hooks.close());
afterEach(() => hooks.reset());

/** Tells everybody of one event and answers when the first attempts have ended. */
async function tell(topic = 'service.create.completed', payload: object = { serviceId: '3', jobId: '7', operation: 'create' }) {
  await hooks.happened(topic, payload);
  await hooks.relay();
  const runner = hooks.runner();
  await runner.look();
  await settled();
  return runner;
}
const settled = () =>
  eventually(async () => (await hooks.rows(`SELECT 1 FROM webhook_delivery WHERE state = 'sending'`)).rows.length === 0);
const states = async () => (await hooks.deliveries()).map(({ state }) => state);

describe('a receiver', () => {
  it('gets the event with a signature that others verify', async () => {
    const receiver = await hooks.receiver();
    const { secret } = await hooks.endpoint({ url: receiver.url });
    await tell();
    const [request] = receiver.received;
    const verified = new Webhook(secret).verify(request!.body, request!.headers as Record<string, string>);
    expect(verified).toEqual({
      type: 'service.create.completed',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      data: { jobId: '7', serviceId: '3', operation: 'create' },
    });
    expect(request!.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'hostwright-webhooks' });
    const [delivery] = await hooks.deliveries();
    expect(delivery).toMatchObject({
      state: 'delivered',
      eventId: request!.id,
      attempts: 1,
      lastStatus: 204,
      lastError: null,
      nextAttemptAt: null,
    });
    const stranger = new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`);
    expect(() => stranger.verify(request!.body, request!.headers as Record<string, string>)).toThrow();
  });

  it('can verify with the old secret and the new one after a rotation, and after a day with the new one only', async () => {
    const receiver = await hooks.receiver();
    const { webhook, secret: first } = await hooks.endpoint({ url: receiver.url });
    const { secret: second, webhook: rotated } = await hooks.endpoints.rotateSecret(webhook.id, 'test');
    expect(rotated.oldSecretUntil!.getTime() - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    await tell();
    const verifies = (secret: string, at: number) => {
      const { body, headers } = receiver.received[at]!;
      try {
        return Boolean(new Webhook(secret).verify(body, headers as Record<string, string>));
      } catch {
        return false;
      }
    };
    expect(receiver.received[0]!.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    expect([verifies(first, 0), verifies(second, 0)]).toEqual([true, true]);
    await hooks.rows(`UPDATE webhook_endpoint SET secrets = jsonb_set(secrets, '{1,until}', '"2020-01-01T00:00:00.000Z"')`);
    await tell();
    expect([verifies(first, 1), verifies(second, 1)]).toEqual([false, true]);
    expect((await hooks.endpoints.get(webhook.id)).oldSecretUntil).toBeNull();
  });

  it.each([
    ['answers 500', { status: 500 }, 'answered 500'],
    ['resets the connection', 'reset', 'the connection was lost before the answer'],
    ['hangs', 'hang', 'no answer in time'],
    ['redirects', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'answered 302; redirects are not followed'],
  ] as const)('that %s is told again, later and under the same id', async (_, trouble, reason) => {
    const receiver = await hooks.receiver((__, at) => (at === 1 ? trouble : { status: 200 }));
    const { secret } = await hooks.endpoint({ url: receiver.url });
    const patient = hooks.runner();
    if (trouble === 'hang') hooks.deadlineMs = 300;
    const runner = await tell();
    const [failed] = await hooks.deliveries();
    expect(failed).toMatchObject({ state: 'pending', attempts: 1, lastError: expect.stringContaining(reason) });
    expect(failed!.nextAttemptAt!.getTime() - failed!.lastAttemptAt!.getTime()).toBeGreaterThanOrEqual(2_500);
    await runner.look();
    expect(receiver.received).toHaveLength(1); // not before its time
    await hooks.letTimePass();
    await patient.look();
    await settled();
    expect(await states()).toEqual(['delivered']);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(receiver.received).toHaveLength(2);
    const { body, headers } = receiver.received[1]!;
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toBeTruthy();
    expect((await hooks.deliveries())[0]!.history).toMatchObject([
      { number: 1, error: expect.stringContaining(reason), durationMs: expect.any(Number) },
      { number: 2, error: null, status: 200 },
    ]);
  });

  it('that wants to be left alone for a while is', async () => {
    const receiver = await hooks.receiver(() => ({ status: 429, headers: { 'retry-after': '600' } }));
    await hooks.endpoint({ url: receiver.url });
    await tell();
    const [put] = await hooks.deliveries();
    expect(put!.nextAttemptAt!.getTime() - put!.lastAttemptAt!.getTime()).toBeGreaterThanOrEqual(600_000);
  });

  it('that answers 410 is told nothing any more; staff are asked, and what waited goes on when they say so', async () => {
    const receiver = await hooks.receiver((_, at) => ({ status: at === 1 ? 410 : 200 }));
    const { webhook } = await hooks.endpoint({ url: receiver.url });
    const runner = await tell();
    await hooks.rows(`INSERT INTO webhook_event (id, type, occurred_at, body) VALUES ('evt_waiting', 'job.failed', now(), '{}')`);
    await hooks.rows(`INSERT INTO webhook_delivery (endpoint_id, event_id) VALUES ($1, 'evt_waiting')`, [webhook.id]);
    expect(await hooks.endpoints.get(webhook.id)).toMatchObject({ state: 'disabled', disabledReason: expect.stringContaining('410') });
    await hooks.happened('job.failed');
    await hooks.relay();
    await runner.look();
    expect(receiver.received).toHaveLength(1);
    expect((await hooks.deliveries()).map(({ state, nextAttemptAt }) => [state, nextAttemptAt])).toEqual([
      ['failed', null],
      ['pending', null],
    ]);
    const task = async () =>
      (await hooks.rows<{ state: string; title: string }>(`SELECT state, title FROM operator_task WHERE kind = 'webhook_disabled'`)).rows;
    expect(await task()).toEqual([{ state: 'open', title: `webhook ${webhook.id} (127.0.0.1:${receiver.port}) was disabled` }]);
    await hooks.endpoints.change(webhook.id, { state: 'active' }, 'staff:1');
    expect(await task()).toMatchObject([{ state: 'resolved' }]);
    await runner.look();
    await settled();
    expect(receiver.received.map(({ id }) => id).slice(1)).toEqual(['evt_waiting']);
  });

  it('that has failed for 72 hours is disabled, and the mail about it goes out', async () => {
    const receiver = await hooks.receiver(() => ({ status: 503, body: 'down' }));
    const { webhook } = await hooks.endpoint({ url: receiver.url });
    const runner = await tell();
    await hooks.rows(`UPDATE webhook_endpoint SET failing_since = now() - interval '72 hours'`);
    await hooks.rows(`UPDATE webhook_delivery SET give_up_at = now(), next_attempt_at = now()`);
    await runner.look();
    await settled();
    expect(await states()).toEqual(['failed']);
    expect(await hooks.endpoints.get(webhook.id)).toMatchObject({
      state: 'disabled',
      disabledReason: 'every attempt failed for 72 h; the last: answered 503',
    });
    const { rows } = await hooks.rows<{ topic: string; payload: { taskId: string } }>('SELECT topic, payload FROM outbox');
    expect(rows).toMatchObject([{ topic: 'operator_task.opened', payload: { taskId: expect.stringMatching(/^\d+$/) } }]);
    expect((await hooks.audited()).map(({ actor, action }) => [actor, action])).toContainEqual(['system', 'webhook.disabled']);
  });

  it('that is well again begins a new count', async () => {
    const receiver = await hooks.receiver((_, at) => ({ status: at === 1 ? 500 : 200 }));
    const { webhook } = await hooks.endpoint({ url: receiver.url });
    const runner = await tell();
    expect((await hooks.endpoints.get(webhook.id)).failingSince).not.toBeNull();
    await hooks.letTimePass();
    await runner.look();
    await settled();
    expect((await hooks.endpoints.get(webhook.id)).failingSince).toBeNull();
  });

  it('may answer with more than anybody reads: its status counts', async () => {
    const endless = await hooks.receiver(() => ({ status: 200, body: 'x'.repeat(10_000_000) }));
    await hooks.endpoint({ url: endless.url });
    await tell();
    const [delivery] = await hooks.deliveries();
    expect([delivery!.state, delivery!.history[0]!.response!.length]).toEqual(['delivered', 1_000]);
  });
});

describe('secrets', () => {
  it('are in no answer after the first, no log, no event and no row, not even when a receiver sends them back', async () => {
    const held: { secret?: string } = {};
    const receiver = await hooks.receiver(() => ({
      status: 500,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ seen: held.secret, token: 'abcdef-not-ours', nul: '\0' }),
    }));
    const { secret, webhook } = await hooks.endpoint({ url: `${receiver.url}?key=in-the-address` });
    held.secret = secret;
    await tell();
    const shown = JSON.stringify([
      await hooks.endpoints.get(webhook.id),
      await hooks.endpoints.list({ limit: 10 }, {}),
      await hooks.deliveries(),
      await hooks.audited(),
      hooks.lines,
      (await hooks.rows('SELECT * FROM webhook_endpoint')).rows,
      (await hooks.rows('SELECT * FROM webhook_attempt')).rows,
    ]);
    expect(shown).toContain('"response":"{');
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(secret.slice('whsec_'.length));
    expect(shown).not.toContain('abcdef-not-ours');
    expect(JSON.stringify([await hooks.audited(), hooks.lines])).not.toContain('in-the-address');
  });
});
