import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { ApiFixture, refusal } from './support/api-fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await ApiFixture.start();
});
afterAll(() => api.stop());

const settings = { host: 'a.example.net', token: 'hunter2-token', lan: '192.168.1.100-192.168.1.253', vmids: '900-999' };
const connect = (over: object = {}) =>
  api.call('POST', '/api/v1/servers', {
    body: { name: `s${Math.random()}`, extension: 'fake-sites', kind: 'provisioning', settings, ...over },
  });

describe('connecting a server', () => {
  it('keeps its secrets sealed and shows only that they are set', async () => {
    const made = await connect({ name: 'first' });
    expect([made.status, made.json.settings.token, made.json.settings.host]).toEqual([201, { set: true }, 'a.example.net']);
    const { id } = made.json;
    const stored = await api.one<object>('SELECT settings FROM server WHERE id = $1', [id]);
    expect(JSON.stringify(stored)).not.toContain('hunter2');
    for (const path of [`/api/v1/servers/${id}`, '/api/v1/servers', '/api/v1/audit'])
      expect((await api.call('GET', path)).text).not.toContain('hunter2');
    expect(api.lines.join('')).not.toContain('hunter2');
  });

  it('changes what is given and keeps the rest, secrets included', async () => {
    const { json } = await connect({ settings: { ...settings, note: 'x' } });
    const changed = await api.call('PATCH', `/api/v1/servers/${json.id}`, {
      body: { state: 'draining', settings: { host: 'b.example.net', note: null } },
    });
    expect(changed.json).toMatchObject({ state: 'draining', settings: { host: 'b.example.net', token: { set: true } } });
    expect(changed.json.settings).not.toHaveProperty('note');
    const stored = await api.one<{ token: { $sealed: string } }>('SELECT settings FROM server WHERE id = $1', [json.id]);
    expect(stored.token.$sealed).toBe([...'hunter2-token'].reverse().join(''));
    expect((await api.call('PATCH', `/api/v1/servers/${json.id}`, { body: {} })).status).toBe(200);
  });

  it.each([
    ['a setting that is missing', { settings: { host: 'a' } }, 'settings.token'],
    ['a setting that is not known', { settings: { ...settings, colour: 'red' } }, 'settings.colour'],
    ['a setting of another kind', { settings: { ...settings, lan: 'everywhere' } }, 'settings.lan'],
    ['an extension that is not loaded', { extension: 'fake-broken' }, 'extension'],
    ['a group that is not there', { serverGroupId: '999999' }, 'serverGroupId'],
    [
      'a group for a server nothing is placed on',
      { extension: 'fake-names', kind: 'dns', settings: { zone: 'example.net' }, serverGroupId: '1' },
      'serverGroupId',
    ],
    ['no capacity', { capacity: 0 }, 'capacity'],
  ])('is refused with %s, and nothing is kept', async (_, over, field) => {
    const before = await api.one('SELECT count(*) FROM server');
    const answer = await connect(over);
    expect([answer.status, answer.json.error.field]).toEqual([400, field]);
    expect(answer.text).not.toContain('hunter2');
    expect(await api.one('SELECT count(*) FROM server')).toBe(before);
  });

  it('is refused with a name that is taken', async () => {
    await connect({ name: 'twice' });
    expect(await connect({ name: 'twice' })).toMatchObject({ status: 409, json: { error: { field: 'name' } } });
  });

  it('tests the connection and says what to mend', async () => {
    const { json } = await connect();
    expect((await api.call('POST', `/api/v1/servers/${json.id}/test`)).json).toEqual({ version: 'Fake 1', warnings: [] });
    const works = api.probe.answer;
    api.probe.answer = refusal;
    expect(await api.call('POST', `/api/v1/servers/${json.id}/test`)).toMatchObject({
      status: 502,
      json: { error: { code: 'invalid_config', message: 'the API token was refused' } },
    });
    api.probe.answer = () => {
      throw new PanelError('unavailable', 'refused', { retryAfterMs: 3_500 });
    };
    expect(await api.call('POST', `/api/v1/servers/${json.id}/test`)).toMatchObject({ status: 503, headers: { 'retry-after': '4' } });
    api.probe.answer = works;
    expect((await api.call('POST', '/api/v1/servers/999999/test')).status).toBe(404);
  });

  it('forgets a server, but not one that something is on', async () => {
    const { json } = await connect();
    expect((await api.call('DELETE', `/api/v1/servers/${json.id}`)).status).toBe(204);
    expect((await api.call('DELETE', `/api/v1/servers/${json.id}`)).status).toBe(404);
    const group = await api.call('POST', '/api/v1/server-groups', { body: { name: 'held' } });
    await connect({ serverGroupId: group.json.id });
    expect((await api.call('DELETE', `/api/v1/server-groups/${group.json.id}`)).status).toBe(409);
  });
});

