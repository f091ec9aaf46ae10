import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';
import { delivered, letIn, placeOrder } from './support/customers.js';

let api: ApiFixture;
let serviceId: string;
let token: string;
let strangerToken: string;

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.shop();
  serviceId = await delivered(api, 'me@example.com', 'wordpress-standard');
  await placeOrder(api, 'them@example.com', 'wordpress-standard');
  token = await letIn(api, 'me@example.com');
  strangerToken = await letIn(api, 'them@example.com');
});
afterAll(() => api.stop());

const press = (name: string, body: object, by?: string) =>
  api.call('POST', `/api/v1/services/${serviceId}/actions/${name}`, { body, ...(by && { token: by }) });

describe("a module's own buttons", () => {
  it('are shown to those who may press them', async () => {
    const path = `/api/v1/services/${serviceId}/actions`;
    const staff = (await api.call('GET', path)).json.items;
    expect(staff).toMatchObject([
      { component: 'site', name: 'restart', label: 'Restart', confirm: null, when: ['active'], possible: true },
      { component: 'site', name: 'backUp', label: 'Back up', when: ['active', 'suspended'], possible: true },
      { component: 'site', name: 'listBackups' },
      { component: 'site', name: 'deleteBackup', confirm: 'It is gone for good.' },
    ]);
    expect(staff[1].input.properties).toHaveProperty('name');
    expect((await api.call('GET', path, { token })).json.items).toMatchObject([
      { name: 'restart' },
      { name: 'listBackups' },
      { name: 'deleteBackup' },
    ]);
    expect((await api.call('GET', path, { token: strangerToken })).status).toBe(404);
  });

  it('are those of what is there', async () => {
    const made = (remoteId: string | null) =>
      api.database.pool.query(`UPDATE service_component SET remote_id = $2 WHERE service_id = $1`, [serviceId, remoteId]);
    await made(null);
    expect((await api.call('GET', `/api/v1/services/${serviceId}/actions`, { token })).json.items).toEqual([]);
    expect(await press('restart', {}, token)).toMatchObject({ status: 409, json: { error: { field: 'component' } } });
    await made('900');
  });

  it('make a job, once for the same', async () => {
    const first = await press('backUp', { input: { name: 'a' } });
    expect([first.status, first.json.created]).toEqual([202, true]);
    expect((await press('backUp', { input: { name: 'a' } })).json).toEqual({ jobId: first.json.jobId, created: false });
    const mine = await press('restart', {}, token);
    expect(mine.status).toBe(202);
    expect((await api.call('GET', `/api/v1/jobs/${mine.json.jobId}`)).json).toMatchObject({
      operation: 'restart',
      state: 'pending',
      requestedBy: expect.stringMatching(/^customer:/),
    });
  });

  it.each([
    ['what is not asked for', 'backUp', { input: { name: 'a', size: 1 } }, 400],
    ['what is missing', 'backUp', {}, 400],
    ['a button that is not there', 'fly', {}, 404],
    ['a component that is not there', 'restart', { component: 'shop' }, 404],
    ['a key that is not known', 'restart', { colour: 'red' }, 400],
  ])('refuse %s', async (_, name, body, status) => {
    expect((await press(name, body)).status).toBe(status);
  });

  it('are not for somebody else, nor those of staff for customers', async () => {
    expect((await press('restart', {}, strangerToken)).status).toBe(404);
    expect((await press('backUp', { input: { name: 'b' } }, token)).status).toBe(404);
  });
});

describe('another product', () => {
  const change = (body: object, by?: string) =>
    api.call('POST', `/api/v1/services/${serviceId}/package`, { body, ...(by && { token: by }) });

  it('is asked for by staff, once, and not two at a time', async () => {
    const first = await change({ product: 'wordpress-premium' });
    expect([first.status, first.json.created]).toEqual([202, true]);
    expect((await change({ product: 'wordpress-premium' })).json).toEqual({ jobId: first.json.jobId, created: false });
    expect((await change({ product: 'wordpress-basic' })).status).toBe(409);
    expect((await change({ product: 'nothing' })).json.error).toMatchObject({ code: 'invalid_input', field: 'product' });
    expect((await change({ product: 'wordpress-premium' }, token)).status).toBe(403);
  });

  it('that the module refuses is refused before there is a job', async () => {
    await api.database.pool.query(`UPDATE provisioning_job SET state = 'completed', finished_at = now() WHERE service_id = $1`, [
      serviceId,
    ]);
    await api.database.pool.query(`UPDATE service_component SET settings = '{"plan": "premium"}' WHERE service_id = $1`, [serviceId]);
    const { status, json } = await change({ product: 'wordpress-basic' });
    expect([status, json.error.code]).toEqual([409, 'conflict']);
    expect(json.error.message).toContain('does not fit');
  });
});
