import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiFixture, type Answer } from './support/api-fixture.js';

let api: ApiFixture;
let token: string;
let counted = 0;
/** An id that no other test has used. */
let id: string;

const keyShape = /^SUP-[A-Z0-9]{16}$/;
const aRequest = (service_id: string) => ({ service_id, email: 'customer@example.com', firstname: 'Ada', lastname: 'Lovelace' });
const call = (verb: string, body: unknown, key: string | null = token) => api.call('POST', `/support/${verb}`, { body, token: key });
const create = (body: unknown, key?: string | null) => call('create', body, key);
const verbs = ['suspend', 'unsuspend', 'terminate'] as const;
const status = ({ status: code, json }: Answer) => [code, json.status ?? json.error];
const subscriptions = (service_id: string) => api.one<number>('SELECT count(*)::int FROM service WHERE external_id = $1', [service_id]);
const jobs = (service_id: string, operation: string) =>
  api.one<number>(
    `SELECT count(*)::int FROM provisioning_job p JOIN service s ON s.id = p.service_id WHERE s.external_id = $1 AND p.operation = $2`,
    [service_id, operation],
  );
const reservedKey = (service_id: string) =>
  api.one(`SELECT value FROM reservation WHERE service_id = (SELECT id FROM service WHERE external_id = $1)`, [service_id]);

/** What a worker would have done by now: the service's jobs are over, and it is in the state they lead to. */
async function worked(service_id: string): Promise<void> {
  await api.database.pool.query(
    `WITH s AS (UPDATE service SET state = desired_state WHERE external_id = $1 RETURNING id)
     UPDATE provisioning_job SET state = 'completed', phase = 'ended', wake_at = NULL WHERE service_id IN (SELECT id FROM s)`,
    [service_id],
  );
}

async function delivered(): Promise<void> {
  expect((await create(aRequest(id))).status).toBe(200);
  await worked(id);
}

beforeAll(async () => {
  api = await ApiFixture.start();
  token = await api.key('paymenter');
});
afterAll(() => api.stop());
beforeEach(() => {
  counted += 1;
  id = `subscription ${counted}`;
});

describe('a panel whose support product our staff have not made yet', () => {
  it('is told nothing of our set-up, and our log says what is missing', async () => {
    const answer = await create(aRequest(id));
    expect([answer.status, answer.json]).toEqual([500, { success: false, error: 'this could not be done; our staff know about it' }]);
    expect(api.lines.some((line) => line.includes('the Paymenter configuration does not fit'))).toBe(true);
    expect(await subscriptions(id)).toBe(0);
  });
});

