import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inTransaction } from '../database/index.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { placeService } from './index.js';

let db: TestDatabase;
let group: string;
let ids: { product: string; customer: string };

const one = async (text: string, values: unknown[] = []): Promise<string> =>
  (await db.pool.query<{ id: string }>(text, values)).rows[0]?.id ?? '';
const server = (name: string, capacity: number | null, state = 'active', kind = 'provisioning') =>
  one(
    `INSERT INTO server (name, extension, kind, server_group_id, settings, capacity, state) VALUES ($1, 'x', $4, $2, '{}', $3, $5) RETURNING id`,
    [name, group, capacity, kind, state],
  );

/** As an order does it: the place is taken in the transaction that asked for it. */
const order = (extension?: string) =>
  inTransaction(db.pool, async (client) => {
    const serverId = await placeService(client, group, extension);
    const { rows } = await client.query<{ id: string }>('INSERT INTO service (product_id, customer_id) VALUES ($1, $2) RETURNING id', [
      ids.product,
      ids.customer,
    ]);
    await client.query(
      `INSERT INTO service_component (service_id, name, extension, server_id, settings, connections) VALUES ($1, 'site', 'x', $2, '{}', '{}')`,
      [rows[0]?.id, serverId],
    );
    return { serverId, serviceId: rows[0]?.id ?? '' };
  });

beforeAll(async () => {
  db = await createTestDatabase();
  ids = {
    product: await one(`INSERT INTO product (code, name) VALUES ('p', 'P') RETURNING id`),
    customer: await one(`INSERT INTO customer (email) VALUES ('a@example.com') RETURNING id`),
  };
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.pool.query('DELETE FROM service_component; DELETE FROM service; DELETE FROM server; DELETE FROM server_group');
  group = await one(`INSERT INTO server_group (name) VALUES ('g') RETURNING id`);
});

describe('placing services', () => {
  it('never gives the last places to more than there are, however many orders arrive at once', async () => {
    await server('a', 3);
    await server('b', 2);
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => order()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict', message: 'no server has room' });
  });

  it('uses no server that drains, is in maintenance, or serves something else', async () => {
    await server('a', null, 'draining');
    await server('b', null, 'maintenance');
    await server('c', null, 'active', 'dns');
    await expect(order()).rejects.toMatchObject({ code: 'conflict' });
    const good = await server('d', null);
    expect((await order()).serverId).toBe(good);
    await expect(order('y')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('gives a place back when its service is gone', async () => {
    await server('a', 1);
    const { serviceId } = await order();
    await expect(order()).rejects.toMatchObject({ code: 'conflict' });
    await db.pool.query(`UPDATE service SET state = 'cancelled' WHERE id = $1`, [serviceId]);
    await order();
  });

  it('spreads, or fills one after the other, as the group says', async () => {
    const first = await server('a', 10);
    const second = await server('b', 10);
    expect([(await order()).serverId, (await order()).serverId]).toEqual([first, second]);
    await db.pool.query(`UPDATE server_group SET fill = 'fill'`);
    expect([(await order()).serverId, (await order()).serverId]).toEqual([first, first]);
  });
});
