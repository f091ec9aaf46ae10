import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';
import { letIn, placeOrder } from './support/customers.js';
import { EventReader } from './support/event-reader.js';

let api: ApiFixture;
let mine: { serviceId: string; jobId: string };
let theirs: { serviceId: string; jobId: string };
let myToken: string;

/** What a worker would write. */
const event = (jobId: string, type: string, message: string, percentage = 50) =>
  api.database.pool.query(
    `WITH job AS (UPDATE provisioning_job SET event_count = event_count + 1 WHERE id = $1 RETURNING event_count)
     INSERT INTO provisioning_event (job_id, number, type, step_key, step, total, percentage, message)
     SELECT $1, event_count, $2, 'site / make', 1, 2, $4, $3 FROM job`,
    [jobId, type, message, percentage],
  );
const finish = (jobId: string, state: string) =>
  api.database.pool.query('UPDATE provisioning_job SET state = $2, finished_at = now() WHERE id = $1', [jobId, state]);

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.shop();
  mine = await placeOrder(api, 'me@example.com');
  theirs = await placeOrder(api, 'them@example.com');
  myToken = await letIn(api, 'me@example.com');
});
afterAll(() => api.stop());

describe('an order', () => {
  it.each([
    ['an unknown product', { product: 'nothing' }],
    ['an e-mail address that is none', { customer: { email: 'x' } }],
    ['an order value that is missing', { order: { email: 'x@example.com' } }],
    ['an order value that is not known', { order: { email: 'x@example.com', publicIp: '203.0.113.10', colour: 'red' } }],
    ['no customer', { customer: undefined }],
    ['half an external id', { external: { source: 'x' } }],
  ])('is refused with %s, and nothing is made', async (_, over) => {
    const before = await api.one('SELECT count(*) FROM service');
    const body = {
      product: 'wordpress-basic',
      customer: { email: 'x@example.com' },
      order: { email: 'x@example.com', publicIp: '203.0.113.10' },
      ...over,
    };
    const answer = await api.call('POST', '/api/v1/services', { body });
    expect([answer.status, answer.json.error.code]).toEqual([400, 'invalid_input']);
    expect(await api.one('SELECT count(*) FROM service')).toBe(before);
  });

  it('is answered with the job that builds it and what was reserved, without secrets', async () => {
    const service = await api.call('GET', `/api/v1/services/${mine.serviceId}`);
    expect(service.json).toMatchObject({
      state: 'pending',
      productCode: 'wordpress-basic',
      createJobId: mine.jobId,
      reserved: { site: { vmid: 900, subdomain: 'me' } },
    });
    expect(service.text).not.toContain('$sealed');
    const job = await api.call('GET', `/api/v1/jobs/${mine.jobId}`);
    expect(job.json).toMatchObject({
      operation: 'create',
      state: 'pending',
      serviceId: mine.serviceId,
      components: [{ name: 'site', steps: ['make', 'start'] }],
      steps: [],
    });
    expect(job.text).not.toMatch(/\$sealed|\$secret/);
  });
});

describe('a customer', () => {
  it('sees what is theirs, and that anything else is not there', async () => {
    const list = await api.call(
      'GET',
      `/api/v1/services?customerId=${await api.one(`SELECT id FROM customer WHERE email = 'them@example.com'`)}`,
      { token: myToken },
    );
    expect(list.json.items.map(({ id }: { id: string }) => id)).toEqual([mine.serviceId]);
    expect((await api.call('GET', `/api/v1/services/${mine.serviceId}`, { token: myToken })).status).toBe(200);
    const foreign = await api.call('GET', `/api/v1/services/${theirs.serviceId}`, { token: myToken });
    const missing = await api.call('GET', '/api/v1/services/999999', { token: myToken });
    expect([foreign.status, missing.status]).toEqual([404, 404]);
    expect((await api.call('GET', `/api/v1/jobs/${theirs.jobId}/stream`, { token: myToken })).status).toBe(404);
  });

  it('is shown what was declared for customers, and no secret whatever was declared', async () => {
    const properties = { hostname: 'me.example.net', node: 'node7.internal', password: { $sealed: 'c2VhbGVk' } };
    await api.database.pool.query(
      `UPDATE service_component SET properties = $2, expires_at = '2027-01-01T10:30:00+02:00' WHERE service_id = $1`,
      [mine.serviceId, properties],
    );
    const seen = await api.call('GET', `/api/v1/services/${mine.serviceId}`, { token: myToken });
    expect(seen.json.components).toEqual([
      { name: 'site', state: 'awaited', properties: { hostname: 'me.example.net' }, expiresAt: '2027-01-01T08:30:00Z' },
    ]);
    expect(seen.json).not.toHaveProperty('reserved');
    const staff = await api.call('GET', `/api/v1/services/${mine.serviceId}`);
    expect(staff.json.components[0].properties).toEqual({ ...properties, password: { set: true } });
  });

  it.each([
    ['GET', '/api/v1/jobs'],
    ['GET', '/api/v1/servers'],
    ['GET', '/api/v1/customers'],
    ['GET', '/api/v1/accounts'],
    ['GET', '/api/v1/api-keys'],
    ['GET', '/api/v1/operator-tasks'],
    ['GET', '/api/v1/queues'],
    ['GET', '/api/v1/audit'],
    ['GET', '/metrics'],
    ['POST', '/api/v1/services'],
    ['POST', '/api/v1/services/1/operations'],
    ['POST', '/create-site'],
  ])('may not call %s %s', async (method, path) => {
    const { status } = await api.call(method, path, { token: myToken, ...(method === 'POST' && { body: {} }) });
    expect([401, 403]).toContain(status);
  });
});

