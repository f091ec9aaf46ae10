import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';

let api: ApiFixture;
let serverId: string;
let paymenter: string;
const order = (email: string) =>
  api.call('POST', '/api/v1/services', {
    body: { product: 'wordpress-basic', customer: { email }, order: { email, publicIp: '203.0.113.10' } },
  });
const site = (id: string) => ({ service_id: id, email: `${id}@example.com`, plan: 'basic', public_ip: '203.0.113.10' });
const status = async () => (await api.call('GET', '/api/v1/restoration')).json;

beforeAll(async () => {
  api = await ApiFixture.start();
  ({ serverId } = await api.shop());
  paymenter = await api.key('paymenter');
});
afterAll(() => api.stop());

describe('a panel that was never restored', () => {
  it('says so', async () => {
    expect(await status()).toEqual({ state: 'none', reason: null, foundAt: null, endedAt: null, servers: [] });
    expect((await api.call('POST', '/create-site', { body: site('before'), token: paymenter })).status).toBe(200);
    expect(await api.call('POST', `/api/v1/restoration/servers/${serverId}/release`, { body: { reason: 'x' } })).toMatchObject({
      status: 409,
      json: { error: { code: 'conflict' } },
    });
  });
});

describe('a panel that was restored', () => {
  beforeAll(async () => {
    await api.one(
      `WITH r AS (INSERT INTO restoration (reason) VALUES ('database') RETURNING id)
       INSERT INTO restoration_server (restoration_id, server_id) SELECT r.id, $1 FROM r`,
      [serverId],
    );
  });

  it('shows staff how each server stands', async () => {
    expect(await status()).toMatchObject({
      state: 'comparing',
      reason: 'database',
      servers: [{ serverId, state: 'held', lookError: null, findings: { orphan: 0, missing: 0, drift: 0 } }],
    });
  });

  it.each([
    ['GET', '/api/v1/restoration', 'servers:read'],
    ['POST', '/api/v1/restoration/servers/999999/release', 'servers:write'],
  ])('%s %s is for staff and for keys with its scope', async (method, path, scope) => {
    const body = method === 'POST' ? { reason: 'x' } : undefined;
    expect((await api.call(method, path, { token: null, body })).status).toBe(401);
    expect((await api.call(method, path, { token: await api.key('services:write'), body })).status).toBe(403);
    expect([200, 404]).toContain((await api.call(method, path, { token: await api.key(scope), body })).status);
  });

  it('takes no order, says why and when to come back, and keeps nothing of it', async () => {
    const before = await api.one<number>(`SELECT count(*)::int FROM service`);
    const answer = await order('me@example.com');
    expect([answer.status, answer.headers['retry-after'], answer.json.error]).toEqual([
      503,
      '60',
      { code: 'unavailable', message: expect.stringContaining('restored from a backup') as unknown },
    ]);
    expect(await api.one(`SELECT count(*)::int FROM service`)).toBe(before);
    expect(await api.one(`SELECT count(*)::int FROM customer WHERE email = 'me@example.com'`)).toBe(0);
  });

  it('tells another panel in its own shape to try later, and answers it what it knows', async () => {
    const answer = await api.call('POST', '/create-site', { body: site('after'), token: paymenter });
    expect([answer.status, answer.headers['retry-after'], answer.json]).toEqual([
      503,
      '60',
      { success: false, error: expect.stringContaining('try again later') as unknown },
    ]);
    expect((await api.call('POST', '/create-site', { body: site('before'), token: paymenter })).status).toBe(200);
  });

  it('takes in what is asked for services that are there, to be done later', async () => {
    const { id } = { id: await api.one(`SELECT id FROM service WHERE external_id = 'before'`) };
    expect(await api.call('POST', `/api/v1/services/${id}/operations`, { body: { operation: 'terminate' } })).toMatchObject({
      status: 202,
    });
  });

  it.each([
    ['no reason', {}, 'reason'],
    ['an empty one', { reason: '' }, 'reason'],
    ['something unknown', { reason: 'x', force: true }, 'force'],
  ])('lets go of a server only with a reason: %s', async (_, body, field) => {
    expect(await api.call('POST', `/api/v1/restoration/servers/${serverId}/release`, { body })).toMatchObject({
      status: 400,
      json: { error: { code: 'invalid_input', field } },
    });
  });

  it('takes orders again once staff have let go of it', async () => {
    const released = await api.call('POST', `/api/v1/restoration/servers/${serverId}/release`, {
      body: { reason: 'nothing was made since' },
    });
    expect(released).toMatchObject({
      status: 200,
      json: { state: 'over', servers: [{ state: 'released', endedBy: 'staff:1', reason: 'nothing was made since' }] },
    });
    expect((await order('me@example.com')).status).toBe(202);
    expect((await api.call('GET', '/api/v1/audit?subject=server:' + serverId)).json.items[0]).toMatchObject({
      action: 'restoration.server_released',
      actor: 'staff:1',
    });
  });
});
