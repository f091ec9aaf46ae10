import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';

let api: ApiFixture;
let shop: { groupId: string; serverId: string };
beforeAll(async () => {
  api = await ApiFixture.start();
  shop = await api.shop();
});
afterAll(() => api.stop());

const add = (body: object) => api.call('POST', '/api/v1/server-groups', { body });
const membersOf = async (groupId: string): Promise<{ id: string; used: number; capacity: number | null }[]> =>
  (await api.call('GET', `/api/v1/servers?serverGroupId=${groupId}`)).json.items;

/** A service with a place on the shop's server. */
async function placed(state: string): Promise<void> {
  await api.database.pool.query(
    `WITH v AS (
       INSERT INTO service (product_id, customer_id, state)
       SELECT (SELECT min(id) FROM product), (SELECT min(id) FROM customer), $2 RETURNING id)
     INSERT INTO service_component (service_id, name, extension, server_id, settings, connections)
     SELECT id, 'site', 'fake-sites', $1, '{}', '{}' FROM v`,
    [shop.serverId, state],
  );
}

describe('a group of servers', () => {
  it.each([
    ['no name', {}, 400, 'name'],
    ['an empty name', { name: '' }, 400, 'name'],
    ['a way to fill that there is not', { name: 'x', fill: 'most_full' }, 400, 'fill'],
  ])('is refused with %s', async (_, body, status, field) => {
    const answer = await add(body);
    expect([answer.status, answer.json.error.field]).toEqual([status, field]);
  });

  it('spreads unless it was said to fill, and is renamed', async () => {
    const made = await add({ name: 'west' });
    expect([made.status, made.json]).toEqual([201, expect.objectContaining({ name: 'west', fill: 'least_full' })]);
    const path = `/api/v1/server-groups/${made.json.id}`;
    const changed = await api.call('PATCH', path, { body: { name: 'south', fill: 'fill' } });
    expect(changed.json).toMatchObject({ id: made.json.id, name: 'south', fill: 'fill' });
    expect((await api.call('GET', path)).json).toEqual(changed.json);
  });

  it('takes no name that another one has', async () => {
    await add({ name: 'taken' });
    const other = await add({ name: 'free' });
    for (const answer of [
      await add({ name: 'taken' }),
      await api.call('PATCH', `/api/v1/server-groups/${other.json.id}`, { body: { name: 'taken' } }),
    ])
      expect(answer).toMatchObject({ status: 409, json: { error: { code: 'conflict', field: 'name' } } });
  });

  it('is removed when nothing belongs to it, and says what does', async () => {
    const made = await add({ name: 'empty' });
    expect((await api.call('DELETE', `/api/v1/server-groups/${made.json.id}`)).status).toBe(204);
    expect((await api.call('GET', `/api/v1/server-groups/${made.json.id}`)).status).toBe(404);
    const held = await api.call('DELETE', `/api/v1/server-groups/${shop.groupId}`);
    expect([held.status, held.json.error.message]).toEqual([409, expect.stringMatching(/^(servers|products) .* this group$/)]);
  });
});

describe('how full a server is', () => {
  it('counts the services that have a place on it, and not those that ended', async () => {
    await api.call('POST', '/api/v1/customers', { body: { email: 'full@example.com' } });
    await api.call('PATCH', `/api/v1/servers/${shop.serverId}`, { body: { capacity: 5 } });
    expect(await membersOf(shop.groupId)).toMatchObject([{ id: shop.serverId, used: 0, capacity: 5 }]);
    for (const state of ['pending', 'active', 'suspended', 'terminated', 'cancelled']) await placed(state);
    expect(await membersOf(shop.groupId)).toMatchObject([{ id: shop.serverId, used: 3, capacity: 5 }]);
    expect((await api.call('GET', `/api/v1/servers/${shop.serverId}`)).json.used).toBe(3);
  });

  it('keeps it from being removed while services are on it, or were', async () => {
    const answer = await api.call('DELETE', `/api/v1/servers/${shop.serverId}`);
    expect([answer.status, answer.json.error.message]).toEqual([409, expect.stringContaining('services are on this server, or were')]);
    expect(await membersOf(shop.groupId)).toHaveLength(1);
  });

  it('is nothing for one that was just connected', async () => {
    const body = { name: 'fresh', extension: 'fake-names', kind: 'dns', settings: { zone: 'example.net' } };
    expect((await api.call('POST', '/api/v1/servers', { body })).json).toMatchObject({ used: 0, capacity: null });
  });
});
