import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { ApiFixture } from './support/api-fixture.js';
import { becomes, delivered, letIn } from './support/customers.js';

let api: ApiFixture;
let mine: string;
let theirs: string;
let token: string;
const chosen = 'Correct-Horse-42';

const audits = async (id: string) =>
  (
    await api.database.pool.query<{ action: string; actor: string; details: object }>(
      `SELECT action, actor, details FROM audit WHERE subject = $1 ORDER BY id`,
      [`service:${id}`],
    )
  ).rows;

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.shop();
  [mine, theirs] = [await delivered(api, 'me@example.com'), await delivered(api, 'them@example.com')];
  token = await letIn(api, 'me@example.com');
});
afterAll(() => api.stop());
beforeEach(async () => {
  await becomes(api, mine, 'active');
  await becomes(api, theirs, 'active');
  await api.database.pool.query(`UPDATE provisioning_job SET state = 'completed', phase = 'ended'`);
});

describe('logging in to a service', () => {
  const open = (id: string, body: object = {}) => api.call('POST', `/api/v1/services/${id}/sign-on`, { token, body });

  it('is not there for somebody else’s, whatever its state, and nobody is asked', async () => {
    expect((await open(theirs)).status).toBe(404);
    expect((await open('999999')).status).toBe(404);
    expect(api.signOn.opened).toEqual([]);
  });

  it.each(['pending', 'suspended', 'terminated', 'cancelled'])('is refused while it is %s', async (state) => {
    await becomes(api, mine, state);
    expect((await open(mine)).json.error).toMatchObject({ code: 'conflict' });
    expect((await api.call('GET', `/api/v1/services/${mine}/access`, { token })).json).toEqual({ signOn: [], password: [], files: [] });
    expect(api.signOn.opened).toEqual([]);
  });

  it('is refused for a component that is not there, and for anything else in the body', async () => {
    expect((await open(mine, { component: 'mail' })).json.error).toMatchObject({ code: 'not_found', field: 'component' });
    expect((await open(mine, { user: 'root' })).status).toBe(400);
  });

  it.each([
    ['unavailable', 503, 'nobody can be logged in at the moment: try again later, or ask our staff'],
    ['invalid_config', 503, 'nobody can be logged in at the moment: try again later, or ask our staff'],
    ['rejected', 503, 'nobody can be logged in at the moment: try again later, or ask our staff'],
    ['conflict', 409, 'what the provider says'],
  ] as const)('that ends with %s tells its customer what to do, and staff what the provider says', async (code, status, told) => {
    const before = api.signOn.answer;
    api.signOn.answer = () => {
      throw new PanelError(code, 'what the provider says');
    };
    try {
      const answer = await open(mine);
      expect([answer.status, answer.json.error.message]).toEqual([status, told]);
      if (status >= 500) expect(JSON.stringify(api.lines)).toContain('what the provider says');
      const byStaff = await api.call('POST', `/api/v1/services/${mine}/sign-on`, { body: {} });
      expect(byStaff.json.error).toMatchObject({ code, message: 'what the provider says' });
    } finally {
      api.signOn.answer = before;
    }
    expect(await audits(mine)).not.toContainEqual(expect.objectContaining({ action: 'service.signed_on' }));
  });

  it('answers an address that nobody keeps, and is noted without it', async () => {
    expect((await api.call('GET', `/api/v1/services/${mine}/access`, { token })).json).toEqual({
      signOn: ['site'],
      password: ['site'],
      files: ['site'],
    });
    const answer = await open(mine);
    expect([answer.status, answer.json]).toEqual([200, { url: 'https://door.example/once', expiresAt: '2030-01-01T00:00:00.000Z' }]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(api.signOn.opened.at(-1)).toEqual([mine, 'site']);
    const noted = (await audits(mine)).find(({ action }) => action === 'service.signed_on');
    expect(noted?.actor).toMatch(/^customer:/);
    expect(JSON.stringify([noted, api.lines])).not.toContain('door.example');
  });
});

describe('a new password', () => {
  const change = (id: string, body: object = {}, by: { token?: string } = { token }) =>
    api.call('POST', `/api/v1/services/${id}/password`, { ...by, body });

  it('is not asked for of somebody else’s service', async () => {
    expect((await change(theirs, { password: chosen })).status).toBe(404);
    expect(await api.one(`SELECT count(*) FROM provisioning_job WHERE operation = 'changePassword'`)).toBe('0');
  });

  it.each([
    [{ password: 'short' }, 'password'],
    [{ password: 'x'.repeat(129) }, 'password'],
    [{ password: 'with\nlines of text' }, 'password'],
    [{ passwort: chosen }, 'passwort'],
    [{ password: 1234567890 }, 'password'],
  ])('%j is refused', async (body, field) => {
    const answer = await change(mine, body);
    expect([answer.status, answer.json.error.field]).toEqual([400, field]);
    expect(answer.text).not.toContain('with\\nlines');
  });

  it('is refused while the service is suspended', async () => {
    await becomes(api, mine, 'suspended');
    expect((await change(mine)).json.error.code).toBe('conflict');
  });

  it('goes into a job, sealed, and comes out nowhere', async () => {
    const answer = await change(mine, { password: chosen });
    expect([answer.status, answer.json]).toEqual([202, { jobId: expect.any(String), created: true }]);
    const job = await api.call('GET', `/api/v1/jobs/${answer.json.jobId}`);
    expect(job.json).toMatchObject({ operation: 'changePassword', serviceId: mine });
    const stored = await api.one(`SELECT program::text FROM provisioning_job WHERE id = $1`, [answer.json.jobId]);
    expect(stored).toContain('$sealed');
    const everywhere = JSON.stringify([answer.text, job.text, stored, await audits(mine), api.lines]);
    expect(everywhere).not.toContain(chosen);
    expect(await audits(mine)).toContainEqual(
      expect.objectContaining({ action: 'service.password_requested', details: { jobId: answer.json.jobId, chosen: true } }),
    );
  });

  it('waits its turn: a second one is a conflict, since nobody could say which stays', async () => {
    const [one, two] = [await change(mine, { password: chosen }), await change(mine, { password: `${chosen}2` })];
    expect([one.status, two.status]).toEqual([202, 409]);
  });

  it('is random when nobody chose one', async () => {
    const { jobId } = (await change(mine)).json as { jobId: string };
    const stored = await api.one(
      `SELECT program->'components'->0->'reserved'->'password'->>'$sealed' FROM provisioning_job WHERE id = $1`,
      [jobId],
    );
    expect(stored).toMatch(/^[A-Za-z0-9]{24}$/);
  });

  it('has a call of its own', async () => {
    const answer = await api.call('POST', `/api/v1/services/${mine}/operations`, { body: { operation: 'changePassword' } });
    expect(answer.json.error).toMatchObject({ code: 'invalid_input', field: 'operation' });
  });
});
