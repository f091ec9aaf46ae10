import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import { aProduct, mark, Stage } from '../../test/stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.start();
});
afterEach(async () => {
  await stage.sandbox.stop();
  expect(stage.sandbox.violations()).toEqual([]);
});

describe('the end of a service', () => {
  it('takes subscriptions, zone, membership and account, in that order, and may be repeated', async () => {
    stage.product = aProduct({ plan: 'pro', argo: true });
    await stage.create();
    const before = stage.changes().length;
    await stage.run('terminate');
    expect(stage.changes().slice(before)).toEqual([
      'DELETE /accounts/…/subscriptions/…',
      'PUT /zones/…/subscription',
      'DELETE /zones/…',
      'PUT /accounts/…',
      'DELETE /accounts/…',
    ]);
    expect(stage.sandbox.ledger()).toEqual([]);
    await stage.run('terminate');
  });

  it.each([true, false])(
    'deletes a paid zone, whether Cloudflare refuses that (1117, unconfirmed) or not: %s',
    async (refusesToDeletePaidZones) => {
      Object.assign(stage.sandbox.world.switches, { refusesToDeletePaidZones });
      stage.product = aProduct({ plan: 'business' });
      await stage.create();
      await stage.run('terminate');
      expect(stage.sandbox.ledger()).toEqual([]);
    },
  );

  it.each(['1001', '7003', '404'])('is done when the zone is gone, as %s', async (kind) => {
    await stage.create();
    if (kind === '7003') stage.properties = { ...stage.properties!, zoneId: 'malformed' };
    else stage.sandbox.world.zones.clear();
    if (kind === '404') stage.sandbox.world.accounts.delete(stage.properties!.accountId);
    await stage.run('terminate');
    expect(stage.there('account').length).toBe(kind === '7003' ? 1 : 0);
  });

  it('keeps the account, its members and shared add-ons for the customer’s other service; the last one takes all', async () => {
    stage.product = aProduct({ argo: true });
    await stage.create();
    const second = stage.beside();
    second.product = stage.product;
    second.others = [{ serviceId: '7', product: stage.product }];
    await second.create();
    expect(stage.there('subscription')).toHaveLength(1);
    stage.others = [{ serviceId: '8', product: second.product }];
    await stage.run('terminate');
    expect(stage.there('account')).toEqual([{ name: mark, owner: mark }]);
    expect(stage.there('subscription')).toHaveLength(1);
    expect(stage.there('member')).toHaveLength(1);
    expect(stage.there('zone')).toMatchObject([{ name: 'other.example' }]);
    second.others = [];
    await second.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('keeps an account in which the customer has a zone or a subscription of his own', async () => {
    await stage.create();
    const { world } = stage.sandbox;
    const own = world.addZone(stage.properties!.accountId, 'own.example');
    await stage.run('terminate');
    expect(stage.there('zone')).toMatchObject([{ name: 'own.example' }]);
    expect(stage.there('account')).toEqual([{ name: mark, owner: mark }]);
    world.zones.delete(own.id);
    const bought = world.subscription('own', 'WORKERS_PAID', 'monthly');
    world.accounts.get(stage.properties!.accountId)!.subscriptions.set(bought.id, bought);
    await stage.run('terminate');
    expect(stage.there('account')).toHaveLength(1);
  });

  it.each(['suspension', 'customer'] as const)('of a suspended service gives a zone back as it was: paused by the %s', async (by) => {
    const account = stage.sandbox.world.addAccount(mark);
    stage.sandbox.world.addZone(account.id, 'shop.example', 'active').paused = by === 'customer';
    stage.product = aProduct({ suspension: 'pauses the zone and removes the member' });
    await stage.create();
    await stage.run('suspend');
    expect(account.members.size).toBe(0);
    await stage.run('terminate');
    expect(stage.there('zone')).toMatchObject([{ name: 'shop.example', paused: by === 'customer' }]);
    // The account and what is in it are his, so he gets in again.
    expect(stage.there('member')).toMatchObject([{ email: 'customer@example.com' }]);
  });

  it('leaves an add-on that was in the account before, and was no service’s', async () => {
    const account = stage.sandbox.world.addAccount(mark);
    const bought = stage.sandbox.world.subscription('own', 'PARTNERS_ZONE_ARGO', 'monthly');
    account.subscriptions.set(bought.id, bought);
    stage.product = aProduct({ argo: true, loadBalancing: true });
    await stage.create();
    await stage.run('terminate');
    expect(stage.there('subscription')).toMatchObject([{ ratePlan: 'PARTNERS_ZONE_ARGO' }]);
  });

  it('goes on where the free plan is refused (1225): whether a paid zone can be deleted is unconfirmed', async () => {
    stage.product = aProduct({ plan: 'business' });
    await stage.create();
    const { switches } = stage.sandbox.world;
    Object.assign(switches, { denied: ['PARTNERS_FREE'], refusesToDeletePaidZones: true });
    const failure = await failureOf(stage.run('terminate'));
    expect(failure).toMatchObject({ code: 'rejected', message: expect.stringMatching(/1117.*1225/) });
    switches.refusesToDeletePaidZones = false;
    await stage.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it.each(['1001', '9109, as if the key were refused (terraform#1991)'])('is done when the account is gone, as %s', async (code) => {
    await stage.create();
    const { world } = stage.sandbox;
    world.zones.delete(stage.properties!.zoneId);
    world.accounts.delete(stage.properties!.accountId);
    if (code !== '1001') world.switches.goneAccountRefusal = { status: 403, code: 9109 };
    const { skipped } = await stage.run('terminate');
    expect(skipped).toContain('delete account');
  });

  it('is done when the account goes while its deletion is answered with a refusal', async () => {
    await stage.create();
    stage.sandbox.world.switches.goneAccountRefusal = { status: 403, code: 9109 };
    stage.sandbox.fault({ kind: 'lost_reply', method: 'DELETE', path: '/accounts/[^/]+$' });
    await stage.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('stops when the key is refused that would have told whether the account is there', async () => {
    await stage.create();
    stage.server = { ...stage.server, globalKey: 'wrong' as never };
    expect((await failureOf(stage.run('terminate'))).code).toBe('invalid_config');
    expect(stage.there('zone')).toHaveLength(1);
  });

  it('of the last one takes empty doubles of the account too, and leaves one that is in use', async () => {
    await stage.create();
    const { world } = stage.sandbox;
    const double = world.addAccount(mark);
    const used = world.addAccount(mark);
    world.addZone(used.id, 'kept.example');
    stage.others = [{ serviceId: '8', product: {} }];
    await stage.run('terminate');
    expect(world.accounts.has(double.id)).toBe(true);
    stage.others = [];
    await stage.run('terminate');
    expect(stage.there('account')).toEqual([{ name: mark, owner: mark }]);
    expect(world.accounts.has(used.id)).toBe(true);
  });

  it('keeps an account with an internal zone in it, which is hidden unless it is asked for', async () => {
    await stage.create();
    stage.sandbox.world.addZone(stage.properties!.accountId, 'intern.example', 'active', 'internal');
    await stage.run('terminate');
    expect(stage.there('zone')).toMatchObject([{ name: 'intern.example' }]);
    expect(stage.there('account')).toEqual([{ name: mark, owner: mark }]);
  });

  it('gives the account its name back, its settings as they were, when the customer orders again while it is being closed', async () => {
    await stage.create();
    const account = stage.sandbox.world.accounts.get(stage.properties!.accountId)!;
    account.settings = { enforce_twofactor: true };
    stage.before = (method, path) => {
      if (method === 'PUT' && /\/accounts\/[^/]+$/.test(path)) stage.others = [{ serviceId: '9', product: {} }];
    };
    await stage.run('terminate');
    expect(stage.there('account')).toEqual([{ name: mark, owner: mark }]);
    expect(account.settings).toEqual({ enforce_twofactor: true });
    expect(stage.changes().filter((call) => call === 'DELETE /accounts/…')).toEqual([]);
  });

  it('cannot reach an account that is being closed from a new order: that one gets its own', async () => {
    await stage.create();
    let begin = (): void => undefined;
    const second = new Promise<void>((resolve) => (begin = resolve)).then(() => stage.beside().create());
    stage.before = async (method, path) => {
      if (method !== 'DELETE' || !/\/accounts\/[^/]+$/.test(path)) return;
      begin();
      await second;
    };
    await stage.run('terminate');
    expect(stage.there('zone')).toMatchObject([{ name: 'other.example' }]);
    expect(stage.there('account')).toEqual([{ name: mark, owner: mark }]);
  });

  it.each(['Reseller BV', 'hw-test-c9', 'hw-other-c3'])(
    'never deletes an account named %s, the reseller’s own or another’s',
    async (name) => {
      await stage.create();
      stage.sandbox.world.accounts.get(stage.properties!.accountId)!.name = name;
      const changes = stage.changes();
      expect((await failureOf(stage.run('terminate'))).code).toBe('not_owned');
      expect(stage.changes()).toEqual(changes);
    },
  );
});
