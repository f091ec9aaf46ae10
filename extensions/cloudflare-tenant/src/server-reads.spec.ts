import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { putControl, testCtx } from '@hostwright/sdk-testing';
import { Stage } from '../test/stage.js';
import { turn } from './listing.js';
import { provisioning } from './provisioning.js';
import type { ServerConfig } from './config.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.start();
});
afterEach(async () => {
  await stage.sandbox.stop();
  expect(stage.sandbox.violations()).toEqual([]);
});
const args = (server: Partial<ServerConfig> = {}, now = '2026-11-25T09:00:00.000Z') => ({
  ctx: testCtx({ owner: 'hw-test-0', now: () => now, deadlineMs: 10_000 }),
  server: { ...stage.server, ...server } as ServerConfig,
});
const test = (server: Partial<ServerConfig> = {}) => provisioning.testConnection!(args(server));
const withField = (field: string) => expect.objectContaining({ code: 'invalid_config', field });
const switches = (set: object) => putControl(stage.sandbox, '/switches', set as never);

describe('a connection', () => {
  it('that is as it should be has no warnings', async () => {
    await stage.create();
    expect(await test()).toEqual({ version: 'Cloudflare API v4, tenant Reseller', warnings: [] });
  });

  it('names the credential that was refused', async () => {
    await expect(test({ globalKey: 'wrong' })).rejects.toEqual(withField('globalKey'));
    await expect(test({ email: 'else@example.net' })).rejects.toEqual(withField('globalKey'));
    await expect(test({ apiToken: 'wrong' })).rejects.toEqual(withField('apiToken'));
  });

  it.each(['expired', 'disabled', 'of an account'])('does not work with a token that is %s', async (tokenStatus) => {
    await switches({ tokenStatus });
    await expect(test()).rejects.toEqual(withField('apiToken'));
  });

  it('warns of a token that expires soon, and of one that reaches accounts beside the tenant’s', async () => {
    await switches({ tokenExpiresOn: '2026-11-30T00:00:00Z', isTokenBroad: true });
    const { warnings } = await test();
    expect(warnings).toEqual([
      'the API token expires on 2026-11-30T00:00:00Z',
      'the API token also reaches accounts that are not the tenant’s: Reseller BV',
    ]);
  });

  it('needs a token that may edit zones and records, where Cloudflare tells', async () => {
    await stage.create();
    await switches({ permissions: ['#zone:read', '#zone:edit', '#dns_records:read'] });
    await expect(test()).rejects.toThrow(/lack #dns_records:edit/);
    await switches({ permissions: null });
    expect((await test()).warnings).toEqual([]);
  });

  it.each([
    ['billing', 'Billing'],
    ['members', 'Account Settings'],
  ])('needs a token that reaches %s within the accounts, and names the permission', async (lacks, permission) => {
    await stage.create();
    await switches({ tokenLacks: [lacks] });
    const failure = await Promise.resolve(test()).catch((thrown: unknown) => thrown);
    expect(failure).toEqual(withField('apiToken'));
    expect((failure as Error).message).toMatch(new RegExp(`lack the permission ${permission}: Edit`));
  });

  it('warns when the global key is used for everything, and works with it alone', async () => {
    stage.server = { ...stage.server, apiToken: undefined } as never;
    expect((await test()).warnings).toEqual([expect.stringMatching(/there is no API token/)]);
    await stage.create();
    expect(stage.there('zone')).toHaveLength(1);
  });

  it('needs a tenant of the user’s, and one of its units where it has several', async () => {
    await expect(test({ tenantTag: 'other' })).rejects.toEqual(withField('tenantTag'));
    await expect(test({ unitTag: 'other' })).rejects.toEqual(withField('unitTag'));
    await switches({ units: ['1a2b3c4d5e6f7a8b', 'second'] });
    await expect(provisioning.testConnection!({ ...args(), server: { ...stage.server, unitTag: undefined } as never })).rejects.toEqual(
      withField('unitTag'),
    );
  });

  it('warns of a tenant that is not active, and of a user who is not one of its members', async () => {
    await switches({ tenantStatus: 'suspended', memberEmails: [] });
    expect((await test()).warnings).toEqual([expect.stringMatching(/is suspended/), expect.stringMatching(/not listed among the members/)]);
  });

  it('is told to slow down, whatever it asked (429)', async () => {
    await putControl(stage.sandbox, '/rate-limit', { requests: 2 });
    await expect(test()).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 1000 });
  });

  it('says nothing of its secrets', async () => {
    const { ctx, server } = args({ apiToken: 'wrong-token-5512', globalKey: stage.server.globalKey });
    const error: unknown = await Promise.resolve(provisioning.testConnection!({ ctx, server })).catch((thrown: unknown) => thrown);
    expect(JSON.stringify([String(error), ctx.logged])).not.toMatch(/wrong-token-5512|sandbox-cloudflare-key/);
  });
});

