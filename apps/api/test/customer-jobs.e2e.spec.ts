import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture } from './support/api-fixture.js';
import { delivered, letIn } from './support/customers.js';
import { EventReader } from './support/event-reader.js';

let api: ApiFixture;
let serviceId: string;
let mine: string;
let theirs: string;

const press = async (name: string, body: object = {}, token = mine) => {
  const { json } = await api.call('POST', `/api/v1/services/${serviceId}/actions/${name}`, { body, token });
  return String(json.jobId);
};
const read = (jobId: string, token = mine) => api.call('GET', `/api/v1/jobs/${jobId}`, { token });

/** What a worker would write, at a provider that talks of itself. */
async function work(jobId: string, end: { state: string; failure?: object; result?: object }): Promise<void> {
  const { pool } = api.database;
  await pool.query(
    `INSERT INTO provisioning_step (job_id, key, position, state, server_id, claim, output, error, finished_at)
     SELECT $1, 'site / ' || coalesce(program #>> '{components,0,steps,0}', ''), 1, 'failed', NULL, '"claim at node7.internal"', '{"node": "node7.internal"}',
       '{"code": "rejected", "message": "node7.internal said no"}', now() FROM provisioning_job WHERE id = $1`,
    [jobId],
  );
  await pool.query(
    `INSERT INTO provisioning_event (job_id, number, type, step_key, step, total, percentage, message) VALUES ($1, 2, $2, 'site / list', 1, 1, 100, 'node7.internal said no')`,
    [jobId, end.state === 'completed' ? 'complete' : 'error'],
  );
  await pool.query(
    `UPDATE provisioning_job SET state = $2, phase = 'ended', failure = $3, result = $4, event_count = 2, finished_at = now(), wake_at = NULL WHERE id = $1`,
    [jobId, end.state, end.failure ?? null, end.result ?? null],
  );
}

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.shop();
  serviceId = await delivered(api, 'me@example.com', 'wordpress-standard');
  await delivered(api, 'them@example.com', 'wordpress-standard');
  mine = await letIn(api, 'me@example.com');
  theirs = await letIn(api, 'them@example.com');
});
afterAll(() => api.stop());

describe('the job of a button that a customer pressed', () => {
  it('is followed to its result by that customer, in words that are none of the provider’s', async () => {
    const jobId = await press('listBackups');
    expect((await read(jobId)).json).toMatchObject({
      id: jobId,
      serviceId,
      operation: 'listBackups',
      state: 'pending',
      steps: [{ component: 'site', name: 'list', state: 'planned' }],
      result: null,
    });
    await work(jobId, { state: 'completed', result: { backups: [{ name: 'BAK-1' }] } });
    const { status, json, text } = await read(jobId);
    expect([status, json.state, json.result]).toEqual([200, 'completed', { backups: [{ name: 'BAK-1' }] }]);
    expect(text).not.toMatch(/node7|claim|requestedBy|extension|serverId|phase/);
    const stream = await EventReader.open(`${api.url}/api/v1/jobs/${jobId}/stream`, mine);
    await stream.end();
    expect(stream.events.map(({ data }) => data.message)).toEqual(json.events.map(({ message }: { message: string }) => message));
    expect(JSON.stringify(stream.events)).not.toContain('node7');
  });

  it('says what the customer can mend, and of anything else that staff know', async () => {
    const quota = await press('deleteBackup', { input: { backup: 'BAK-1' } });
    await work(quota, { state: 'failed', failure: { code: 'not_found', message: 'there is no backup BAK-1' } });
    expect((await read(quota)).json.failure).toEqual({ code: 'not_found', message: 'there is no backup BAK-1' });
    const broken = await press('deleteBackup', { input: { backup: 'BAK-2' } });
    await work(broken, { state: 'failed', failure: { code: 'rejected', message: 'node7.internal said no' } });
    const { json, text } = await read(broken);
    expect(json.failure).toEqual({ code: 'failed', message: 'this could not be done; our staff know about it' });
    expect(text).not.toContain('node7');
    expect((await read(broken, api.staffToken)).json.failure.message).toBe('node7.internal said no');
  });

  it('keeps the result of a button of staff to staff', async () => {
    const jobId = await press('backUp', { input: { name: 'a' } }, api.staffToken);
    await work(jobId, { state: 'completed', result: { path: 'somewhere of ours' } });
    expect((await read(jobId)).json.result).toBeNull();
    expect((await read(jobId, api.staffToken)).json.result).toEqual({ path: 'somewhere of ours' });
  });

  it('is not there for another customer, as is one that never was', async () => {
    const jobId = await press('listBackups');
    const foreign = await read(jobId, theirs);
    const missing = await read('999999', theirs);
    expect([foreign.status, missing.status]).toEqual([404, 404]);
    expect(foreign.json.error.message.replace(jobId, 'x')).toBe(missing.json.error.message.replace('999999', 'x'));
    expect((await api.call('GET', `/api/v1/jobs/${jobId}/stream`, { token: theirs })).status).toBe(404);
    // A job of the panel's own is nobody's.
    const panels = await api.one(
      `INSERT INTO provisioning_job (operation, state, phase, program, requested_by)
       SELECT 'terminate', 'completed', 'ended', program, 'staff:1' FROM provisioning_job WHERE id = $1 RETURNING id`,
      [jobId],
    );
    expect((await read(panels)).status).toBe(404);
  });

  it('is read whole by a key for jobs, and by no other', async () => {
    const jobId = await press('listBackups');
    expect((await read(jobId, await api.key('jobs:read'))).json).toMatchObject({
      phase: 'forward',
      components: [{ extension: 'fake-sites' }],
    });
    expect((await read(jobId, await api.key('services:read'))).status).toBe(403);
    expect((await api.call('GET', `/api/v1/services/${serviceId}/jobs`, { token: await api.key('services:read') })).status).toBe(403);
  });
});

describe('what was done with a service', () => {
  it('is listed for its customer page by page, and is nobody else’s', async () => {
    const path = `/api/v1/services/${serviceId}/jobs`;
    const all = await api.call('GET', path, { token: mine });
    expect(all.json.items.length).toBeGreaterThan(3);
    expect(all.text).not.toMatch(/node7|requestedBy|staff:|phase/);
    const first = await api.call('GET', `${path}?limit=1`, { token: mine });
    expect(first.json.items).toEqual([all.json.items[0]]);
    expect((await api.call('GET', `${path}?limit=1&after=${first.json.next}`, { token: mine })).json.items).toEqual([all.json.items[1]]);
    expect((await api.call('GET', path, { token: theirs })).status).toBe(404);
    expect((await api.call('GET', '/api/v1/services/999999/jobs', { token: mine })).status).toBe(404);
    expect((await api.call('GET', '/api/v1/jobs', { token: mine })).status).toBe(403);
  });
});

describe('a domain that its job could not add', () => {
  it('tells its customer nothing of the provider', async () => {
    const jobId = await press('listBackups');
    await api.call('POST', `/api/v1/services/${serviceId}/domains`, { body: { name: 'shop.example' }, token: mine });
    await api.database.pool.query(
      `UPDATE domain SET state = 'gone', failure = 'node7.internal said no', add_job_id = $1, verified_by = 'txt', verified_at = now(), look_at = NULL, gone_at = now()`,
      [jobId],
    );
    const failure = async (token: string) =>
      (await api.call('GET', `/api/v1/services/${serviceId}/domains`, { token })).json.items[0].failure as string;
    expect(await failure(mine)).toBe('it could not be added');
    expect(await failure(api.staffToken)).toBe('node7.internal said no');
  });
});
