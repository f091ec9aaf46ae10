import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { ApiFixture, refusal } from './support/api-fixture.js';

let api: ApiFixture;
let key: string;
const good = { service_id: '12345', email: 'customer@example.com', plan: 'basic', public_ip: '203.0.113.10' };
const create = (body: unknown, token: string | null = key) => api.call('POST', '/create-site', { body, token });
const sites = () => api.one<number>('SELECT count(*)::int FROM service');

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.shop({ vmids: '907-912' });
  key = await api.key('paymenter');
});
afterAll(() => api.stop());

describe('a panel that sends orders as Paymenter does', () => {
  it.each([
    ['no body', undefined],
    ['no service_id', { ...good, service_id: undefined }],
    ['a service_id of 300 characters', { ...good, service_id: 'x'.repeat(300) }],
    ['an e-mail address that is none', { ...good, email: 'customer' }],
    ['an unknown plan', { ...good, plan: 'huge' }],
    ['an address that is none', { ...good, public_ip: '203.0.113' }],
    ['a list', [good]],
  ])('is refused with %s, and nothing is made', async (_, body) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ success: false, error: expect.any(String) });
    expect(await sites()).toBe(0);
  });

  it('is told nothing of our products when a plan means none that is sold', async () => {
    const sell = (state: string) => api.database.pool.query(`UPDATE product SET state = $1 WHERE code = 'wordpress-basic'`, [state]);
    await sell('retired');
    const answer = await create(good);
    expect([answer.status, answer.json]).toEqual([500, { success: false, error: 'this could not be done; our staff know about it' }]);
    expect(api.lines.some((line) => line.includes(`there is no product 'wordpress-basic'`))).toBe(true);
    expect(await sites()).toBe(0);
    await sell('active');
  });

  it('is told that its JSON is broken or its body too large, in its own shape', async () => {
    const broken = await api.call('POST', '/create-site', { raw: '{"service_id": "hunter2"', token: key });
    expect([broken.status, broken.json]).toEqual([400, { success: false, error: 'the body is not valid JSON' }]);
    const large = await create({ ...good, email: 'x'.repeat(1024 * 1024) });
    expect([large.status, large.json]).toEqual([413, { success: false, error: 'the body is larger than 256 KiB' }]);
  });

  it.each([
    ['no key', null],
    ['a wrong key', `hwk_${'a'.repeat(12)}_${'b'.repeat(40)}`],
    ['something else', 'secret'],
  ])('is not let in with %s', async (_, token) => {
    const answer = await create(good, token);
    expect([answer.status, answer.json]).toEqual([401, { success: false, error: expect.any(String) }]);
  });

  it('is not let in with a key for something else, nor its key anywhere else', async () => {
    expect((await create(good, await api.key('services:write'))).status).toBe(401);
    expect((await api.call('GET', '/api/v1/services', { token: key })).status).toBe(403);
  });

  it('is answered at once with what was reserved, and the same again', async () => {
    const first = await create(good);
    expect([first.status, first.json]).toEqual([200, { success: true, vmid: 907, private_ip: '192.168.1.100', subdomain: 'customer' }]);
    expect(await create(good)).toMatchObject({ status: 200, json: first.json });
    expect(await sites()).toBe(1);
  });

  it('makes one site of a hundred calls that arrive together', async () => {
    const many = await Promise.all(Array.from({ length: 100 }, () => create({ ...good, service_id: 'rush', email: 'rush@example.com' })));
    expect(new Set(many.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(many[0]).toMatchObject({ status: 200, json: { vmid: 908 } });
    expect(await sites()).toBe(2);
  });

  it('is refused when it orders the same again with other values', async () => {
    const answer = await create({ ...good, plan: 'premium' });
    expect([answer.status, answer.json.success]).toEqual([409, false]);
  });

  it('may send keys we do not know: they are ignored and logged by name', async () => {
    const answer = await create({ ...good, coupon: 'hunter2' });
    expect(answer.status).toBe(200);
    const line = api.lines.find((text) => text.includes('keys that are not known'));
    expect(line).toContain('coupon');
    expect(line).not.toContain('hunter2');
  });

  it('reads that a site is being built, then how it is doing', async () => {
    const building = await api.call('GET', '/status?service_id=12345', { token: key });
    expect(building).toMatchObject({
      status: 200,
      json: {
        service_id: '12345',
        vmid: 907,
        private_ip: '192.168.1.100',
        subdomain: 'customer',
        public_ip: '203.0.113.10',
        status: 'provisioning',
        node: null,
        domains: [],
      },
    });
    await api.database.pool.query(`UPDATE service SET state = 'active' WHERE external_id = '12345'`);
    await api.database.pool.query(
      `UPDATE service_component SET remote_id = '907', properties = '{"hostname": "customer.example.net", "password": {"$sealed": "x"}}'
       WHERE service_id = (SELECT id FROM service WHERE external_id = '12345')`,
    );
    const running = await api.call('GET', '/status?service_id=12345', { token: key });
    expect(running.json).toEqual({
      service_id: '12345',
      vmid: 907,
      private_ip: '192.168.1.100',
      subdomain: 'customer',
      public_ip: '203.0.113.10',
      status: 'running',
      node: 'node2',
      resources: { cpu: 0.25, memory: 1024, uptime: 60 },
      domains: ['customer.example.net'],
    });
  });

  it('reads nothing of what is wrong on our side', async () => {
    const inspect = api.inspector.answer;
    api.inspector.answer = refusal;
    const broken = await api.call('GET', '/status?service_id=12345', { token: key });
    expect([broken.status, broken.json]).toEqual([503, { success: false, error: 'this cannot be done right now; try again later' }]);
    api.inspector.answer = () => {
      throw new PanelError('unavailable', 'pve1.internal refused the connection');
    };
    const busy = await api.call('GET', '/status?service_id=12345', { token: key });
    expect([busy.status, busy.json]).toEqual([503, { success: false, error: 'this cannot be done right now; try again later' }]);
    api.inspector.answer = inspect;
  });

  it.each([
    ['GET', '/status?service_id=nobody'],
    ['POST', '/delete-site'],
  ])('is told that a service is not there (%s %s)', async (method, path) => {
    const answer = await api.call(method, path, { token: key, ...(method === 'POST' && { body: { service_id: 'nobody' } }) });
    expect([answer.status, answer.json]).toEqual([404, { success: false, error: 'there is no service with this service_id' }]);
  });

  it('may ask twice for a site to be deleted, and once it is gone', async () => {
    const remove = () => api.call('POST', '/delete-site', { token: key, body: { service_id: '12345' } });
    expect(await remove()).toMatchObject({ status: 200, json: { success: true } });
    expect(await remove()).toMatchObject({ status: 200, json: { success: true } });
    expect(await api.one<number>(`SELECT count(*)::int FROM provisioning_job WHERE operation = 'terminate'`)).toBe(1);
    await api.database.pool.query(`UPDATE service SET state = 'terminated' WHERE external_id = '12345'`);
    expect(await remove()).toMatchObject({ status: 200, json: { success: true } });
    expect((await api.call('GET', '/status?service_id=12345', { token: key })).status).toBe(404);
  });

  it('is told when nothing is left to reserve, and nothing stays behind', async () => {
    for (let number = 909; number <= 912; number += 1) expect((await create({ ...good, service_id: `s${number}` })).status).toBe(200);
    const before = await api.one('SELECT count(*) FROM reservation');
    const full = await create({ ...good, service_id: 'one too many' });
    expect([full.status, full.json]).toEqual([409, { success: false, error: 'there is no room for another one at the moment' }]);
    expect(await api.one('SELECT count(*) FROM reservation')).toBe(before);
    expect(await api.one(`SELECT count(*)::int FROM service WHERE external_id = 'one too many'`)).toBe(0);
  });

  it('asks for our health without a key', async () => {
    expect(await api.call('GET', '/health', { token: null })).toMatchObject({
      status: 200,
      json: { status: 'ok', timestamp: expect.any(String) },
    });
  });
});
