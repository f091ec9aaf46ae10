import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiFixture, type Answer } from './support/api-fixture.js';

let api: ApiFixture;
let key: string;
const post = (path: string, body: object = {}, token: string | null = key) => api.call('POST', `/customdomain/${path}`, { body, token });
const told = ({ status, text, headers }: Answer) => [status, headers['content-type'], text];
const plain = 'text/plain; charset=utf-8';

/** As a worker would: the job of that operation ends so, and its service is in that state. */
async function end(operation: string, state: string, service: string | null, failure: object | null = null): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { rows } = await api.database.pool.query<{ service_id: string }>(
      `UPDATE provisioning_job SET state = $2, failure = $3, wake_at = NULL, finished_at = now() WHERE operation = $1 AND state = 'pending' RETURNING service_id`,
      [operation, state, failure === null ? null : JSON.stringify(failure)],
    );
    if (rows[0]) {
      if (service !== null) await api.database.pool.query(`UPDATE service SET state = $1 WHERE id = $2`, [service, rows[0].service_id]);
      if (service === 'active') await api.componentsMade();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`no job of ${operation} was made`);
}

beforeAll(async () => {
  api = await ApiFixture.start();
  key = await api.key('paymenter');
});
afterAll(() => api.stop());

describe('a panel whose zones our staff have not set up yet', () => {
  it('is told nothing of our set-up', async () => {
    const answer = await post('add/zone', { user_id: '7', domain: 'shop.example' });
    expect(told(answer)).toEqual([500, plain, 'this could not be done; our staff know about it']);
    expect(api.lines.some((line) => line.includes('the Paymenter configuration does not fit'))).toBe(true);
    expect(await api.one('SELECT count(*)::int FROM service')).toBe(0);
  });
});

