import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';
import { letIn, placeOrder } from './support/customers.js';

let api: ApiFixture;
let serverId: string;
let mine: string;
let theirs: string;
let myToken: string;

const finding = (over: { kind?: string; aspect?: string; serviceId?: string; remoteId?: string } = {}): Promise<string> =>
  api.one(
    `INSERT INTO reconciliation_finding (server_id, service_id, remote_id, kind, aspect, details, last_look_id) VALUES ($1, $2, $3, $4, $5, '{"found": 1}', 1) RETURNING id`,
    [serverId, over.serviceId ?? mine, over.remoteId ?? '100', over.kind ?? 'missing', over.aspect ?? 'gone'],
  );

beforeAll(async () => {
  api = await ApiFixture.start();
  ({ serverId } = await api.shop());
  ({ serviceId: mine } = await placeOrder(api, 'me@example.com'));
  ({ serviceId: theirs } = await placeOrder(api, 'them@example.com'));
  myToken = await letIn(api, 'me@example.com');
});
afterAll(() => api.stop());

describe('reconciliation', () => {
  it.each([
    ['GET', '/api/v1/reconciliation/findings', 'services:read'],
    ['GET', '/api/v1/reconciliation/findings/999999', 'services:read'],
    ['GET', '/api/v1/reconciliation/runs', 'servers:read'],
    ['POST', '/api/v1/reconciliation/findings/999999/repair', 'services:write'],
    ['POST', '/api/v1/servers/999999/reconcile', 'servers:write'],
    ['POST', '/api/v1/servers/999999/collect-usage', 'servers:write'],
  ])('%s %s is for staff and for keys with its scope, not for customers', async (method, path, scope) => {
    const body = method === 'POST' ? {} : undefined;
    expect((await api.call(method, path, { token: null, body })).status).toBe(401);
    expect((await api.call(method, path, { token: myToken, body })).status).toBe(403);
    const wrong = ['services:read', 'services:write', 'servers:read', 'servers:write'].filter((one) => one !== scope);
    expect((await api.call(method, path, { token: await api.key(...wrong), body })).status).toBe(403);
    expect([200, 202, 404]).toContain((await api.call(method, path, { token: await api.key(scope), body })).status);
  });

  it.each([
    ['/api/v1/reconciliation/findings?kind=odd', 'kind'],
    ['/api/v1/reconciliation/findings?state=fixed', 'state'],
    ['/api/v1/reconciliation/findings?serverId=x', 'serverId'],
    ['/api/v1/reconciliation/findings?colour=red', 'colour'],
    ['/api/v1/reconciliation/runs?kind=backup', 'kind'],
    ['/api/v1/reconciliation/runs?state=odd', 'state'],
    ['/api/v1/reconciliation/runs?limit=0', 'limit'],
  ])('refuses %s, naming the field', async (path, field) => {
    expect(await api.call('GET', path)).toMatchObject({ status: 400, json: { error: { code: 'invalid_input', field } } });
  });

  it('asks for a run once, which a worker will take, and says so', async () => {
    const asked = await Promise.all([0, 1, 2].map(() => api.call('POST', `/api/v1/servers/${serverId}/reconcile`)));
    expect(asked.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(asked.map(({ json }) => json.id)).size).toBe(1);
    expect(asked[0]!.json).toMatchObject({ kind: 'reconcile', state: 'pending', serverId, requestedBy: 'staff:1', endedAt: null });
    expect(api.rung.filter((queue) => queue === 'looks')).toHaveLength(1);
    await api.call('POST', `/api/v1/servers/${serverId}/collect-usage`);
    const runs = await api.call('GET', `/api/v1/reconciliation/runs?serverId=${serverId}`);
    expect(runs.json.items.map(({ kind }: { kind: string }) => kind)).toEqual(['usage', 'reconcile']);
    expect((await api.call('GET', `/api/v1/reconciliation/runs?kind=usage`)).json.items).toHaveLength(1);
    expect((await api.call('GET', '/api/v1/queues')).json.items).toContainEqual(expect.objectContaining({ queue: 'looks', waiting: 2 }));
  });

  it('refuses a run at a server that is not there, that cannot be looked at, or that is in maintenance', async () => {
    expect((await api.call('POST', '/api/v1/servers/999999/reconcile')).status).toBe(404);
    const names = await api.call('POST', '/api/v1/servers', {
      body: { name: 'names', extension: 'fake-names', kind: 'dns', settings: { zone: 'example.com' } },
    });
    expect(await api.call('POST', `/api/v1/servers/${names.json.id}/reconcile`)).toMatchObject({
      status: 501,
      json: { error: { code: 'unsupported' } },
    });
    const { serverId: resting } = await api.shop();
    await api.call('PATCH', `/api/v1/servers/${resting}`, { body: { state: 'maintenance' } });
    expect((await api.call('POST', `/api/v1/servers/${resting}/reconcile`)).status).toBe(409);
  });

  it('lists findings by server, service, kind and state, page by page', async () => {
    const gone = await finding();
    const orphan = await finding({ kind: 'orphan', aspect: 'unknown', serviceId: '424242', remoteId: '200' });
    await api.database.pool.query(`UPDATE reconciliation_finding SET resolved_at = now() WHERE id = $1`, [gone]);
    const ids = async (query: string) =>
      (await api.call('GET', `/api/v1/reconciliation/findings?${query}`)).json.items.map(({ id }: { id: string }) => id);
    expect(await ids(`serverId=${serverId}`)).toEqual([orphan, gone]);
    expect(await ids('state=open')).toEqual([orphan]);
    expect(await ids('state=resolved')).toEqual([gone]);
    expect(await ids('kind=orphan')).toEqual([orphan]);
    expect(await ids(`serviceId=${mine}`)).toEqual([gone]);
    expect(await ids('serverId=999999')).toEqual([]);
    const first = await api.call('GET', '/api/v1/reconciliation/findings?limit=1');
    expect(await ids(`limit=1&after=${first.json.next}`)).toEqual([gone]);
    expect((await api.call('GET', `/api/v1/reconciliation/findings/${orphan}`)).json).toMatchObject({
      id: orphan,
      details: { found: 1 },
      resolvedAt: null,
    });
    expect((await api.call('GET', '/api/v1/reconciliation/findings/999999')).status).toBe(404);
  });

  it('begins a repair once; an orphan must be confirmed by its remote id', async () => {
    const id = await finding({ remoteId: '300' });
    const [first, second] = [
      await api.call('POST', `/api/v1/reconciliation/findings/${id}/repair`, { body: {} }),
      await api.call('POST', `/api/v1/reconciliation/findings/${id}/repair`, { body: {} }),
    ];
    expect([first.status, first.json.created, second.json.created]).toEqual([202, true, false]);
    expect(second.json.taskId).toBe(first.json.taskId);
    expect((await api.call('GET', `/api/v1/operator-tasks/${first.json.taskId}`)).json).toMatchObject({ state: 'open', serviceId: mine });
    const orphan = await finding({ kind: 'orphan', aspect: 'unknown', serviceId: '424242', remoteId: '301' });
    for (const body of [{}, { confirm: '300' }, { confirm: '' }, { confirm: 301 }, { confirm: '301', really: true }]) {
      const answer = await api.call('POST', `/api/v1/reconciliation/findings/${orphan}/repair`, { body });
      expect([answer.status, answer.json.error.code]).toEqual([400, 'invalid_input']);
    }
    expect((await api.call('POST', `/api/v1/reconciliation/findings/${orphan}/repair`, { body: { confirm: '301' } })).status).toBe(202);
  });
});

