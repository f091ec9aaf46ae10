import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { ApiFixture } from './support/api-fixture.js';

let api: ApiFixture;
let key: string;
const site = { service_id: 'site 1', email: 'customer@example.com', plan: 'standard', public_ip: '203.0.113.10' };
const post = (path: string, body: object = {}, token: string | null = key) =>
  api.call('POST', path, { body: { service_id: site.service_id, ...body }, token });
const jobs = () =>
  api.database.pool.query<{ operation: string; program: { components: { input?: object; product: object }[] } }>(
    `SELECT operation, program FROM provisioning_job WHERE operation <> 'create' ORDER BY id`,
  );

/** As a worker would: the job of that operation ends so. */
async function end(
  operation: string,
  state: string,
  { result = null, failure = null }: { result?: unknown; failure?: object | null } = {},
) {
  for (let tries = 0; tries < 200; tries += 1) {
    const { rowCount } = await api.database.pool.query(
      `UPDATE provisioning_job SET state = $2, result = $3, failure = $4, wake_at = NULL, finished_at = now() WHERE operation = $1 AND state = 'pending'`,
      [operation, state, result === null ? null : JSON.stringify(result), failure === null ? null : JSON.stringify(failure)],
    );
    if (rowCount) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`no job of ${operation} was made`);
}

const become = (state: string, desired = state) =>
  api.database.pool.query(`UPDATE service SET state = $1, desired_state = $2`, [state, desired]);

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.shop();
  key = await api.key('paymenter');
  await api.call('POST', '/create-site', { body: site, token: key });
});
afterAll(() => api.stop());
beforeEach(async () => {
  await api.database.pool.query(`DELETE FROM provisioning_job WHERE operation <> 'create'`);
  await api.database.pool.query(`UPDATE provisioning_job SET state = 'completed', finished_at = now()`);
  await become('active');
  await api.componentsMade();
});