describe('the zones of a tenant', () => {
  it('are all listed, over several pages, with the mark of each, and the pause of none is judged', async () => {
    await stage.create();
    const { world } = stage.sandbox;
    const account = world.accounts.get(stage.properties!.accountId)!;
    for (let i = 0; i < 120; i += 1) world.addZone(account.id, `zone-${i}.example`);
    stage.zone().paused = true;
    const listed = await provisioning.listAccounts!(args());
    expect(listed).toHaveLength(121);
    expect(listed.find(({ remoteId }) => remoteId === stage.properties!.zoneId)).toEqual({
      remoteId: stage.properties!.zoneId,
      name: 'shop.example',
      state: 'changing',
      owner: 'hw-test-7',
    });
    expect(listed.filter(({ owner }) => owner !== undefined)).toHaveLength(1);
  });

  it('are asked for their mark only in accounts of this installation', async () => {
    const { world } = stage.sandbox;
    world.addZone(world.addAccount('hw-other-c3').id, 'else.example');
    await provisioning.listAccounts!(args());
    expect(stage.sandbox.calls().filter(({ path }) => path.endsWith('/dns_records'))).toEqual([]);
  });

  it('that cannot be read are no empty list', async () => {
    await stage.create();
    stage.sandbox.fault({ kind: 'error_before', path: '/dns_records$' });
    await expect(provisioning.listAccounts!(args())).rejects.toMatchObject({ code: 'unknown_outcome' });
  });
});

describe('the traffic of a zone', () => {
  it('is that of the month, in UTC, of zones that are active', async () => {
    await stage.create();
    const { traffic } = stage.zone();
    traffic.set('2026-10-31', 7).set('2026-11-01', 100).set('2026-11-25', 23).set('2026-11-26', 9);
    expect(await provisioning.usage!(args())).toEqual([]);
    stage.zone().status = 'active';
    expect(await provisioning.usage!(args())).toEqual([{ remoteId: stage.properties!.zoneId, trafficBytes: 123, trafficSince: '2026-11' }]);
    expect(await provisioning.usage!(args({}, '2026-10-31T23:59:00.000Z'))).toMatchObject([{ trafficBytes: 7, trafficSince: '2026-10' }]);
  });

  it('is not made up when GraphQL says no, which comes as an HTTP 200', async () => {
    await stage.create();
    stage.zone().status = 'active';
    stage.sandbox.fault({ kind: 'wrong_shape', path: '/graphql$' });
    await expect(provisioning.usage!(args())).rejects.toMatchObject({ code: 'unknown_outcome' });
    const { ctx, server } = args();
    const deleting: typeof ctx = {
      ...ctx,
      fetch: (url, request) => (url.endsWith('/graphql') && stage.sandbox.world.zones.clear(), ctx.fetch(url, request)),
    };
    await expect(provisioning.usage!({ ctx: deleting, server })).rejects.toThrow(/rejected|unknown zone/);
  });

  it('is asked for in turns when there are more zones than one hour has queries for', () => {
    const zones = Array.from({ length: 600 }, (_, index) => ({ id: String(index).padStart(4, '0') })) as never;
    const hours = [0, 1, 2].map((hour) => turn(zones, hour * 3_600_000));
    expect(hours.map((part) => part.length)).toEqual([200, 200, 200]);
    expect(new Set(hours.flat().map(({ id }) => id)).size).toBe(600);
    expect(turn(zones, 3 * 3_600_000)).toEqual(hours[0]);
  });
});