describe('usage of a service', () => {
  beforeAll(async () => {
    await api.database.pool.query(
      `INSERT INTO service_usage (service_id, component, server_id, remote_id, disk_bytes, traffic_bytes, measured_at) VALUES ($1, 'site', $2, '100', 5, 70, now())`,
      [mine, serverId],
    );
    await api.database.pool.query(
      `INSERT INTO service_usage_day (service_id, component, day, disk_bytes, traffic_bytes) VALUES ($1, 'site', '2030-01-01', 4, 30), ($1, 'site', '2030-02-01', 5, 40)`,
      [mine],
    );
  });

  it('is shown to its customer, to staff and to keys that may read services; to others it is not there', async () => {
    const path = `/api/v1/services/${mine}/usage?from=2030-01-01&to=2030-01-31`;
    for (const token of [myToken, api.staffToken, await api.key('services:read')]) {
      expect((await api.call('GET', path, { token })).json).toMatchObject({
        from: '2030-01-01',
        to: '2030-01-31',
        components: [
          { component: 'site', diskBytes: 5, memoryBytes: null, trafficBytes: 70, days: [{ day: '2030-01-01', trafficBytes: 30 }] },
        ],
      });
    }
    expect((await api.call('GET', `/api/v1/services/${theirs}/usage`, { token: myToken })).status).toBe(404);
    expect((await api.call('GET', path, { token: null })).status).toBe(401);
    expect((await api.call('GET', path, { token: await api.key('servers:read') })).status).toBe(403);
  });

  it('is empty before it was ever measured', async () => {
    expect((await api.call('GET', `/api/v1/services/${theirs}/usage`)).json.components).toEqual([]);
  });

  it.each([
    ['from=2030-02-30', 'from'],
    ['to=soon', 'to'],
    ['from=2030-02-01&to=2030-01-01', 'from'],
    ['from=2020-01-01&to=2030-01-01', 'from'],
    ['days=7', 'days'],
  ])('is refused for %s, naming %s', async (query, field) => {
    expect(await api.call('GET', `/api/v1/services/${mine}/usage?${query}`)).toMatchObject({ status: 400, json: { error: { field } } });
  });
});