describe('progress', () => {
  it('arrives as it happens, ends with the job, and goes on where a lost connection broke off', async () => {
    const { jobId } = await placeOrder(api, 'watch@example.com');
    const url = `${api.url}/api/v1/jobs/${jobId}/stream`;
    const first = await EventReader.open(url, api.staffToken);
    expect(first.response.headers.get('content-type')).toContain('text/event-stream');
    await first.until(1);
    await event(jobId, 'waiting', 'node7.internal is busy');
    await first.until(2);
    first.close();
    expect(first.events.map(({ id }) => id)).toEqual([`${jobId}:1`, `${jobId}:2`]);
    expect(first.events[0]?.data).toEqual({
      type: 'progress',
      step: 0,
      total: 2,
      percentage: 0,
      message: 'create: accepted',
      timestamp: expect.any(String),
    });

    await event(jobId, 'progress', 'start');
    const second = await EventReader.open(url, api.staffToken, `${jobId}:2`);
    await second.until(1);
    await event(jobId, 'complete', 'done', 100);
    await finish(jobId, 'completed');
    await second.end();
    expect(second.events.map(({ id }) => id)).toEqual([`${jobId}:3`, `${jobId}:4`]);

    const late = await EventReader.open(url, api.staffToken);
    await late.end();
    expect(late.events).toHaveLength(4);
    const nothingNew = await EventReader.open(url, api.staffToken, `${jobId}:4`);
    await nothingNew.end();
    expect(nothingNew.events).toEqual([]);
  });

  it("tells customers about their own, without the provider's words", async () => {
    await event(mine.jobId, 'progress', 'make');
    await event(mine.jobId, 'error', 'node7.internal refused the token');
    await finish(mine.jobId, 'failed');
    const stream = await EventReader.open(`${api.url}/api/v1/jobs/${mine.jobId}/stream`, myToken);
    await stream.end();
    expect(stream.events.map(({ data }) => data.message)).toEqual(['accepted', 'make', expect.not.stringContaining('node7')]);
  });

  it('misses nothing when there is much of it', async () => {
    const { jobId } = await placeOrder(api, 'much@example.com');
    await api.database.pool.query(
      `INSERT INTO provisioning_event (job_id, number, type, step, total, percentage, message) SELECT $1, n, 'progress', 1, 2, 50, repeat('x', 1000) FROM generate_series(2, 950) n`,
      [jobId],
    );
    await api.database.pool.query(`UPDATE provisioning_job SET event_count = 950 WHERE id = $1`, [jobId]);
    await finish(jobId, 'completed');
    const stream = await EventReader.open(`${api.url}/api/v1/jobs/${jobId}/stream`, api.staffToken);
    await stream.end();
    expect(stream.events.map(({ id }) => Number(id.split(':')[1]))).toEqual(Array.from({ length: 950 }, (_, i) => i + 1));
  });

  it('refuses an id of another job and more streams than one caller needs', async () => {
    const wrong = await api.call('GET', `/api/v1/jobs/${theirs.jobId}/stream`, { headers: { 'last-event-id': '999:1' } });
    expect([wrong.status, wrong.json.error.field]).toEqual([400, 'Last-Event-ID']);
    const open = [];
    for (let i = 0; i < 20; i += 1) open.push(await EventReader.open(`${api.url}/api/v1/jobs/${theirs.jobId}/stream`, api.staffToken));
    expect((await api.call('GET', `/api/v1/jobs/${theirs.jobId}/stream`)).status).toBe(429);
    for (const stream of open) stream.close();
  });
});