describe("a panel that keeps its users' zones as Paymenter does", () => {
  beforeAll(async () => {
    const { groupId } = await api.shop();
    await api.call('POST', '/api/v1/servers', {
      body: { name: 'zones', extension: 'fake-zones', kind: 'provisioning', serverGroupId: groupId, settings: {} },
    });
    const components = [{ name: 'zone', extension: 'fake-zones', serverGroupId: groupId, settings: {} }];
    const made = await api.call('POST', '/api/v1/products', { body: { code: 'dns-zone', name: 'Zone', components } });
    expect(made.status).toBe(201);
  });

  it.each([
    ['add/zone', { user_id: '7' }, 'domain is missing'],
    ['add/zone', { domain: 'shop.example' }, 'user_id is missing'],
    ['add/zone', { user_id: '7@x', domain: 'shop.example' }, 'user_id must be 1–63 of the characters a–z, 0–9 and -'],
    ['add/zone', { user_id: '7', domain: 'http://shop.example' }, '"http://shop.example" is not a domain, such as shop.example'],
    ['delete/zone', {}, 'domain is missing'],
    ['add/record', {}, 'type is missing'],
    ['add/record', { type: 'a' }, 'ip is missing'],
    ['delete/record', {}, 'zone_id is missing'],
    ['delete/record', { zone_id: 5 }, 'rc_id is missing'],
    ['delete/record', { zone_id: '5; DROP', rc_id: 1 }, 'zone_id must be an id, in digits'],
    ['delete/record', { zone_id: -5, rc_id: 1 }, 'zone_id must be an id, in digits'],
  ])('is told in plain text what is wrong (%s %p)', async (path, body, text) => {
    expect(told(await post(path, body))).toEqual([400, plain, text]);
  });

  it.each(['add/zone', 'delete/zone', 'add/record', 'delete/record'])('needs its key for %s', async (path) => {
    expect(told(await post(path, {}, null))).toEqual([401, plain, expect.stringContaining('API key')]);
    const { status } = await post(path, {}, await api.key('services:read'));
    expect(status).toBe(401);
  });

  it('finds all of it in the documentation, with what is answered in plain text', async () => {
    const { paths } = (await api.call('GET', '/docs-json')).json;
    const answers = (path: string, method = 'post') => Object.keys(paths[path][method].responses['200'].content);
    for (const path of ['add/zone', 'delete/zone', 'add/record', 'delete/record'])
      expect(answers(`/customdomain/${path}`)).toEqual(['text/plain']);
    for (const path of ['/customdomain/getdata', '/customdomain/add', '/action/setdomain', '/actions/deldomain', '/action/{name}'])
      expect(answers(path)).toEqual(['application/json']);
    expect(answers('/action/getdomain', 'get')).toEqual(['application/json']);
  });

  it('reads JSON, and is refused in JSON', async () => {
    const answer = await post('getdata');
    expect([answer.status, answer.json]).toEqual([400, { success: false, error: 'user_id is missing' }]);
    expect((await post('getdata', { user_id: 7 })).json).toEqual({ zones: [] });
    expect((await post('getdata', { user_id: '7' }, null)).json).toMatchObject({ success: false });
  });

  it('may send keys that we do not know: our log names them, and not what they hold', async () => {
    const before = api.lines.length;
    await post('delete/zone', { domain: 'never.example', reason: 'hunter2' });
    const line = api.lines.slice(before).find((one) => one.includes('keys that are not known'));
    expect(line).toContain('"keys":["reason"]');
    expect(line).not.toContain('hunter2');
  });

  it('is told what a domain lacks, and may ask again when it no longer does', async () => {
    const [refused] = await Promise.all([
      post('add/zone', { user_id: '7', domain: 'Shop.example.' }),
      end('create', 'failed', 'cancelled', { code: 'invalid_input', message: 'shop.example must have the name servers ns1, ns2' }),
    ]);
    expect(told(refused)).toEqual([400, plain, 'shop.example must have the name servers ns1, ns2']);
    const [made] = await Promise.all([post('add/zone', { user_id: '7', domain: 'shop.example' }), end('create', 'completed', 'active')]);
    expect(told(made)).toEqual([200, plain, 'success']);
    expect(told(await post('add/zone', { user_id: 7, domain: 'shop.example' }))).toEqual([200, plain, 'success']);
    expect(await api.one(`SELECT count(*)::int FROM service WHERE external_source = 'paymenter-dns'`)).toBe(1);
  });

  it('is shown the records that stand, by their ids', async () => {
    const id = await api.one(`SELECT id FROM service WHERE external_source = 'paymenter-dns'`);
    const zone = 'shop.example';
    const records = [
      { remoteId: '12', zone, name: zone, type: 'A', content: '203.0.113.10', ttl: 3600 },
      { remoteId: '13', zone, name: zone, type: 'MX', content: 'mail.example.org', ttl: 300, priority: 10 },
      { remoteId: '14', zone, name: zone, type: 'TXT', content: 'v=spf1 -all', ttl: 300 },
    ] as const;
    api.zones.standing.set(id, [{ remoteId: '5', name: zone, nameServers: [], records }]);
    const shown = { name: 'shop.example.', active: 'y', priority: null };
    expect((await post('getdata', { user_id: '7' })).json).toEqual({
      zones: [
        {
          zone: {
            id,
            name: zone,
            records: {
              12: { ...shown, id: '12', type: 'A', data: '203.0.113.10', ttl: 3600 },
              13: { ...shown, id: '13', type: 'MX', data: 'mail.example.org.', ttl: 300, priority: 10 },
              14: { ...shown, id: '14', type: 'TXT', data: 'v=spf1 -all', ttl: 300 },
            },
          },
        },
      ],
    });
    expect((await post('getdata', { user_id: '8' })).json).toEqual({ zones: [] });
    const [removed] = await Promise.all([
      post('delete/record', { zone_id: Number(id), rc_id: 13, user_id: '7' }),
      end('removeRecord', 'completed', null),
    ]);
    expect(told(removed)).toEqual([200, plain, 'success']);
    expect(await api.one(`SELECT program -> 'components' -> 0 -> 'input' FROM provisioning_job WHERE operation = 'removeRecord'`)).toEqual({
      name: zone,
      type: 'MX',
      content: 'mail.example.org',
      priority: 10,
    });
    expect(told(await post('delete/record', { zone_id: Number(id), rc_id: 99 }))).toEqual([
      404,
      plain,
      'there is no record 99 in the zone shop.example',
    ]);
  });

  it('is told what is wrong with a record, and nothing of ours', async () => {
    const record = { type: 'cname', name: 'www.shop.example', target: 'x.example.org', ttl: 300 };
    for (const [failure, status, text] of [
      [{ code: 'conflict', message: 'www.shop.example leads elsewhere already' }, 409, 'www.shop.example leads elsewhere already'],
      [{ code: 'rejected', message: 'https://10.0.0.5:8080 said no' }, 500, 'this could not be done; our staff know about it'],
      [{ code: 'not_owned', message: 'of hw-other-1' }, 500, 'this could not be done; our staff know about it'],
    ] as const) {
      const [answer] = await Promise.all([post('add/record', record), end('addRecord', 'failed', null, failure)]);
      expect(told(answer)).toEqual([status, plain, text]);
    }
  });

  it('finds the nearest zone that a name is in', async () => {
    const [made] = await Promise.all([
      post('add/zone', { user_id: '7', domain: 'sub.shop.example' }),
      end('create', 'completed', 'active'),
    ]);
    expect(made.status).toBe(200);
    const [added] = await Promise.all([
      post('add/record', { type: 'a', name: 'www.sub.shop.example', ip: 'proxysrv', ttl: '300' }),
      end('addRecord', 'completed', null),
    ]);
    expect(added.status).toBe(200);
    const zone = await api.one(
      `SELECT s.external_id FROM provisioning_job j JOIN service s ON s.id = j.service_id WHERE j.operation = 'addRecord' ORDER BY j.id DESC LIMIT 1`,
    );
    expect(zone).toBe('sub.shop.example');
    const input = `SELECT program -> 'components' -> 0 -> 'input' FROM provisioning_job WHERE operation = 'addRecord' ORDER BY id DESC LIMIT 1`;
    expect(await api.one(input)).toEqual({ name: 'www.sub.shop.example', type: 'A', content: 'PROXYSRV', ttl: 300 });
  });

  it('removes a zone once, and is told so however often it asks', async () => {
    const [removed] = await Promise.all([post('delete/zone', { domain: 'shop.example' }), end('terminate', 'completed', 'terminated')]);
    expect(told(removed)).toEqual([200, plain, 'success']);
    expect(told(await post('delete/zone', { domain: 'shop.example', user_id: '7' }))).toEqual([200, plain, 'success']);
    expect(told(await post('delete/zone', { domain: 'shop.example', user_id: '8' }))).toEqual([
      404,
      plain,
      'there is no zone shop.example',
    ]);
    expect(told(await post('add/record', { type: 'a', name: 'a.shop.example', ip: '192.0.2.1', ttl: 300 }))).toEqual([
      404,
      plain,
      'there is no zone that a.shop.example is in; give its whole name, such as www.example.com',
    ]);
  });

  it('is told that a zone is being deleted', async () => {
    await api.database.pool.query(`UPDATE service SET desired_state = 'terminated' WHERE external_id = 'sub.shop.example'`);
    for (const answer of [
      await post('add/zone', { user_id: '7', domain: 'sub.shop.example' }),
      await post('add/record', { type: 'a', name: 'a.sub.shop.example', ip: '192.0.2.1', ttl: 300 }),
    ])
      expect(told(answer)).toEqual([409, plain, 'the zone sub.shop.example is being deleted; try again in a moment']);
  });
});