describe('a panel that sells support as Paymenter does', () => {
  beforeAll(async () => {
    await api.shop();
    const group = await api.call('POST', '/api/v1/server-groups', { body: { name: 'support' } });
    const serverGroupId = String(group.json.id);
    const server = { name: 'support', extension: 'fake-keys', kind: 'provisioning', serverGroupId, settings: {} };
    expect((await api.call('POST', '/api/v1/servers', { body: server })).status).toBe(201);
    const components = [{ name: 'support', extension: 'fake-keys', serverGroupId, settings: {} }];
    const product = { code: 'support-subscription', name: 'Support', components };
    expect((await api.call('POST', '/api/v1/products', { body: product })).status).toBe(201);
  });

  it.each([
    ['service_id', undefined],
    ['service_id', 12345],
    ['email', undefined],
    ['email', 'customer'],
    ['firstname', undefined],
    ['lastname', ''],
    ['lastname', 'x'.repeat(101)],
  ])('is refused with a bad %s (%p), which is named, and nothing is made', async (field, value) => {
    const answer = await create({ ...aRequest(id), [field]: value });
    expect([answer.status, answer.json]).toEqual([400, { success: false, error: expect.stringContaining(field) }]);
    expect(await subscriptions(id)).toBe(0);
  });

  it.each(['create', ...verbs])('is refused by %s with a body that is none, or broken', async (verb) => {
    expect((await call(verb, undefined)).status).toBe(400);
    expect((await call(verb, ['x'])).json).toEqual({ success: false, error: 'the body must be a JSON object' });
    const broken = await api.call('POST', `/support/${verb}`, { raw: '{"service_id": "hunter2"', token });
    expect([broken.status, broken.json]).toEqual([400, { success: false, error: 'the body is not valid JSON' }]);
  });

  it.each(verbs)('is refused by %s without a service_id', async (verb) => {
    expect(await call(verb, {})).toMatchObject({ status: 400, json: { success: false, error: 'service_id is missing' } });
  });

  it.each(['create', ...verbs])('is not let in to %s without its key, nor with one for something else', async (verb) => {
    for (const key of [null, 'secret', await api.key('services:write')]) {
      const answer = await call(verb, aRequest(id), key);
      expect([answer.status, answer.json]).toEqual([401, { success: false, error: expect.any(String) }]);
    }
    expect(await subscriptions(id)).toBe(0);
  });

  it('is answered the key at once, and it is kept before the answer leaves', async () => {
    const answer = await create(aRequest(id));
    expect([answer.status, answer.json]).toEqual([
      200,
      { success: true, service_id: id, support_key: expect.stringMatching(keyShape), status: 'ACTIVE' },
    ]);
    expect(await reservedKey(id)).toBe(answer.json.support_key);
    expect(await api.one(`SELECT name FROM customer WHERE id = (SELECT customer_id FROM service WHERE external_id = $1)`, [id])).toBe(
      'Ada Lovelace',
    );
  });

  it('is refused the same again, and the key stays what it was', async () => {
    const { json } = await create(aRequest(id));
    for (const again of [aRequest(id), { ...aRequest(id), lastname: 'Byron' }]) {
      const answer = await create(again);
      expect([answer.status, answer.json]).toEqual([409, { success: false, error: expect.any(String) }]);
      expect(answer.text).not.toContain(json.support_key);
    }
    await worked(id);
    expect((await create(aRequest(id))).status).toBe(409);
    await call('terminate', { service_id: id });
    await worked(id);
    expect((await create(aRequest(id))).status).toBe(409);
    expect([await subscriptions(id), await reservedKey(id)]).toEqual([1, json.support_key]);
  });

  it('makes one subscription of a hundred calls that arrive together, and tells only one of them the key', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => create(aRequest(id))));
    const made = answers.filter(({ status: code }) => code === 200);
    expect(made).toHaveLength(1);
    expect(answers.filter(({ status: code }) => code === 409)).toHaveLength(99);
    expect([await subscriptions(id), await reservedKey(id)]).toEqual([1, made[0]!.json.support_key]);
  });

  it('gets another key for each of a hundred subscriptions that are ordered together', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => create(aRequest(`${id} ${index}`))));
    expect(new Set(answers.map(({ json }) => json.support_key)).size).toBe(100);
    for (const { json } of answers) expect(json.support_key).toMatch(keyShape);
  });

  it.each(verbs)('is told by %s that there is no such subscription, and nothing happens', async (verb) => {
    const answer = await call(verb, { service_id: id });
    expect([answer.status, answer.json]).toEqual([404, { success: false, error: 'there is no support subscription with this service_id' }]);
  });

  it('may have a site of the same service_id: neither is taken for the other', async () => {
    const site = { service_id: id, email: 'customer@example.com', plan: 'basic', public_ip: '203.0.113.10' };
    expect((await api.call('POST', '/create-site', { body: site, token })).status).toBe(200);
    for (const verb of verbs) expect((await call(verb, { service_id: id })).status).toBe(404);
    expect((await create(aRequest(id))).status).toBe(200);
    expect((await call('terminate', { service_id: id })).status).toBe(200);
    expect((await api.call('GET', `/status?service_id=${encodeURIComponent(id)}`, { token })).status).toBe(200);
    const ended = `SELECT external_source FROM service WHERE external_id = $1 AND desired_state = 'terminated'`;
    expect((await api.database.pool.query(ended, [id])).rows).toEqual([{ external_source: 'paymenter-support' }]);
  });

  it('suspends, makes good again and ends a subscription through jobs, and the key stays the same', async () => {
    const { json } = await create(aRequest(id));
    await worked(id);
    for (const [verb, leadsTo] of [
      ['suspend', 'SUSPENDED'],
      ['unsuspend', 'ACTIVE'],
      ['suspend', 'SUSPENDED'],
      ['terminate', 'INACTIVE'],
    ] as const) {
      expect(await call(verb, { service_id: id })).toMatchObject({
        status: 200,
        json: { success: true, service_id: id, status: leadsTo },
      });
      await worked(id);
      expect(await reservedKey(id)).toBe(json.support_key);
    }
    expect([await jobs(id, 'suspend'), await jobs(id, 'unsuspend'), await jobs(id, 'terminate')]).toEqual([2, 1, 1]);
    expect(await subscriptions(id)).toBe(1);
  });

  it.each([
    ['suspend', 'SUSPENDED'],
    ['terminate', 'INACTIVE'],
  ])('may ask for %s twice, before and after it is done', async (verb, leadsTo) => {
    await delivered();
    for (let time = 0; time < 2; time += 1) expect(status(await call(verb, { service_id: id }))).toEqual([200, leadsTo]);
    await worked(id);
    expect(status(await call(verb, { service_id: id }))).toEqual([200, leadsTo]);
    expect(await jobs(id, verb)).toBe(1);
  });

  it('may make good what is good, and there is no job for it', async () => {
    await delivered();
    expect(status(await call('unsuspend', { service_id: id }))).toEqual([200, 'ACTIVE']);
    expect(await jobs(id, 'unsuspend')).toBe(0);
  });

  it('makes one job of a hundred calls to suspend', async () => {
    await delivered();
    const answers = await Promise.all(Array.from({ length: 100 }, () => call('suspend', { service_id: id })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await jobs(id, 'suspend')).toBe(1);
  });

  it('is not told a state that will not last: on its way to another, not set up yet, or ended', async () => {
    expect((await create(aRequest(id))).status).toBe(200);
    expect(status(await call('suspend', { service_id: id }))).toEqual([409, expect.stringContaining('still being set up')]);
    await worked(id);
    await call('suspend', { service_id: id });
    expect(status(await call('unsuspend', { service_id: id }))).toEqual([409, expect.stringContaining('just being changed')]);
    await worked(id);
    await call('terminate', { service_id: id });
    for (const done of [false, true]) {
      if (done) await worked(id);
      for (const verb of ['suspend', 'unsuspend'])
        expect(status(await call(verb, { service_id: id }))).toEqual([409, 'this support subscription has ended']);
    }
    expect([await jobs(id, 'suspend'), await jobs(id, 'unsuspend')]).toEqual([1, 0]);
  });

  it('may end what was never set up', async () => {
    expect((await create(aRequest(id))).status).toBe(200);
    expect(status(await call('terminate', { service_id: id }))).toEqual([200, 'INACTIVE']);
  });

  it('may send keys we do not know: they are ignored and logged by name', async () => {
    expect((await create({ ...aRequest(id), coupon: 'hunter2' })).status).toBe(200);
    const line = api.lines.find((text) => text.includes('keys that are not known'));
    expect(line).toContain('coupon');
    expect(line).not.toContain('hunter2');
  });

  it('finds the calls described', async () => {
    const { json } = await api.call('GET', '/docs-json');
    for (const verb of ['create', ...verbs]) expect(json.paths[`/support/${verb}`].post['x-scope']).toBe('paymenter');
  });
});