describe('lists', () => {
  it('are read page by page, each thing once', async () => {
    for (let i = 0; i < 5; i += 1) await api.call('POST', '/api/v1/customers', { body: { email: `page${i}@example.com` } });
    const seen: string[] = [];
    let after = '';
    do {
      const { json } = await api.call('GET', `/api/v1/customers?limit=2${after}`);
      expect(json.items.length).toBeLessThanOrEqual(2);
      seen.push(...json.items.map(({ email }: { email: string }) => email));
      after = json.next === null ? '' : `&after=${json.next}`;
    } while (after);
    expect(seen.filter((email) => email.startsWith('page'))).toEqual([0, 1, 2, 3, 4].map((i) => `page${i}@example.com`));
    expect((await api.call('GET', '/api/v1/customers?email=PAGE3@example.com')).json.items).toHaveLength(1);
  });
});

describe('extensions', () => {
  it('are listed with their forms, and the broken one with its reason', async () => {
    const { json } = await api.call('GET', '/api/v1/extensions');
    const [sites, , broken] = json.items;
    expect(sites).toMatchObject({
      id: 'fake-sites',
      state: 'loaded',
      modules: [
        { kind: 'provisioning', canTest: true, operations: ['suspend', 'unsuspend', 'terminate', 'changePackage', 'changePassword'] },
      ],
    });
    expect(sites.modules[0].server.properties).toHaveProperty('token');
    expect(broken).toMatchObject({ id: 'fake-broken', state: 'broken', reason: 'its manifest is not JSON', modules: [] });
  });
});

describe('a product', () => {
  const component = (over: object = {}) => ({
    name: 'site',
    extension: 'fake-sites',
    serverGroupId: '1',
    settings: { plan: 'basic' },
    ...over,
  });
  const add = (code: string, ...components: object[]) => api.call('POST', '/api/v1/products', { body: { code, name: code, components } });

  it.each([
    ['no component', [], 'components'],
    ['two of one name', [component(), component()], 'components.1.name'],
    ['a plan that is none', [component({ settings: { plan: 'huge' } })], 'components.0.settings.plan'],
    ['a setting that is not known', [component({ settings: { plan: 'basic', colour: 'red' } })], 'components.0.settings.colour'],
    ['an extension that delivers nothing', [component({ extension: 'fake-names' })], 'components.0.extension'],
    ['a group that is not there', [component({ serverGroupId: '999999' })], 'components.0.serverGroupId'],
    ['a connection to nothing', [component({ connections: { dns: '999999' } })], 'components.0.connections.dns'],
    ['a connection that is no id', [component({ connections: { dns: 7 } })], 'components.0.connections.dns'],
    ['an unknown field inside', [component({ colour: 'red' })], 'components.0.colour'],
  ])('is refused with %s', async (_, components, field) => {
    const answer = await add('refused', ...components);
    expect([answer.status, answer.json.error.field]).toEqual([400, field]);
    expect(await api.one(`SELECT count(*)::int FROM product WHERE code = 'refused'`)).toBe(0);
  });

  it('is put together, changed and found again', async () => {
    const dns = await connect({ extension: 'fake-names', kind: 'dns', settings: { zone: 'example.net' } });
    const wrongKind = await connect();
    expect(await add('p', component({ connections: { dns: wrongKind.json.id } }))).toMatchObject({ status: 400 });
    const made = await add('p', component({ connections: { dns: dns.json.id } }));
    expect(made).toMatchObject({
      status: 201,
      json: { code: 'p', state: 'active', components: [{ name: 'site', settings: { plan: 'basic' }, connections: { dns: dns.json.id } }] },
    });
    expect((await add('p', component())).status).toBe(409);
    const changed = await api.call('PATCH', `/api/v1/products/${made.json.id}`, {
      body: { state: 'retired', components: [component({ settings: { plan: 'premium' } })] },
    });
    expect(changed.json).toMatchObject({ state: 'retired', components: [{ settings: { plan: 'premium' }, connections: {} }] });
    expect((await api.call('GET', '/api/v1/products?state=retired')).json.items).toHaveLength(1);
    expect((await api.call('DELETE', `/api/v1/servers/${dns.json.id}`)).status).toBe(204);
  });
});

