import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HttpRequest } from '@hostwright/sdk';
import { mark, aProduct, Stage } from '../test/stage.js';
import { provisioning } from './provisioning.js';

/*
 * What the contract with Cloudflare says of how it has to be asked, seen in what is sent.
 */

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

let stage: Stage;
let sent: Sent[];
beforeEach(async () => {
  stage = await Stage.start();
  sent = [];
  const inner = stage.ctx.bind(stage);
  stage.ctx = () => {
    const ctx = inner();
    const fetch = (address: string, request: HttpRequest = {}) => {
      const { pathname, searchParams: query } = new URL(address);
      const path = pathname.replace('/client/v4', '').replace(/[0-9a-f]{32}/g, '…');
      const headers = Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
      const body = request.body ? (JSON.parse(request.body) as Sent['body']) : {};
      sent.push({ method: request.method ?? 'GET', path, query, headers, body });
      return ctx.fetch(address, request);
    };
    return { ...ctx, fetch };
  };
});
afterEach(async () => {
  expect(stage.sandbox.violations()).toEqual([]);
  await stage.sandbox.stop();
});
const those = (method: string, path: RegExp): readonly Sent[] => sent.filter((one) => one.method === method && path.test(one.path));

describe('list child accounts: page and per_page are required', () => {
  it('so both are sent with every page', async () => {
    for (let n = 0; n < 60; n += 1) stage.sandbox.world.addAccount(`other ${n}`);
    await provisioning.testConnection!({ ctx: stage.ctx(), server: stage.server });
    const lists = those('GET', /^\/tenants\/[^/]+\/accounts$/);
    expect(new Set(lists.map(({ query }) => query.get('page'))).size).toBeGreaterThan(1);
    for (const { query } of lists) expect(query.get('per_page')).toMatch(/^[1-9]\d*$/);
  });
});

describe('account names are not unique', () => {
  it('the account is created with a key that is the same when it is tried again, and another one for another order', async () => {
    stage.sandbox.fault({ kind: 'error_before', method: 'POST', path: '/accounts$' });
    await stage.create();
    const keys = () => those('POST', /^\/accounts$/).map(({ headers }) => headers['idempotency-key']);
    const [first] = keys();
    expect(keys()).toEqual([first, first]);
    expect(first).toMatch(/^hw-test-7-./);
    stage.sandbox.world.accounts.clear();
    const other = stage.beside();
    const inner = stage.ctx.bind(stage);
    other.ctx = () => ({ ...inner(), owner: other.owner });
    await other.create();
    expect(keys()[2]).toMatch(/^hw-test-8-./);
  });
});

describe('only one property of a zone may be changed per PATCH', () => {
  it('and no more is sent', async () => {
    await stage.create();
    await stage.run('suspend');
    await stage.run('unsuspend');
    const changes = those('PATCH', /^\/zones\/…$/);
    expect(changes.map(({ body }) => body)).toEqual([{ paused: true }, { paused: false }]);
  });
});

describe('PUT of an account is a full replace of its settings', () => {
  it('id, name and type go with it, and the settings as they were', async () => {
    await stage.create();
    const [account] = [...stage.sandbox.world.accounts.values()].filter(({ name }) => name === mark);
    account!.settings = { enforce_twofactor: true };
    await stage.run('terminate');
    const [renamed] = those('PUT', /^\/accounts\/…$/);
    expect(renamed!.body).toMatchObject({
      id: account!.id,
      name: expect.stringContaining(mark),
      type: 'standard',
      settings: { enforce_twofactor: true },
    });
  });
});

describe('zone.plan is deprecated and lags', () => {
  it('so the plan is read from the zone’s subscription', async () => {
    stage.product = aProduct({ plan: 'pro' });
    await stage.create();
    sent = [];
    expect(await stage.inspect()).toMatchObject({ details: { plan: 'pro' } });
    expect(those('GET', /^\/zones\/…\/subscription$/)).toHaveLength(1);
  });
});

describe('without account.id a zone is refused (1068)', () => {
  it('so it is named, with the type', async () => {
    await stage.create();
    expect(those('POST', /^\/zones$/).map(({ body }) => body)).toEqual([
      { name: 'shop.example', account: { id: expect.stringMatching(/^[0-9a-f]{32}$/) }, type: 'full' },
    ]);
  });
});

describe('a pending zone that never activates is removed by Cloudflare after about 28 days (unconfirmed)', () => {
  it('it is missing then, and the service can still be ended', async () => {
    await stage.create();
    stage.sandbox.world.zones.delete(stage.properties!.zoneId);
    expect(await stage.inspect()).toMatchObject({ state: 'missing' });
    await stage.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([]);
  });
});