describe('a panel that looks after a site as Paymenter does', () => {
  it('may suspend it, twice, and let it run again', async () => {
    expect(await post('/suspend')).toMatchObject({ status: 200, json: { success: true } });
    expect(await post('/suspend')).toMatchObject({ status: 200, json: { success: true } });
    expect((await jobs()).rows).toMatchObject([{ operation: 'suspend' }]);
    await end('suspend', 'completed');
    await become('suspended');
    expect(await post('/suspend')).toMatchObject({ status: 200, json: { success: true } });
    expect(await post('/unsuspend')).toMatchObject({ status: 200, json: { success: true } });
    expect((await jobs()).rows.map(({ operation }) => operation)).toEqual(['suspend', 'unsuspend']);
    await end('unsuspend', 'completed');
    await become('active');
    expect(await post('/unsuspend')).toMatchObject({ status: 200, json: { success: true } });
    expect((await jobs()).rows).toHaveLength(2);
  });

  it.each(['/wp/upgrade/', '/wp/upgrade'])('may change its plan at %s', async (path) => {
    expect(await post(path, { plan: 'premium' })).toMatchObject({ status: 200, json: { success: true } });
    expect((await jobs()).rows).toMatchObject([
      { operation: 'changePackage', program: { components: [{ product: { plan: 'premium' } }] } },
    ]);
    const unknown = await post(path, { plan: 'huge' });
    expect([unknown.status, unknown.json.success]).toEqual([400, false]);
  });

  it('is told why a plan cannot be', async () => {
    await api.database.pool.query(`UPDATE service_component SET settings = '{"plan": "premium"}'`);
    const answer = await post('/wp/upgrade/', { plan: 'basic' });
    expect([answer.status, answer.json]).toEqual([409, { success: false, error: 'a premium site does not fit into a basic one' }]);
    await api.database.pool.query(`UPDATE service_component SET settings = '{"plan": "standard"}'`);
    expect((await jobs()).rows).toEqual([]);
  });

  it.each(['/action/restart', '/actions/restart'])('presses a button at %s and is answered when it is done', async (path) => {
    const [answer] = await Promise.all([post(path), end('restart', 'completed')]);
    expect([answer.status, answer.json]).toEqual([200, { success: true }]);
  });

  it('reads what the action answers, and names what it acts on', async () => {
    const list = { backups: [{ name: 'BAK25112026-1' }] };
    api.inspector.read = () => list;
    const read = () => api.call('GET', `/action/getbak?service_id=${encodeURIComponent(site.service_id)}`, { token: key });
    expect(await read()).toMatchObject({ status: 200, json: { success: true, ...list } });
    expect(api.inspector.asked.at(-1)).toEqual({ action: 'listBackups', component: 'site', input: {}, byCustomer: true });
    // Nobody is at work on it, so nobody would tell our staff.
    api.inspector.read = () => {
      throw new PanelError('invalid_config', 'pve1.internal: the token may not see guest 907');
    };
    expect(await read()).toMatchObject({ status: 503, json: { success: false, error: 'this cannot be done right now; try again later' } });
    expect((await jobs()).rows).toEqual([]);
    const [removed] = await Promise.all([post('/action/delbak', { bak: 'BAK25112026-1' }), end('deleteBackup', 'completed')]);
    expect(removed.status).toBe(200);
    expect((await jobs()).rows.at(-1)).toMatchObject({ program: { components: [{ input: { backup: 'BAK25112026-1' } }] } });
  });

  it.each([
    ['conflict', 'all three backups of the plan are there', 409, 'all three backups of the plan are there'],
    ['not_found', 'there is no backup BAK25112026-9', 404, 'there is no backup BAK25112026-9'],
    ['rejected', 'pve1.internal: storage local-lvm is full', 500, 'this could not be done; our staff know about it'],
    ['bug', 'TypeError at line 3', 500, 'this could not be done; our staff know about it'],
  ])('is told of a failure by %s what its customers may read', async (code, message, status, error) => {
    const [answer] = await Promise.all([
      post('/action/delbak', { bak: 'BAK25112026-9' }),
      end('deleteBackup', 'failed', { failure: { code, message } }),
    ]);
    expect([answer.status, answer.json]).toEqual([status, { success: false, error }]);
  });

  it.each([
    ['superseded', null],
    ['cancelled', { code: 'stopped', message: 'the job was asked to stop' }],
  ])('is told that something else came first when its job is %s', async (state, failure) => {
    const [answer] = await Promise.all([post('/action/restart'), end('restart', state, failure ? { failure } : {})]);
    expect([answer.status, answer.json.error]).toEqual([409, 'something else was asked for meanwhile, so this was not done']);
  });

  it('is refused every action while the service is suspended, or about to be', async () => {
    for (const [state, desired] of [
      ['suspended', 'suspended'],
      ['active', 'suspended'],
    ] as const) {
      await become(state, desired);
      const answer = await post('/action/restart');
      expect([answer.status, answer.json]).toEqual([401, { success: false, error: 'this service is suspended' }]);
    }
    expect((await jobs()).rows).toEqual([]);
  });

  it('is told that a site is being deleted, so that nothing it asks is overtaken by that', async () => {
    await become('active', 'terminated');
    for (const path of ['/suspend', '/unsuspend', '/wp/upgrade/', '/action/restart', '/action/setdomain', '/customdomain/add']) {
      const answer = await post(path, { plan: 'premium', domain: 'shop.example' });
      expect([path, answer.status, answer.json]).toEqual([path, 409, { success: false, error: 'this service is being deleted' }]);
    }
    expect((await jobs()).rows).toEqual([]);
    expect(await api.one('SELECT desired_state FROM service')).toBe('terminated');
  });

  it('is told that a site is still being built', async () => {
    await become('pending', 'active');
    for (const path of ['/suspend', '/unsuspend', '/action/restart', '/action/deldomain', '/customdomain/add']) {
      const answer = await post(path, { domain: 'shop.example' });
      expect([path, answer.status, answer.json.success]).toEqual([path, 409, false]);
    }
  });

  it.each([
    ['/suspend', {}],
    ['/unsuspend', {}],
    ['/wp/upgrade/', { plan: 'basic' }],
    ['/action/restart', {}],
    ['/action/delbak', { bak: 'BAK25112026-1' }],
    ['/action/setdomain', { domain: 'shop.example' }],
    ['/actions/deldomain', { domain: 'shop.example' }],
    ['/customdomain/add', { domain: 'shop.example' }],
  ])('is told that a service is not there or its id is missing (%s)', async (path, body) => {
    const gone = await post(path, { ...body, service_id: 'nobody' });
    expect([gone.status, gone.json]).toEqual([404, { success: false, error: 'there is no service with this service_id' }]);
    const missing = await post(path, { ...body, service_id: undefined });
    expect([missing.status, missing.json]).toEqual([400, { success: false, error: 'service_id is missing' }]);
    expect((await post(path, body, null)).status).toBe(401);
  });

  it.each([
    ['POST', '/action/fly'],
    ['POST', '/action/getbak'],
    ['GET', '/action/restart'],
    ['POST', '/actions/constructor'],
  ])('is told that there is no such action (%s %s)', async (method, path) => {
    const query = method === 'GET' ? '?service_id=1' : '';
    const answer = await api.call(method, `${path}${query}`, { token: key, ...(method === 'POST' && { body: { service_id: 'site 1' } }) });
    expect([answer.status, answer.json]).toEqual([404, { success: false, error: expect.stringContaining('there is no action') }]);
  });

  it('is told which value is missing or wrong', async () => {
    expect((await post('/action/delbak')).json).toEqual({ success: false, error: 'bak is missing' });
    const wrong = await post('/action/delbak', { bak: '../../etc' });
    expect([wrong.status, wrong.json.success]).toEqual([400, false]);
  });
});