describe('what staff did', () => {
  it('stands in the audit and cannot be changed', async () => {
    const { json } = await api.call('GET', '/api/v1/audit?limit=200');
    expect(json.items.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['server.connected', 'server.changed', 'product.added', 'customer.added']),
    );
    await expect(api.database.pool.query('DELETE FROM audit')).rejects.toThrow('append-only');
  });
});

describe('the process', () => {
  it('is ready while what it needs is there, and says what is missing when not', async () => {
    expect(await api.call('GET', '/ready', { token: null })).toMatchObject({
      status: 200,
      json: { status: 'ready', extensionsNotLoaded: ['fake-broken'] },
    });
    api.checks.push(
      { name: 'queue', check: () => Promise.reject(new Error('redis://user:hunter2@queue refused')) },
      { name: 'hung', check: () => new Promise(() => undefined) },
    );
    const missing = await api.call('GET', '/ready', { token: null });
    expect([missing.status, missing.json.checks]).toEqual([503, { queue: 'failed', hung: 'failed' }]);
    expect(missing.text).not.toContain('hunter2');
    api.checks.length = 0;
    expect((await api.call('GET', '/health', { token: null })).json.status).toBe('ok');
  });

  it('gives metrics to those who may read them', async () => {
    expect((await api.call('GET', '/metrics', { token: null })).status).toBe(401);
    const metrics = await api.call('GET', '/metrics', { token: await api.key('metrics:read') });
    expect(metrics.text).toContain('hostwright_http_request_seconds_count{method="GET",route="/api/v1/servers/:id"');
    expect(metrics.text).toContain('process_resident_memory_bytes');
  });

  it('describes every route, its callers and its errors', async () => {
    const { json } = await api.call('GET', '/docs-json', { token: null });
    const operations = Object.entries<Record<string, { responses: object; security?: object[] }>>(json.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })),
    );
    const open = operations.filter(({ security }) => !security).map(({ name }) => name);
    expect(open.sort()).toEqual([
      'get /health',
      'get /ready',
      'post /api/v1/auth/forgotten-password',
      'post /api/v1/auth/login',
      ...['look', 'password', 'renew'].map((what) => `post /api/v1/auth/one-time-links/${what}`),
      // The link itself is what lets in.
      'post /api/v1/file-links/look',
      'post /api/v1/file-links/open',
      // What comes there is signed.
      'post /triggers/{extension}',
    ]);
    for (const { name, responses } of operations) {
      expect([name, Object.keys(responses).some((status) => status.startsWith('2'))]).toEqual([name, true]);
      expect([name, '500' in responses]).toEqual([name, true]);
    }
    const named = [...JSON.stringify(json).matchAll(/"#\/components\/schemas\/([^"]*)"/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in json.components.schemas))).toEqual([]);
    expect(json.components.schemas.NewServerInput.required).toEqual(['name', 'extension', 'kind', 'settings']);
    expect((await api.call('GET', '/docs', { token: null })).text).toContain('swagger');
  });
});
