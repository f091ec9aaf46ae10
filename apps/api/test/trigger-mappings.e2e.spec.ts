import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';

let api: ApiFixture;
let serverId: string;
beforeAll(async () => {
  api = await ApiFixture.start();
  await api.shop();
  const { json } = await api.call('POST', '/api/v1/servers', {
    body: { name: 'bills', extension: 'fake-bills', kind: 'trigger', settings: { host: 'a', secret: 'bills-secret-hunter3' } },
  });
  serverId = json.id;
}, 60_000);
afterAll(() => api.stop());

const good = {
  plan: 'small',
  product: 'wordpress-basic',
  orderValues: { email: { from: 'email' }, publicIp: { value: '203.0.113.10' } },
};
const add = (over: object = {}) => api.call('POST', '/api/v1/trigger-mappings', { body: { serverId, ...good, ...over } });
const count = () => api.one('SELECT count(*) FROM trigger_mapping');

describe('a server that tells of subscriptions', () => {
  it('keeps its secret sealed and shows only that it is set', async () => {
    const { json, text } = await api.call('GET', `/api/v1/servers/${serverId}`);
    expect(json.settings).toEqual({ host: 'a', secret: { set: true } });
    expect(text + (await api.one('SELECT settings::text FROM server WHERE id = $1', [serverId]))).not.toContain('bills-secret-hunter3');
  });

  it('stays while something it told of has not been seen to', async () => {
    await api.one(`INSERT INTO trigger_event (server_id, event_id, event_type, subject) VALUES ($1, 'e', 't', 's') RETURNING id`, [
      serverId,
    ]);
    expect((await api.call('DELETE', `/api/v1/servers/${serverId}`)).status).toBe(409);
    await api.one(`DELETE FROM trigger_event`);
  });
});

describe('a mapping', () => {
  it.each<[string, object, number, string]>([
    ['of a server that is not there', { serverId: '999' }, 400, 'serverId'],
    ['of a server that tells of nothing', { serverId: '1' }, 400, 'serverId'],
    ['to a product that is not there', { product: 'none' }, 400, 'product'],
    ['with a value nobody asks for', { orderValues: { ...good.orderValues, shoe: { value: 1 } } }, 400, 'orderValues.shoe'],
    ['without a value that is needed', { orderValues: { email: { from: 'email' } } }, 400, 'orderValues.publicIp'],
    ['with a value that is neither', { orderValues: { ...good.orderValues, email: 'a@b.example' } }, 400, 'orderValues.email'],
    ['with a value that is both', { orderValues: { ...good.orderValues, email: { value: 'a', from: 'b' } } }, 400, 'orderValues.email'],
    [
      'with a value that no order may have',
      { orderValues: { ...good.orderValues, publicIp: { value: 'here' } } },
      400,
      'orderValues.publicIp',
    ],
    ['with a value of nothing', { orderValues: { ...good.orderValues, publicIp: { value: null } } }, 400, 'orderValues.publicIp'],
    ['with a policy that is none', { policy: { ended: 'explode' } }, 400, 'policy.ended'],
    ['with an empty plan', { plan: '' }, 400, 'plan'],
  ])('%s is refused and nothing is kept', async (_what, over, status, field) => {
    const answer = await add(over);
    expect([answer.status, answer.json.error.field]).toEqual([status, field]);
    expect(await count()).toBe('0');
  });

  it('is made, shown, changed and removed, once for a plan, and all of it is audited', async () => {
    const { status, json } = await add({ policy: { ended: 'suspend' } });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      ...good,
      serverId,
      policy: { overdue: 'nothing', unpaid: 'suspend', refunded: 'suspend', ended: 'suspend' },
    });
    expect((await add()).json.error).toMatchObject({ code: 'conflict', field: 'plan' });
    const path = `/api/v1/trigger-mappings/${json.id}`;
    const changed = await api.call('PATCH', path, { body: { product: 'wordpress-premium', policy: { unpaid: 'nothing' } } });
    expect(changed.json).toMatchObject({
      product: 'wordpress-premium',
      orderValues: good.orderValues,
      policy: { unpaid: 'nothing', ended: 'suspend' },
    });
    expect((await api.call('PATCH', path, { body: { orderValues: {} } })).json.error.field).toBe('orderValues.email');
    expect((await api.call('GET', path)).json).toEqual(changed.json);
    expect((await api.call('GET', `/api/v1/trigger-mappings?serverId=${serverId}`)).json.items).toEqual([changed.json]);
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('GET', path)).status).toBe(404);
    const { json: audit } = await api.call('GET', `/api/v1/audit?subject=trigger_mapping:${json.id}`);
    expect(audit.items.map(({ action }: { action: string }) => action)).toEqual([
      'trigger_mapping.removed',
      'trigger_mapping.changed',
      'trigger_mapping.added',
    ]);
  });

  it('is for staff, and for keys that may', async () => {
    const path = '/api/v1/trigger-mappings';
    expect((await api.call('GET', path, { token: null })).status).toBe(401);
    const [reads, other] = [await api.key('triggers:read'), await api.key('webhooks:read')];
    expect((await api.call('GET', path, { token: reads })).status).toBe(200);
    expect((await api.call('GET', '/api/v1/trigger-events', { token: reads })).status).toBe(200);
    expect((await api.call('POST', path, { token: reads, body: { serverId, ...good } })).status).toBe(403);
    expect((await api.call('GET', path, { token: other })).status).toBe(403);
  });
});
