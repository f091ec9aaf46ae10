import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';

let api: ApiFixture;
let customerId: string;
beforeAll(async () => {
  api = await ApiFixture.start();
  customerId = await api.one(`INSERT INTO customer (email) VALUES ('ann@example.com') RETURNING id`);
});
afterAll(() => api.stop());
beforeEach(async () => {
  await api.one(`TRUNCATE queue_task`);
  api.rings.length = 0;
});

interface Task {
  readonly queue?: string;
  readonly kind?: string;
  readonly state?: string;
  readonly error?: string | null;
  readonly result?: object | null;
}
const task = (payload: object, { queue = 'emails', kind = 'tell-customer', state = 'failed', error = null, result = null }: Task = {}) =>
  api.one(
    `INSERT INTO queue_task (queue, kind, payload, state, attempts, error, result, wake_at, finished_at)
     VALUES ($1, $2, $3, $4, 30, $5, $6, CASE WHEN $4 IN ('pending', 'running') THEN now() END, CASE WHEN $4 IN ('done', 'failed') THEN now() END) RETURNING id`,
    [queue, kind, payload, state, error, result],
  );
const stateOf = (id: string) => api.one(`SELECT state || ' ' || attempts FROM queue_task WHERE id = $1`, [id]);
const post = (path: string, token?: string | null) => api.call('POST', `/api/v1/queues/${path}`, token === undefined ? {} : { token });

describe('a task that failed', () => {
  it('is tried once more, from none, and the bell rings for it', async () => {
    const [failed, other] = [await task({ mail: 'suspended' }), await task({ mail: 'suspended' })];
    const answer = await post(`emails/failed/${failed}/retry`);
    expect([answer.status, answer.json]).toEqual([200, { retried: 1 }]);
    expect([await stateOf(failed), await stateOf(other)]).toEqual(['pending 0', 'failed 30']);
    expect(api.rings).toEqual([['emails', 1]]);
    expect(await api.one(`SELECT details FROM audit WHERE action = 'queue.retried'`)).toEqual({ retried: 1, taskId: failed });
  });

  it.each(['pending', 'running', 'done'])('is not found when it is %s, and stays as it is', async (state) => {
    const id = await task({ mail: 'suspended' }, { state });
    const answer = await post(`emails/failed/${id}/retry`);
    expect([answer.status, answer.json.error.message]).toEqual([404, expect.stringContaining('may be under way again')]);
    expect(await stateOf(id)).toBe(`${state} 30`);
    expect(api.rings).toEqual([]);
  });

  it('of another queue, or of none, is left alone', async () => {
    const id = await task({}, { queue: 'backups', kind: 'back-up' });
    expect((await post(`emails/failed/${id}/retry`)).status).toBe(404);
    expect((await post(`shoes/failed/${id}/retry`)).status).toBe(404);
    expect((await post(`emails/failed/x/retry`)).status).toBe(400);
    expect(await stateOf(id)).toBe('failed 30');
  });

  it.each([
    ['provisioning', 'retry the job'],
    ['webhooks', 'replay the delivery'],
    ['looks', 'another run'],
  ])('of %s has a way of its own, which is named', async (queue, way) => {
    for (const path of [`${queue}/retry-failed`, `${queue}/failed/1/retry`]) {
      const { status, json } = await post(path);
      expect([status, json.error]).toEqual([400, { code: 'invalid_input', field: 'queue', message: expect.stringContaining(way) }]);
    }
  });

  it('is tried with all others of its queue', async () => {
    const failed = [await task({}), await task({})];
    const done = await task({}, { state: 'done' });
    const elsewhere = await task({}, { queue: 'backups', kind: 'back-up' });
    expect((await post('emails/retry-failed')).json).toEqual({ retried: 2 });
    expect(await Promise.all([...failed, done, elsewhere].map(stateOf))).toEqual(['pending 0', 'pending 0', 'done 30', 'failed 30']);
    expect(api.rings).toEqual([['emails', 2]]);
    expect((await post('emails/retry-failed')).json).toEqual({ retried: 0 });
    expect(api.rings).toHaveLength(1);
  });

  it('is for staff, and keys that may', async () => {
    const id = await task({});
    expect((await post(`emails/failed/${id}/retry`, null)).status).toBe(401);
    expect((await post('emails/retry-failed', await api.key('queues:read'))).status).toBe(403);
    expect((await post(`emails/failed/${id}/retry`, await api.key('queues:write'))).status).toBe(200);
  });
});

