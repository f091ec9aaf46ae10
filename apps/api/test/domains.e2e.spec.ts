import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';

let api: ApiFixture;
let serviceId: string;
let path: string;
let ownerToken: string;
let strangerToken: string;

async function customer(email: string, customerId: string): Promise<string> {
  await api.account(email, 'customer', customerId);
  return api.login(email);
}

const post = (name: unknown, token = ownerToken) => api.call('POST', path, { body: { name }, token });
const list = async (query = '', token = ownerToken) => (await api.call('GET', `${path}${query}`, { token })).json;
const rows = () => api.one<number>('SELECT count(*)::int FROM domain');

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.shop();
  const placed = await api.call('POST', '/api/v1/services', {
    body: {
      product: 'wordpress-standard',
      customer: { email: 'owner@example.com' },
      order: { email: 'owner@example.com', publicIp: '203.0.113.10' },
    },
  });
  serviceId = String(placed.json.serviceId);
  path = `/api/v1/services/${serviceId}/domains`;
  const owner = await api.one('SELECT customer_id FROM service WHERE id = $1', [serviceId]);
  ownerToken = await customer('owner@example.com', owner);
  strangerToken = await customer(
    'stranger@example.com',
    await api.one(`INSERT INTO customer (email) VALUES ('stranger@example.com') RETURNING id`),
  );
});
afterAll(() => api.stop());
beforeEach(async () => {
  await api.database.pool.query('DELETE FROM domain');
  await api.database.pool.query(`DELETE FROM provisioning_job WHERE operation <> 'create'`);
  await api.database.pool.query(`UPDATE provisioning_job SET state = 'completed', finished_at = now()`);
  await api.database.pool.query(`UPDATE service SET state = 'active'`);
  await api.componentsMade();
});

describe('the domains of a service', () => {
  it('are asked for by their customer, who is told what the DNS must say', async () => {
    const { status, json } = await post('Bücher.Example.');
    expect(status).toBe(202);
    expect(json).toMatchObject({
      jobId: null,
      created: true,
      domain: {
        serviceId,
        component: 'site',
        name: 'xn--bcher-kva.example',
        state: 'adding',
        instructions: {
          txt: { name: '_hostwright-challenge.xn--bcher-kva.example', value: expect.stringMatching(/^[A-Za-z0-9]{32}$/) },
          addresses: ['203.0.113.10'],
          nameServers: ['ns1.panel.example', 'ns2.panel.example'],
        },
        missing: null,
        addJobId: null,
      },
    });
    expect(await list()).toEqual({ items: [json.domain], next: null });
    expect((await post('bücher.example')).json).toMatchObject({ created: false, domain: { id: json.domain.id } });
    expect(await rows()).toBe(1);
  });

  it('have texts that nobody can guess', async () => {
    const texts = new Set<string>();
    for (const name of ['a.example', 'b.example', 'c.example']) texts.add(String((await post(name)).json.domain.instructions.txt.value));
    expect(texts.size).toBe(3);
  });

  it('are taken back by their customer', async () => {
    await post('shop.example');
    const { status, json } = await api.call('DELETE', `${path}/Shop.example`, { token: ownerToken });
    expect([status, json.jobId, json.domain.state, json.domain.instructions]).toEqual([202, null, 'gone', null]);
    expect((await api.call('DELETE', `${path}/shop.example`, { token: ownerToken })).status).toBe(404);
    expect((await list('?state=gone')).items).toHaveLength(1);
    expect((await list('?state=active')).items).toEqual([]);
  });

  it('are removed by a job once they are there', async () => {
    const { json } = await post('shop.example');
    const job = await api.one(`SELECT id FROM provisioning_job LIMIT 1`);
    await api.database.pool.query(
      `UPDATE domain SET state = 'active', look_at = NULL, verified_by = 'txt', verified_at = now(), add_job_id = $2, active_since = now() WHERE id = $1`,
      [json.domain.id, job],
    );
    const removed = await api.call('DELETE', `${path}/shop.example`, { token: ownerToken });
    expect(removed.json).toMatchObject({ created: true, domain: { state: 'removing', instructions: null } });
    expect(await api.one(`SELECT operation FROM provisioning_job WHERE id = $1`, [removed.json.jobId])).toBe('removeDomain');
    expect((await api.call('DELETE', `${path}/shop.example`, { token: ownerToken })).json).toMatchObject({
      created: false,
      jobId: removed.json.jobId,
    });
  });

  it('are as unknown to another customer as services that are not there', async () => {
    await post('shop.example');
    for (const answer of [
      await api.call('GET', path, { token: strangerToken }),
      await post('other.example', strangerToken),
      await api.call('DELETE', `${path}/shop.example`, { token: strangerToken }),
      await api.call('GET', '/api/v1/services/999999/domains'),
    ])
      expect([answer.status, answer.json.error.code]).toEqual([404, 'not_found']);
    expect((await list()).items).toMatchObject([{ name: 'shop.example', state: 'adding' }]);
    expect(await rows()).toBe(1);
  });

  it('are listed whole for staff and programs alone', async () => {
    for (const name of ['a.example', 'b.example', 'c.example']) await post(name);
    const all = '/api/v1/domains';
    expect((await api.call('GET', all, { token: ownerToken })).status).toBe(403);
    const first = await api.call('GET', `${all}?limit=2`);
    expect(first.json.items.map(({ name }: { name: string }) => name)).toEqual(['c.example', 'b.example']);
    const second = await api.call('GET', `${all}?limit=2&after=${first.json.next}`, { token: await api.key('services:read') });
    expect(second.json).toMatchObject({ items: [{ name: 'a.example' }], next: null });
    expect((await api.call('GET', `${all}?name=B.EXAMPLE&serviceId=${serviceId}&state=adding`)).json.items).toHaveLength(1);
    expect((await api.call('GET', `${all}?serviceId=999`)).json.items).toEqual([]);
  });

  it('are as many as the plan allows', async () => {
    for (const name of ['a.example', 'b.example', 'c.example']) await post(name);
    const { status, json } = await post('d.example');
    expect([status, json.error.message]).toEqual([409, 'the plan allows 3 domains, and the service has 3']);
  });

  it('are refused to a service that is not active', async () => {
    await api.database.pool.query(`UPDATE service SET state = 'suspended'`);
    expect((await post('shop.example')).status).toBe(409);
  });

  it.each([
    ['no name', undefined],
    ['a number', 7],
    ['an address', '203.0.113.10'],
    ['an address of the web', 'http://shop.example/'],
    ['a name in our own zone', 'other.panel.example'],
    ['300 characters', `${'a.'.repeat(146)}example`],
    ['a line break', 'shop.example\n'],
  ])('are refused for %s, which is named', async (_, name) => {
    const { status, json } = await post(name);
    expect([status, json.error.field]).toEqual([400, 'name']);
    expect(await rows()).toBe(0);
  });

  it('are refused with what nobody knows of', async () => {
    expect((await api.call('POST', path, { body: { name: 'shop.example', token: 'x' }, token: ownerToken })).status).toBe(400);
    expect((await api.call('GET', `${path}?state=there`)).status).toBe(400);
    expect((await api.call('GET', `/api/v1/domains?name=a%20b`)).status).toBe(400);
    expect((await api.call('DELETE', `${path}/..%2f..`, { token: ownerToken })).status).toBe(400);
  });
});
