import { afterEach, expect, it } from '@jest/globals';
import type { JsonObject } from '@hostwright/sdk';
import { putControl, type RunningSandbox } from '@hostwright/sdk-testing';
import definition from './index.js';
import examples from './testing/examples.json' with { type: 'json' };

let sandbox: RunningSandbox | undefined;
afterEach(() => sandbox?.stop());

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Calls a method of the sandbox in a session, unless the body brings its own. */
interface Caller {
  (method: string, body?: JsonObject): Promise<Reply>;
  readonly sandbox: RunningSandbox;
}

const zone = {
  server_id: 1,
  origin: 'example.com.',
  ns: 'ns1.host.net.',
  mbox: 'hostmaster.example.com.',
  serial: 2026112001,
  refresh: 7200,
  retry: 540,
  expire: 604_800,
  minimum: 3600,
  ttl: 3600,
  active: 'Y',
};
const addZone = (call: Caller): Promise<Reply> => call('dns_zone_add', { client_id: 0, params: zone });
const getZones = (call: Caller, primaryId: JsonObject | number): Promise<Reply> => call('dns_zone_get', { primary_id: primaryId });

/** How each exchange of the contract comes about here. */
const scenes: Readonly<Record<string, (call: Caller) => Promise<Reply>>> = {
  login: ({ sandbox: { server } }) => send('login', { username: server['username'], password: server['password'] }),
  'login refused': ({ sandbox: { server } }) => send('login', { username: server['username'], password: 'wrong' }),
  'expired session': async (call) => {
    const sessionId = await logIn();
    await putControl(call.sandbox, '/sessions/expired');
    return call('dns_zone_get', { session_id: sessionId, primary_id: -1 });
  },
  'no right': async (call) => {
    await putControl(call.sandbox, '/user', { without: ['dns_zone_add'] });
    return addZone(call);
  },
  'unknown method': (call) => call('dns_zone_foo'),
  'zone added': addZone,
  'zone exists': async (call) => {
    await addZone(call);
    return addZone(call);
  },
  'zone filter, none': (call) => getZones(call, { origin: 'nonexistent.' }),
  'zone by unknown id': (call) => getZones(call, 4711),
  'zone filter, one': async (call) => {
    await addZone(call);
    return getZones(call, { origin: 'example.com.' });
  },
  'update without change': async (call) => {
    await addZone(call);
    return call('dns_zone_update', { client_id: 0, primary_id: 42, params: { active: 'Y' } });
  },
  'delete of unknown': (call) => call('dns_zone_delete', { primary_id: 4711 }),
  'template add: no body': (call) =>
    call('dns_templatezone_add', {
      client_id: 0,
      template_id: 1,
      domain: 'example.com',
      ip: '192.0.2.1',
      ns1: 'ns1.host.net',
      ns2: 'ns2.host.net',
      email: 'a@host.net',
    }),
  'API disabled (text, not JSON)': async (call) => {
    await putControl(call.sandbox, '/panel', { disabled: true });
    return send('login', {});
  },
};

async function send(method: string, body: JsonObject): Promise<Reply> {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const url = `${String(sandbox?.server['panelUrl'])}/remote/json.php?${method}`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, text: await answer.text() };
}

async function logIn(): Promise<string> {
  const { username, password } = sandbox?.server ?? {};
  return (JSON.parse((await send('login', { username, password })).text) as { response: string }).response;
}

it('plays every exchange of the contract', () => {
  expect(Object.keys(scenes)).toEqual(examples.exchanges.map(({ name }) => name));
});

it.each(examples.exchanges)('answers as the contract says: $name', async ({ name, response }) => {
  sandbox = await definition.start({ speed: 0 });
  const call = async (method: string, body: JsonObject = {}): Promise<Reply> => send(method, { session_id: await logIn(), ...body });
  const reply = await scenes[name]?.(Object.assign(call, { sandbox }));
  expect(reply?.status).toBe(response.status);
  const expected: unknown = response.body;
  if (typeof expected === 'string') return expect(reply?.text).toBe(expected);
  const actual = JSON.parse(reply?.text ?? '') as { readonly response: unknown };
  // A session's id is random; a zone has columns beyond those of the example.
  if (name === 'login') return expect(actual).toEqual({ code: 'ok', message: '', response: expect.stringMatching(/^[0-9a-f]{32}$/) });
  if (name !== 'zone filter, one') return expect(actual).toEqual(expected);
  return expect(actual).toMatchObject(expected as object);
});

it('answers methods that the contract warns of as they are', async () => {
  sandbox = await definition.start({ speed: 0 });
  const session_id = await logIn();
  const response = async (method: string, body: JsonObject): Promise<unknown> =>
    (JSON.parse((await send(method, { session_id, ...body })).text) as { response: unknown }).response;
  await response('dns_zone_add', { client_id: 0, params: zone });
  expect(await response('dns_zone_get_id', { origin: 'example.co' })).toBe(42);
  expect(await response('dns_zone_get_by_user', { client_id: 0 })).toBe(false);
  const record = { server_id: 1, zone: 42, name: 'www', type: 'TXT', data: 'x', aux: 0, ttl: 3600, active: 'Y', stamp: '', serial: 1 };
  await response('dns_txt_add', { client_id: 0, params: record, update_serial: false });
  await response('dns_zone_delete', { primary_id: 42 });
  expect(await response('dns_rr_get_all_by_zone', { zone_id: 42 })).toHaveLength(1);
  const zones = sandbox.ledger().map(({ kind, details }) => [kind, details?.['zone']]);
  expect(zones).toEqual([['dns-record', 'gone']]);
});

it('keeps the serial unless it is asked to raise it', async () => {
  sandbox = await definition.start({ speed: 0 });
  const session_id = await logIn();
  await send('dns_zone_add', { session_id, client_id: 0, params: zone });
  const record = {
    server_id: 1,
    zone: 42,
    name: 'www',
    type: 'A',
    data: '192.0.2.1',
    aux: 0,
    ttl: 3600,
    active: 'Y',
    stamp: '',
    serial: 1,
  };
  const serial = (): unknown => sandbox?.ledger()[0]?.details?.['serial'];
  await send('dns_a_add', { session_id, client_id: 0, params: record });
  expect(serial()).toBe('2026112001');
  await send('dns_a_add', { session_id, client_id: 0, params: { ...record, data: '192.0.2.2' }, update_serial: true });
  expect(serial()).toBe('2026112002');
});