describe('the list of mails', () => {
  const list = async (query = '') => (await api.call('GET', `/api/v1/mails${query}`)).json;

  it('says of each whom it is for, how it stands and why, and never what is in it', async () => {
    await task({ mail: 'new-link', customerId }, { state: 'pending', error: 'unavailable: the SMTP server could not be reached' });
    await task({ mail: 'suspended', serviceId: '3', jobId: '4' }, { state: 'done', result: { accepted: true, to: 'was@example.com' } });
    await task(
      { mail: 'suspended', serviceId: '3' },
      { state: 'done', result: { accepted: false, reason: 'the service is active by now' } },
    );
    await task(
      { title: 'decide', task: '9', job: '4' },
      { kind: 'tell-support', error: 'rejected: the SMTP server refused the mail with 550' },
    );
    await task({ mail: 'reset-password', email: 'who@example.com' }, { kind: 'tell-account', state: 'running' });
    const { items, next } = await list();
    expect(next).toBeNull();
    expect(items).toMatchObject([
      { template: 'reset-password', state: 'waiting', to: 'who@example.com', reason: null },
      { template: 'operator-task', state: 'failed', to: null, reason: expect.stringContaining('550'), jobId: '4', nextAttemptAt: null },
      { template: 'suspended', state: 'not_sent', to: null, reason: 'the service is active by now', serviceId: '3' },
      { template: 'suspended', state: 'sent', to: 'was@example.com', reason: null, jobId: '4', serviceId: '3' },
      { template: 'new-link', state: 'waiting', to: 'ann@example.com', reason: expect.stringContaining('could not be reached') },
    ]);
    const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(items[4]).toMatchObject({ createdAt: aTime, nextAttemptAt: aTime });
    expect(JSON.stringify(items)).not.toContain('decide');
  });

  it('is filtered and paged, and leaves out what other queues do', async () => {
    await task({}, { queue: 'backups', kind: 'back-up' });
    for (const mail of ['welcome', 'suspended', 'welcome']) await task({ mail, serviceId: '7' });
    await task({ mail: 'welcome', serviceId: '8' }, { state: 'done', result: { accepted: true } });
    expect((await list('?state=failed')).items).toHaveLength(3);
    expect((await list('?state=failed&template=welcome&serviceId=7')).items).toHaveLength(2);
    const first = await list('?limit=3');
    expect(first.items).toHaveLength(3);
    expect((await list(`?limit=3&after=${first.next}`)).items).toHaveLength(1);
    expect((await api.call('GET', '/api/v1/mails?state=lost')).json.error).toMatchObject({ code: 'invalid_input', field: 'state' });
  });

  it('is read although a task holds what nobody can read', async () => {
    await task({ mail: 'welcome', serviceId: 'x', customerId: '99999999999999999999' });
    await task({ odd: true }, { kind: 'event operator_task.opened' });
    expect((await list()).items).toMatchObject([{ template: 'event operator_task.opened' }, { template: 'welcome', to: null }]);
  });

  it('is for staff, and keys that may read addresses', async () => {
    expect((await api.call('GET', '/api/v1/mails', { token: null })).status).toBe(401);
    expect((await api.call('GET', '/api/v1/mails', { token: await api.key('queues:read') })).status).toBe(403);
    expect((await api.call('GET', '/api/v1/mails', { token: await api.key('customers:read') })).status).toBe(200);
  });
});
