import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await ApiFixture.start();
});
afterAll(() => api.stop());

const path = '/api/v1/webhooks';
const url = 'https://hooks.example.com/in?key=in-the-address';
const create = (over: object = {}) => api.call('POST', path, { body: { url, events: ['job.*'], description: 'billing', ...over } });
const made = async (over: object = {}) => (await create(over)).json.webhook as { id: string };

describe('webhooks', () => {
  it('are made with a secret that is shown once', async () => {
    const answer = await create();
    expect(answer.status).toBe(201);
    const { webhook, secret } = answer.json;
    expect(webhook).toEqual({
      id: expect.stringMatching(/^\d+$/),
      url,
      description: 'billing',
      events: ['job.*'],
      state: 'active',
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
      oldSecretUntil: null,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length;
    expect([secret.slice(0, 6), bytes >= 24 && bytes <= 64]).toEqual(['whsec_', true]);
    for (const where of [path, `${path}/${webhook.id}`, `${path}/${webhook.id}/deliveries`, '/api/v1/audit'])
      expect((await api.call('GET', where)).text).not.toContain(secret.slice(6));
    const changed = await api.call('PATCH', `${path}/${webhook.id}`, { body: { description: '' } });
    expect(changed.json).toMatchObject({ description: '', events: ['job.*'] });
    expect(changed.text + api.lines.join('')).not.toContain(secret.slice(6));
    expect(JSON.stringify(await api.one('SELECT secrets FROM webhook_endpoint WHERE id = $1', [webhook.id]))).not.toContain(secret);
    expect((await api.call('GET', `/api/v1/audit?subject=webhook:${webhook.id}`)).text).not.toContain('in-the-address');
    expect(api.lines.join('')).not.toContain('in-the-address');
  });

  it('get a new secret, and the old one signs on for a day', async () => {
    const { json } = await create();
    const rotated = await api.call('POST', `${path}/${json.webhook.id}/rotate-secret`);
    expect(rotated.status).toBe(200);
    expect(rotated.json.secret).not.toBe(json.secret);
    expect(Date.parse(rotated.json.webhook.oldSecretUntil) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    for (let more = 0; more < 3; more += 1) await api.call('POST', `${path}/${json.webhook.id}/rotate-secret`);
    const stored = await api.one<unknown[]>('SELECT secrets FROM webhook_endpoint WHERE id = $1', [json.webhook.id]);
    expect(stored).toHaveLength(5);
    expect((await api.call('POST', `${path}/${json.webhook.id}/rotate-secret`)).status).toBe(409);
  });

  it.each([
    ['no address', { url: 'hooks.example.com' }, 'url'],
    ['a plain address', { url: 'http://hooks.example.com/' }, 'url'],
    ['a private address', { url: 'https://10.0.0.1/' }, 'url'],
    ['a password in its address', { url: 'https://a:hunter2@hooks.example.com/' }, 'url'],
    ['no events', { events: [] }, 'events'],
    ['events that are none', { events: ['*', 'nothing.*'] }, 'events'],
    ['events that are no list', { events: '*' }, 'events'],
    ['events that are no texts', { events: [{}] }, 'events'],
    ['a secret of its own', { secret: 'whsec_x' }, 'secret'],
    ['a description without end', { description: 'x'.repeat(201) }, 'description'],
  ])('are refused with %s, and nothing is kept', async (_, over, field) => {
    const before = await api.one('SELECT count(*) FROM webhook_endpoint');
    const answer = await create(over);
    expect([answer.status, answer.json.error.field]).toEqual([400, field]);
    expect(answer.text).not.toContain('hunter2');
    const { id } = await made();
    const changed = await api.call('PATCH', `${path}/${id}`, { body: over });
    expect([changed.status, changed.json.error.field]).toEqual([400, field]);
    expect((await api.call('GET', `${path}/${id}`)).json).toMatchObject({ url, events: ['job.*'] });
    await api.call('DELETE', `${path}/${id}`);
    expect(await api.one('SELECT count(*) FROM webhook_endpoint')).toBe(before);
  });

  it('are paused, changed and removed, each noted with who did it', async () => {
    const { id } = await made();
    const paused = await api.call('PATCH', `${path}/${id}`, { body: { state: 'disabled', events: ['service.*'] } });
    expect(paused.json).toMatchObject({ state: 'disabled', disabledReason: 'staff disabled it', events: ['service.*'] });
    expect((await api.call('GET', `${path}?state=disabled`)).json.items.map((one: { id: string }) => one.id)).toContain(id);
    expect((await api.call('PATCH', `${path}/${id}`, { body: { state: 'active' } })).json).toMatchObject({ disabledAt: null });
    expect((await api.call('DELETE', `${path}/${id}`)).status).toBe(204);
    for (const [method, where] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/rotate-secret'],
      ['POST', '/test'],
      ['GET', '/deliveries'],
      ['GET', '/deliveries/1'],
      ['POST', '/deliveries/1/replay'],
    ] as const) {
      expect([where, (await api.call(method, `${path}/${id}${where}`, method === 'PATCH' ? { body: {} } : {})).status]).toEqual([
        where,
        404,
      ]);
    }
    const audit = await api.call('GET', `/api/v1/audit?subject=webhook:${id}`);
    expect(audit.json.items.map(({ action, actor }: { action: string; actor: string }) => [action, actor.split(':')[0]])).toEqual(
      ['removed', 'changed', 'changed', 'created'].map((what) => [`webhook.${what}`, 'staff']),
    );
  });

  it('are tested and told again, and the log says how it went', async () => {
    const { id } = await made();
    api.rings.length = 0;
    const test = await api.call('POST', `${path}/${id}/test`);
    expect([test.status, test.json]).toEqual([
      201,
      expect.objectContaining({
        endpointId: id,
        eventType: 'webhook.test',
        state: 'pending',
        attempts: 0,
        eventId: expect.stringMatching(/^evt_/),
      }),
    ]);
    const deliveries = `${path}/${id}/deliveries`;
    await api.database.pool.query(
      `UPDATE webhook_delivery SET state = 'failed', next_attempt_at = NULL, finished_at = now(), attempts = 1, last_error = 'answered 500' WHERE id = $1`,
      [test.json.id],
    );
    await api.database.pool.query(`INSERT INTO webhook_attempt (delivery_id, number, error) VALUES ($1, 1, 'answered 500')`, [
      test.json.id,
    ]);
    expect((await api.call('GET', `${deliveries}?state=failed`)).json).toMatchObject({
      items: [{ lastError: 'answered 500' }],
      next: null,
    });
    expect((await api.call('GET', `${deliveries}?state=delivered&eventType=webhook.test`)).json.items).toEqual([]);
    expect((await api.call('GET', `${deliveries}?state=odd`)).json.error.field).toBe('state');
    const details = await api.call('GET', `${deliveries}/${test.json.id}`);
    expect(JSON.parse(details.json.body)).toEqual({ type: 'webhook.test', timestamp: expect.any(String), data: { endpointId: id } });
    expect(details.json.history).toMatchObject([{ number: 1, durationMs: null, status: null, error: 'answered 500', response: null }]);
    expect((await api.call('GET', '/api/v1/queues/webhooks/failed')).json.items).toMatchObject([
      { queue: 'webhooks', kind: 'webhook.test', error: 'answered 500', result: { webhookId: id } },
    ]);
    expect((await api.call('POST', `${deliveries}/${test.json.id}/replay`)).json).toMatchObject({ state: 'pending', attempts: 1 });
    const since = new Date(Date.now() - 60_000).toISOString();
    expect((await api.call('POST', `${path}/${id}/replay-failed`, { body: { since } })).json).toEqual({ replayed: 0 });
    for (const wrong of [{}, { since: 'yesterday' }, { since: '2999-01-01T00:00:00Z' }, { since, more: 1 }])
      expect((await api.call('POST', `${path}/${id}/replay-failed`, { body: wrong })).status).toBe(400);
    expect(api.rings).toEqual([
      ['webhooks', 1],
      ['webhooks', 1],
      ['webhooks', 0],
    ]);
  });

  it('stand among the queues, and what failed is taken off that list without leaving the log', async () => {
    const { id } = await made();
    const { json } = await api.call('POST', `${path}/${id}/test`);
    await api.database.pool.query(
      `UPDATE webhook_delivery SET state = 'failed', next_attempt_at = NULL, finished_at = now() WHERE id = $1`,
      [json.id],
    );
    const failed = async () =>
      (await api.call('GET', '/api/v1/queues')).json.items.find(({ queue }: { queue: string }) => queue === 'webhooks').failed as number;
    expect(await failed()).toBe(1);
    expect((await api.call('DELETE', '/api/v1/queues/webhooks/failed')).json).toEqual({ cleared: 1 });
    expect(await failed()).toBe(0);
    expect((await api.call('GET', `${path}/${id}/deliveries/${json.id}`)).json.state).toBe('failed');
  });

  it('are for staff, and for programs with the scope', async () => {
    const { id } = await made();
    const customer = await api.one('INSERT INTO customer (email) VALUES ($1) RETURNING id', ['hooks@example.com']);
    await api.account('hooks@example.com', 'customer', customer);
    const buyer = await api.login('hooks@example.com');
    const reader = await api.key('webhooks:read');
    const writer = await api.key('webhooks:write');
    const status = async (token: string | null, method: string, where: string) =>
      (await api.call(method, `${path}${where}`, { token })).status;
    for (const [method, where, asReader, asWriter] of [
      ['GET', '', 200, 403],
      ['GET', '/event-types', 200, 403],
      ['GET', `/${id}`, 200, 403],
      ['GET', `/${id}/deliveries`, 200, 403],
      ['POST', `/${id}/test`, 403, 201],
      ['POST', `/${id}/rotate-secret`, 403, 200],
      ['DELETE', `/${id}`, 403, 204],
    ] as const) {
      expect([where, await status(null, method, where), await status(buyer, method, where)]).toEqual([where, 401, 403]);
      expect([where, await status(reader, method, where), await status(writer, method, where)]).toEqual([where, asReader, asWriter]);
    }
  });

  it('are described: every type with what it holds, and what is sent', async () => {
    const { items } = (await api.call('GET', `${path}/event-types`)).json;
    expect(items).toContainEqual({
      type: 'job.failed',
      description: expect.any(String),
      data: ['jobId', 'serviceId', 'operation', 'reason'],
    });
    const document = (await api.call('GET', '/docs-json', { token: null })).json;
    const { callbacks } = document.paths[path].post;
    expect(callbacks.event['{$request.body#/url}'].post.requestBody.content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/WebhookMessage',
    });
    expect(document.components.schemas.WebhookMessage.properties.type.enum).toEqual(items.map(({ type }: { type: string }) => type));
  });
});
