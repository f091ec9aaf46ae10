import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CollectUsage, type ServerReads } from '@hostwright/core';
import { PanelError, type Usage } from '@hostwright/sdk';
import { Panel } from '../reconciliation/testing/panel.js';
import { PgUsageHistory } from './pg-usage-history.js';
import { PgUsageStore } from './pg-usage-store.js';

let panel: Panel;
let history: PgUsageHistory;
let serverId: string;
beforeAll(async () => {
  panel = await Panel.open();
  history = new PgUsageHistory(panel.database.pool);
});
afterAll(() => panel.close());
beforeEach(async () => {
  ({ serverId } = await panel.server());
});

const sql = (text: string, values: unknown[] = []) => panel.database.pool.query<Record<string, unknown>>(text, values);
const store = () => new PgUsageStore(panel.database.pool, panel.installationId);

/** One collection at a server, as a worker does it. Answers what it counted. */
async function collect(usage: Usage[] | Error, { at = '2030-01-10T12:00:00Z', server = serverId } = {}): Promise<unknown> {
  const look = await panel.claimed(server, 'usage');
  const reads = { usage: () => (usage instanceof Error ? Promise.reject(usage) : Promise.resolve(usage)) } as unknown as ServerReads;
  try {
    await new CollectUsage(reads, store(), () => new Date(at)).run(look);
  } catch (error) {
    await panel.looks.fail(look, String(error));
    throw error;
  }
  return (await sql(`SELECT counts FROM server_look WHERE id = $1`, [look.id])).rows[0]!['counts'];
}

const of = async (serviceId: string) => (await history.of(serviceId, '2030-01-01', '2030-01-31'))[0]!;