describe('staff', () => {
  it('ask for operations, once each', async () => {
    await api.database.pool.query(`UPDATE service SET state = 'active' WHERE id = $1`, [mine.serviceId]);
    await api.database.pool.query(
      `UPDATE service_component SET remote_id = '900', properties = '{"hostname": "a.example.net", "node": "n", "password": {"$sealed": "x"}}' WHERE service_id = $1`,
      [mine.serviceId],
    );
    const ask = (operation: string) => api.call('POST', `/api/v1/services/${mine.serviceId}/operations`, { body: { operation } });
    const first = await ask('suspend');
    expect([first.status, first.json.created]).toEqual([202, true]);
    expect((await ask('suspend')).json).toEqual({ jobId: first.json.jobId, created: false });
    expect((await ask('fly')).status).toBeGreaterThanOrEqual(400);
    expect((await api.call('POST', '/api/v1/services/999999/operations', { body: { operation: 'suspend' } })).status).toBe(404);
    const { json } = await api.call('GET', `/api/v1/jobs?operation=suspend&serviceId=${mine.serviceId}`);
    expect(json.items).toMatchObject([{ id: first.json.jobId, state: 'pending', requestedBy: expect.stringMatching(/^staff:/) }]);
  });

  it('ask the provider how a service is doing', async () => {
    expect((await api.call('GET', `/api/v1/services/${mine.serviceId}/inspection`)).json.items[0]).toMatchObject({
      name: 'site',
      inspection: { state: 'running' },
      failure: null,
    });
  });

  it('move a job on, and are named for it', async () => {
    const act = (what: string, body?: object) => api.call('POST', `/api/v1/jobs/${theirs.jobId}/${what}`, { ...(body && { body }) });
    expect((await act('retry')).json).toEqual({ jobId: theirs.jobId });
    expect((await act('skip', { step: 'site / make', output: { vmid: 1 } })).status).toBe(204);
    expect((await act('skip', { step: 'site / make', output: 'text' })).status).toBe(400);
    expect((await act('start-over')).status).toBe(204);
    expect((await act('rollback')).status).toBe(204);
    expect((await act('mark-resolved', {})).status).toBe(400);
    expect((await act('mark-resolved', { resolution: 'done by hand' })).status).toBe(204);
    expect(api.operatorDesk.notes.map((note) => [note[0], note.at(-1)])).toEqual(
      ['retry', 'skip', 'startOver', 'rollBack', 'markResolved'].map((what) => [what, expect.stringMatching(/^staff:/)]),
    );
    expect((await api.call('POST', '/api/v1/jobs/999999/retry')).status).toBe(404);
  });

  it('resolve a task once', async () => {
    const id = await api.one(
      `INSERT INTO operator_task (job_id, kind, title, detail) VALUES ($1, 'failed', 'look', 'it failed') RETURNING id`,
      [theirs.jobId],
    );
    expect((await api.call('GET', '/api/v1/operator-tasks?state=open')).json.items).toMatchObject([{ id, title: 'look' }]);
    const resolve = () => api.call('POST', `/api/v1/operator-tasks/${id}/resolve`, { body: { resolution: 'called them' } });
    expect((await resolve()).json).toMatchObject({ state: 'resolved', resolution: 'called them' });
    expect((await resolve()).status).toBe(409);
    expect((await api.call('GET', `/api/v1/audit?subject=operator_task:${id}`)).json.items).toHaveLength(1);
  });

  it('see what failed, and take it off the list', async () => {
    await api.database.pool.query(
      `INSERT INTO queue_task (queue, kind, payload, state, error, finished_at) VALUES ('emails', 'tell-customer', '{}', 'failed', 'no such host', now())`,
    );
    const failed = (queue: string) => api.call('GET', `/api/v1/queues/${queue}/failed`);
    expect((await failed('provisioning')).json.items).toMatchObject([{ id: mine.jobId, kind: 'create' }]);
    expect((await failed('emails')).json.items).toMatchObject([{ kind: 'tell-customer', error: 'no such host' }]);
    expect((await api.call('GET', '/api/v1/queues/provisioning/results')).json.items.length).toBeGreaterThanOrEqual(3);
    const stats = await api.call('GET', '/api/v1/queues');
    expect(stats.json.items.map(({ queue, failed: count }: { queue: string; failed: number }) => [queue, count])).toEqual([
      ['provisioning', 1],
      ['emails', 1],
      ['invoices', 0],
      ['backups', 0],
      ['looks', 0],
      ['webhooks', 0],
    ]);
    for (const queue of ['provisioning', 'emails']) {
      expect((await api.call('DELETE', `/api/v1/queues/${queue}/failed`)).json).toEqual({ cleared: 1 });
      expect((await failed(queue)).json.items).toEqual([]);
    }
    expect((await api.call('GET', `/api/v1/jobs/${mine.jobId}`)).json.state).toBe('failed');
    expect((await failed('nothing')).status).toBe(404);
  });
});

describe('stopping the process', () => {
  it('ends open streams instead of waiting for them', async () => {
    const stream = await EventReader.open(`${api.url}/api/v1/jobs/${theirs.jobId}/stream`, api.staffToken);
    await api.app.close();
    await stream.end();
    expect(stream.events).toEqual([]);
  });
});
