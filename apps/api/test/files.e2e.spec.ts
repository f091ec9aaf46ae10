import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { ApiFixture } from './support/api-fixture.js';
import { becomes, delivered, letIn } from './support/customers.js';

const key = 'PRIVATE KEY of the shop';

let api: ApiFixture;
let mine: string;
let theirs: string;
let token: string;

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
  api.files.answer = () => ({ files: [{ name: 'shop.example.com.key', content: key }], note: null });
});

const ask = (id: string, body: object = {}, by: { token?: string } = { token }) =>
  api.call('POST', `/api/v1/services/${id}/file-link`, { ...by, body });
const tokenIn = (url: string) => url.split('#')[1]!;
const linkTo = async (id: string, by: { token?: string } = { token }) => tokenIn((await ask(id, {}, by)).json.url as string);
const look = (link: string) => api.call('POST', '/api/v1/file-links/look', { body: { token: link }, token: null });
const open = (link: string) => api.call('POST', '/api/v1/file-links/open', { body: { token: link }, token: null });
const links = () => api.one<number>(`SELECT count(*)::int FROM file_link`);

describe('a link to the files of a service', () => {
  it('is not made for somebody else’s', async () => {
    const before = await links();
    expect((await ask(theirs)).status).toBe(404);
    expect((await ask('999999')).status).toBe(404);
    expect((await api.call('POST', `/api/v1/services/${mine}/file-link`, { body: {}, token: null })).status).toBe(401);
    expect(await links()).toBe(before);
  });

  it.each(['pending', 'suspended', 'terminated', 'cancelled'])('is refused while the service is %s', async (state) => {
    await becomes(api, mine, state);
    expect((await ask(mine)).json.error).toMatchObject({
      code: 'conflict',
      message: `service ${mine} is ${state}, so it has no files to fetch`,
    });
  });

  it('is refused where there are none yet, in the words of the module, and for anything else in the body', async () => {
    const before = await links();
    api.files.answer = () => {
      throw new PanelError('conflict', 'no certificate has been issued yet');
    };
    expect((await ask(mine)).json.error).toMatchObject({ code: 'conflict', message: 'no certificate has been issued yet' });
    expect((await ask(mine, { component: 'mail' })).json.error).toMatchObject({ code: 'not_found', field: 'component' });
    expect((await ask(mine, { file: 'shop.key' })).status).toBe(400);
    expect(await links()).toBe(before);
  });

  it('holds no file: it has them at the end of what follows the #, and the database has not even that', async () => {
    const answer = await ask(mine);
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.json.url).toMatch(/^http:\/\/panel\.example\/app\/files#[A-Za-z0-9]{43}$/);
    const rows = await api.one<string>(`SELECT json_agg(l)::text FROM file_link l`);
    expect(rows).not.toContain(tokenIn(answer.json.url));
    expect(`${answer.text} ${rows}`).not.toContain(key);
  });

  it('is looked at by whatever reads mails, and works all the same, once; opened twice it says so', async () => {
    const link = await linkTo(mine);
    expect((await look(link)).json).toEqual({ state: 'open', product: 'wordpress-basic', serviceId: mine });
    expect((await api.call('GET', '/app/files', { token: null })).text).not.toContain(key);
    expect((await look(link)).json.state).toBe('open');
    const opened = await open(link);
    expect([opened.status, opened.json]).toEqual([200, { files: [{ name: 'shop.example.com.key', content: key }], note: null }]);
    expect(opened.headers['cache-control']).toBe('no-store');
    const again = await open(link);
    expect(again.json.error).toMatchObject({ code: 'conflict', field: 'token', message: 'this link was used already; ask for a new one' });
    expect(again.text).not.toContain(key);
    expect((await look(link)).json.state).toBe('used');
  });

  it('of two who open it at once serves one', async () => {
    const link = await linkTo(mine);
    expect((await Promise.all([open(link), open(link)])).map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('that is too old, cut short or nobody’s opens nothing', async () => {
    const link = await linkTo(mine);
    await api.one(`UPDATE file_link SET expires_at = now() - interval '1 second' WHERE used_at IS NULL`);
    expect((await open(link)).json.error).toMatchObject({ code: 'conflict', message: 'this link is too old; ask for a new one' });
    expect((await open(link.slice(1))).status).toBe(404);
    expect((await open('N'.repeat(43))).status).toBe(404);
  });

  it('hands out what the service has when it is opened, and nothing once that is suspended', async () => {
    const [early, late] = [await linkTo(mine), await linkTo(mine)];
    api.files.answer = () => ({ files: [{ name: 'shop.example.com.key', content: 'the renewed key' }], note: null });
    expect((await open(early)).json.files[0].content).toBe('the renewed key');
    await becomes(api, mine, 'suspended');
    expect((await open(late)).json.error.code).toBe('conflict');
    await becomes(api, mine, 'active');
    // What was refused has not used it up.
    expect((await open(late)).status).toBe(200);
  });

  it('may be asked for by staff for a customer. Each is noted, and what is in the files is nowhere else', async () => {
    await open(await linkTo(theirs, {}));
    const { rows } = await api.database.pool.query<{ actor: string; action: string }>(
      `SELECT actor, action, details FROM audit WHERE subject = $1 AND action LIKE 'service.files%' ORDER BY id`,
      [`service:${theirs}`],
    );
    expect(rows).toEqual([
      {
        actor: expect.stringMatching(/^staff:/),
        action: 'service.files_link_made',
        details: expect.objectContaining({ component: 'site' }),
      },
      { actor: rows[0]!.actor, action: 'service.files_fetched', details: expect.objectContaining({ component: 'site' }) },
    ]);
    const shown = await Promise.all(
      [`/api/v1/services/${theirs}`, '/api/v1/services', '/api/v1/jobs', '/api/v1/audit', `/api/v1/services/${theirs}/access`].map((path) =>
        api.call('GET', path),
      ),
    );
    expect(JSON.stringify([rows, shown.map(({ text }) => text), api.lines])).not.toContain(key);
  });
});
