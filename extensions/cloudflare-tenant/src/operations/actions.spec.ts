import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import { aProduct, Stage } from '../../test/stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.start();
  await stage.create();
});
afterEach(async () => {
  await stage.sandbox.stop();
  expect(stage.sandbox.violations()).toEqual([]);
});
const hostname = 'shop.client.dev';
const codeOf = async (name: string, input = {}) => (await failureOf(stage.act(name, input))).code;

describe('a custom hostname', () => {
  it('is added with what its owner has to publish, which Cloudflare tells later (cloudflare-docs#14460)', async () => {
    const added = await stage.act('addHostname', { hostname: 'Shop.Client.dev', method: 'txt' });
    expect(added).toMatchObject({
      hostname,
      status: 'pending',
      certificateStatus: 'pending_validation',
      ownership: [{ type: 'txt', name: `_cf-custom-hostname.${hostname}` }, { type: 'http' }],
      certificate: [{ type: 'txt', name: `_acme-challenge.${hostname}` }],
    });
    expect(await stage.act('listHostnames')).toMatchObject({ hostnames: [{ hostname }], used: 1, quota: 3 });
  });

  it('shows what there is when Cloudflare does not tell in time', async () => {
    // Its proofs never come, whenever Cloudflare has them ready.
    const never = { get: () => false, set: () => undefined, configurable: true };
    stage.before = (method, path) => {
      if (method === 'GET' && path.endsWith('/custom_hostnames'))
        for (const one of stage.zone().hostnames.values())
          Object.defineProperty(Object.assign(one, { createdAt: '2026-01-01T00:00:00Z' }), 'hasProofs', never);
    };
    const added = stage.act('addHostname', { hostname, method: 'http' });
    expect(await added).toMatchObject({ certificate: [], ownership: [{ type: 'txt' }, { type: 'http' }] });
  });

  it('is added without settings where the plan has no right to them (1400)', async () => {
    stage.sandbox.world.switches.hasSslSettings = false;
    expect(await stage.act('addHostname', { hostname, method: 'txt' })).toMatchObject({ hostname });
    expect(stage.there('custom-hostname')).toHaveLength(1);
  });

  it.each([
    ['1409, reserved top-level domain', 'shop.test', 'hostname: no certificate can be had for shop.test'],
    ['1411, prohibited', 'www.example.com', 'hostname: Cloudflare takes no name under example.com'],
    ['1407, invalid', 'shop_.dev', 'hostname: shop_.dev is no name that Cloudflare takes'],
    ['1408, not ASCII', 'läden.dev', 'hostname: läden.dev has to be written in ASCII'],
  ])('is refused as input, in words that say what is wrong with it: %s', async (_what, refused, said) => {
    const failure = await failureOf(stage.act('addHostname', { hostname: refused, method: 'txt' }));
    expect(failure).toMatchObject({ code: 'invalid_input', cause: { field: 'hostname' }, message: expect.stringContaining(said) });
    expect(failure.message).not.toMatch(/zones\/|Cloudflare refused/);
  });

  it('with an origin that is not in the zone is refused (1421), there and as the fallback', async () => {
    const refused = {
      code: 'invalid_input',
      cause: { field: 'origin' },
      message: 'origin: origin.elsewhere.dev is no name in the zone; add a DNS record for it there first',
    };
    const asOrigin = stage.act('addHostname', { hostname, method: 'txt', origin: 'origin.elsewhere.dev' });
    expect(await failureOf(asOrigin)).toMatchObject(refused);
    expect(await failureOf(stage.act('setFallbackOrigin', { origin: 'origin.elsewhere.dev' }))).toMatchObject(refused);
    expect(await stage.act('setFallbackOrigin', { origin: 'origin.shop.example' })).toMatchObject({ status: 'pending_deployment' });
  });

  it('that is another zone’s (1406, unconfirmed) is a conflict; one of this zone is the same one', async () => {
    const other = stage.sandbox.world.addZone(stage.properties!.accountId, 'other.example');
    const one = { id: 'a'.repeat(32), hostname, origin: undefined, createdAt: '', ssl: { method: 'txt' }, hasProofs: true, revalidated: 0 };
    other.hostnames.set(one.id, one);
    expect(await failureOf(stage.act('addHostname', { hostname, method: 'txt' }))).toMatchObject({
      code: 'conflict',
      message: `${hostname} is a custom hostname of another zone at Cloudflare; it has to be removed there first`,
    });
    other.hostnames.clear();
    const first = await stage.act('addHostname', { hostname, method: 'txt' });
    expect(await stage.act('addHostname', { hostname, method: 'txt' })).toEqual(first);
    expect(stage.there('custom-hostname')).toHaveLength(1);
  });

  it('is found by its whole name: Cloudflare’s filter finds longer ones too', async () => {
    await stage.act('addHostname', { hostname: `a.${hostname}`, method: 'txt' });
    expect(await codeOf('removeHostname', { hostname })).toBe('not_found');
    await stage.act('addHostname', { hostname, method: 'txt' });
    await stage.act('removeHostname', { hostname });
    expect(stage.there('custom-hostname')).toMatchObject([{ hostname: `a.${hostname}` }]);
  });

  it('is validated again by sending the same ssl once more', async () => {
    await stage.act('addHostname', { hostname, method: 'http' });
    await stage.act('recheckHostname', { hostname });
    expect([...stage.zone().hostnames.values()]).toMatchObject([{ revalidated: 1, ssl: { method: 'http' } }]);
  });

  it('counts against the plan', async () => {
    stage.product = aProduct({ customHostnames: 1 });
    await stage.act('addHostname', { hostname, method: 'txt' });
    const tooMany = await failureOf(stage.act('addHostname', { hostname: 'second.client.dev', method: 'txt' }));
    expect(tooMany).toMatchObject({
      code: 'conflict',
      message: 'the product has 1 custom hostname, and all are in use; remove one first, or order a larger product',
    });
    expect(stage.there('custom-hostname')).toHaveLength(1);
    stage.product = aProduct({ customHostnames: 0 });
    expect(await failureOf(stage.act('addHostname', { hostname: 'second.client.dev', method: 'txt' }))).toMatchObject({
      message: 'the product has no custom hostnames; order one that has',
    });
  });

  it('is not added to a zone of somebody else', async () => {
    stage.zone().records.clear();
    for (const name of ['addHostname', 'listHostnames', 'removeHostname', 'recheckHostname', 'setFallbackOrigin', 'recheckZone'])
      expect(await codeOf(name, { hostname, method: 'txt', origin: 'origin.shop.example' })).toBe('not_owned');
  });
});

describe('another check of the name servers', () => {
  it('is asked for, and counts as asked when Cloudflare was asked lately (code unconfirmed)', async () => {
    expect(await stage.act('recheckZone')).toEqual({ status: 'pending', nameServers: 'ada.ns.cloudflare.com bob.ns.cloudflare.com' });
    stage.zone().isCheckedLately = true;
    expect(await stage.act('recheckZone')).toMatchObject({ status: 'pending' });
    stage.zone().status = 'active';
    const before = stage.changes().length;
    expect(await stage.act('recheckZone')).toMatchObject({ status: 'active' });
    expect(stage.changes()).toHaveLength(before);
  });
});

describe('the plans that Cloudflare offers', () => {
  it('are those of the agreement, by the ids that are sold', async () => {
    stage.sandbox.world.switches.denied = ['PARTNERS_ENT'];
    const { plans } = (await stage.act('listPlans')) as { readonly plans: readonly { readonly id: string }[] };
    expect(plans.map(({ id }) => id)).toEqual(['PARTNERS_FREE', 'PARTNERS_PRO', 'PARTNERS_BIZ']);
  });
});