describe('usage of a service', () => {
  it('is the last disk and memory, and a traffic total that outlives restarts', async () => {
    const serviceId = await panel.service(serverId, '100');
    await collect([{ remoteId: '100', diskBytes: 5, memoryBytes: 7, trafficBytes: 1_000 }], { at: '2030-01-10T10:00:00Z' });
    await collect([{ remoteId: '100', diskBytes: 6, memoryBytes: 3, trafficBytes: 1_500 }], { at: '2030-01-10T11:00:00Z' });
    await collect([{ remoteId: '100', diskBytes: 8, memoryBytes: 4, trafficBytes: 200 }], { at: '2030-01-11T00:30:00Z' });
    expect(await of(serviceId)).toEqual({
      component: 'site',
      measuredAt: new Date('2030-01-11T00:30:00Z'),
      diskBytes: 8,
      memoryBytes: 4,
      trafficBytes: 1_700,
      days: [
        { day: '2030-01-10', diskBytes: 6, memoryBytes: 3, trafficBytes: 1_500 },
        { day: '2030-01-11', diskBytes: 8, memoryBytes: 4, trafficBytes: 200 },
      ],
    });
  });

  it('takes all of a counter as new that restarted with the month, though it passed its last reading before it was read', async () => {
    const serviceId = await panel.service(serverId, '100');
    await collect([{ remoteId: '100', trafficBytes: 1_000, trafficSince: '2030-01' }]);
    await collect([{ remoteId: '100', diskBytes: 1 }]);
    await collect([{ remoteId: '100', trafficBytes: 1_200, trafficSince: '2030-01' }]);
    await collect([{ remoteId: '100', trafficBytes: 5_000, trafficSince: '2030-02' }]);
    await collect([{ remoteId: '100', trafficBytes: 5_100, trafficSince: '2030-02' }]);
    expect((await of(serviceId)).trafficBytes).toBe(6_300);
  });

  it('keeps what was not said this time', async () => {
    const serviceId = await panel.service(serverId, '100');
    await collect([{ remoteId: '100', diskBytes: 5, trafficBytes: 100 }]);
    await collect([{ remoteId: '100', memoryBytes: 9 }]);
    expect(await of(serviceId)).toMatchObject({ diskBytes: 5, memoryBytes: 9, trafficBytes: 100 });
    await collect([{ remoteId: '100', trafficBytes: 150 }]);
    expect(await of(serviceId)).toMatchObject({ diskBytes: 5, memoryBytes: 9, trafficBytes: 150 });
  });

  it('keeps its total when the service moves, where a counter of its own begins', async () => {
    const serviceId = await panel.service(serverId, '100');
    await collect([{ remoteId: '100', trafficBytes: 1_000 }]);
    const { serverId: next } = await panel.server();
    await sql(`UPDATE service_component SET server_id = $2, remote_id = '700' WHERE service_id = $1`, [serviceId, next]);
    await collect([{ remoteId: '100', trafficBytes: 9_000 }]);
    expect((await of(serviceId)).trafficBytes).toBe(1_000);
    await collect([{ remoteId: '700', trafficBytes: 1_200 }], { server: next });
    await collect([{ remoteId: '700', trafficBytes: 1_300 }], { server: next });
    expect((await of(serviceId)).trafficBytes).toBe(2_300);
  });

  it('never goes back when two servers are looked at while it moves', async () => {
    const serviceId = await panel.service(serverId, '100');
    await collect([{ remoteId: '100', trafficBytes: 1_000 }]);
    const { serverId: next } = await panel.server();
    const [before, after] = [await panel.claimed(serverId, 'usage'), await panel.claimed(next, 'usage')];
    const mover = await panel.database.pool.connect();
    try {
      await mover.query('BEGIN');
      await mover.query(`UPDATE service_component SET server_id = $2 WHERE service_id = $1`, [serviceId, next]);
      const late = store().record(before, [{ remoteId: '100', trafficBytes: 1_001 }], new Date());
      await new Promise((resolve) => setTimeout(resolve, 100));
      await mover.query('COMMIT');
      await Promise.all([late, store().record(after, [{ remoteId: '100', trafficBytes: 5 }], new Date())]);
    } finally {
      mover.release();
    }
    expect((await of(serviceId)).trafficBytes).toBe(1_005);
  });

  it('is nothing that somebody else uses: not of other things, nor under another mark, nor under an id that was taken', async () => {
    const serviceId = await panel.service(serverId, '100');
    const taken = await panel.service(serverId, '101');
    const ended = await panel.service(serverId, '102', 'terminated');
    await sql(
      `INSERT INTO reconciliation_finding (server_id, service_id, component, remote_id, kind, aspect, last_look_id) VALUES ($1, $2, 'site', '101', 'missing', 'taken', 1)`,
      [serverId, taken],
    );
    const usage = ['100', '101', '102', '103'].map((remoteId) => ({ remoteId, owner: 'hw-theirs-1', trafficBytes: 5 }));
    expect(await collect(usage)).toEqual({ said: 4, services: 1, measured: 0 });
    expect(await collect(usage.map(({ owner: _owner, ...one }) => one))).toEqual({ said: 4, services: 1, measured: 1 });
    expect((await of(serviceId)).trafficBytes).toBe(5);
    for (const other of [taken, ended]) expect(await history.of(other, '2030-01-01', '2030-01-31')).toEqual([]);
    await collect([{ remoteId: '100', owner: panel.mark(serviceId), trafficBytes: 8 }]);
    expect((await of(serviceId)).trafficBytes).toBe(8);
  });

  it('is shown to its customer and to nobody else', async () => {
    const serviceId = await panel.service(serverId, '100');
    await collect([{ remoteId: '100', diskBytes: 5 }]);
    const { rows } = await sql(`SELECT customer_id FROM service WHERE id = $1`, [serviceId]);
    const owner = String(rows[0]!['customer_id']);
    expect(await history.of(serviceId, '2030-01-01', '2030-01-31', owner)).toHaveLength(1);
    await expect(history.of(serviceId, '2030-01-01', '2030-01-31', '999999')).rejects.toMatchObject({ code: 'not_found' });
    await expect(history.of('999999', '2030-01-01', '2030-01-31')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is exact beyond what JavaScript counts with numbers', async () => {
    const serviceId = await panel.service(serverId, '100');
    await collect([{ remoteId: '100', trafficBytes: Number.MAX_SAFE_INTEGER }]);
    await collect([{ remoteId: '100', trafficBytes: 2 }]);
    expect((await sql(`SELECT traffic_bytes FROM service_usage WHERE service_id = $1`, [serviceId])).rows).toEqual([
      { traffic_bytes: String(BigInt(Number.MAX_SAFE_INTEGER) + 2n) },
    ]);
  });
});

describe('a collection', () => {
  it('changes nothing when the server does not answer', async () => {
    const serviceId = await panel.service(serverId, '100');
    await collect([{ remoteId: '100', trafficBytes: 10 }]);
    const before = await of(serviceId);
    await expect(collect(new PanelError('unavailable', 'away'))).rejects.toMatchObject({ code: 'unavailable' });
    expect(await of(serviceId)).toEqual(before);
  });

  it('is not written when another worker has taken it over, and counts once', async () => {
    const serviceId = await panel.service(serverId, '100');
    const look = await panel.claimed(serverId, 'usage');
    await sql(`UPDATE server_look SET lease_until = now() - interval '1 second' WHERE id = $1`, [look.id]);
    const [second] = await panel.looks.claim(1, 60_000);
    const usage = [{ remoteId: '100', trafficBytes: 10 }];
    await expect(store().record(look, usage, new Date())).rejects.toMatchObject({ code: 'conflict' });
    await store().record(second!, usage, new Date('2030-01-10T12:00:00Z'));
    await expect(store().record(second!, usage, new Date())).rejects.toMatchObject({ code: 'conflict' });
    expect((await of(serviceId)).trafficBytes).toBe(10);
  });

  it('of thousands of services is read and written with one statement each', async () => {
    const count = 5_000;
    await sql(
      `WITH s AS (INSERT INTO service (product_id, customer_id, state) SELECT 1, 1, 'active' FROM generate_series(1, $2::int) RETURNING id)
       INSERT INTO service_component (service_id, name, extension, server_id, settings, connections, remote_id)
       SELECT id, 'site', 'fake', $1, '{}', '{}', 'big-' || id FROM s`,
      [serverId, count],
    );
    const { rows } = await sql(`SELECT remote_id FROM service_component WHERE server_id = $1`, [serverId]);
    const usage = rows.map(({ remote_id }) => ({ remoteId: String(remote_id), diskBytes: 1, trafficBytes: 100 }));
    const look = await panel.claimed(serverId, 'usage');
    const { statements, pool } = counting(panel.database.pool);
    await new PgUsageStore(pool, panel.installationId).record(look, usage, new Date('2030-01-10T12:00:00Z'));
    // begin, hold the look and what lives there, read, write, end, commit
    expect(statements).toHaveLength(7);
    const total = await sql(`SELECT sum(traffic_bytes)::int AS total, count(*)::int AS services FROM service_usage WHERE server_id = $1`, [
      serverId,
    ]);
    expect(total.rows).toEqual([{ total: count * 100, services: count }]);
  });

  it('keeps days as long as it was told to', async () => {
    const serviceId = await panel.service(serverId, '100');
    await collect([{ remoteId: '100', trafficBytes: 1 }], { at: '2030-01-01T12:00:00Z' });
    await collect([{ remoteId: '100', trafficBytes: 2 }], { at: '2030-01-05T12:00:00Z' });
    await store().forget(10, new Date('2030-01-13T00:00:00Z'));
    expect(await of(serviceId)).toMatchObject({ trafficBytes: 2, days: [{ day: '2030-01-05' }] });
  });
});

/** The pool, and the statements that go through its connections from now on. */
function counting(pool: Panel['database']['pool']) {
  const statements: string[] = [];
  const connect = async () => {
    const client = await pool.connect();
    return new Proxy(client, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (name === 'query') return (...call: [string]) => (statements.push(call[0]), target.query(...call));
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };
  return { statements, pool: { connect } as unknown as typeof pool };
}
