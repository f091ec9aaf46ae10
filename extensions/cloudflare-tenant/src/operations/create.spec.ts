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
const world = () => stage.sandbox.world;
const fail = () => failureOf(stage.create());

describe('the account of a customer', () => {
  it('bears his mark, is made with an idempotency key, and is handed over with zone and name servers while the zone is pending', async () => {
    const { output } = await stage.create();
    expect(stage.there('account')).toEqual([{ name: mark, owner: mark }]);
    expect(stage.there('zone')).toMatchObject([{ name: 'shop.example', status: 'pending', owner: 'hw-test-7' }]);
    expect(stage.there('member')).toMatchObject([{ email: 'customer@example.com' }]);
    expect(output).toMatchObject({
      remoteId: stage.zone().id,
      zoneId: stage.zone().id,
      accountId: stage.zone().accountId,
      nameServers: 'ada.ns.cloudflare.com bob.ns.cloudflare.com',
      pause: 'nobody',
      zoneMade: true,
    });
    // An empty text is no value to the panel.
    expect(Object.values(output as object)).not.toContain('');
    expect(await stage.inspect()).toMatchObject({ state: 'running', details: { status: 'pending', plan: 'free' } });
  });

  it.each([true, false])('is one for all his services; idempotency keys honoured: %s', async (honoursIdempotencyKeys) => {
    world().switches.honoursIdempotencyKeys = honoursIdempotencyKeys;
    stage.sandbox.fault({ kind: 'lost_reply', method: 'POST', path: '/accounts$' });
    await stage.create();
    await stage.beside().create();
    expect(stage.there('account')).toHaveLength(1);
    expect(stage.there('zone').map(({ owner }) => owner)).toEqual(['hw-test-7', 'hw-test-8']);
    expect(stage.there('member')).toHaveLength(1);
  });

  it('is found by its whole name: names are not unique, and a part of one is not it', async () => {
    world().addAccount(`${mark}0`);
    world().addAccount(`a copy of ${mark}`);
    await stage.create();
    expect(stage.there('account').filter(({ name }) => name === mark)).toHaveLength(1);
  });

  it('is the oldest of several, and what a call of unknown outcome made besides is swept away when nothing is in it', async () => {
    const oldest = world().addAccount(mark);
    const empty = world().addAccount(mark);
    const used = world().addAccount(mark);
    world().addZone(used.id, 'used.example');
    const { sweep } = await stage.create();
    expect(stage.properties!.accountId).toBe(oldest.id);
    await sweep();
    expect([...world().accounts.keys()]).toEqual(expect.arrayContaining([oldest.id, used.id]));
    expect(world().accounts.has(empty.id)).toBe(false);
  });

  it('that merely has the name, and is not of the tenant, is never used', async () => {
    const stranger = world().addAccount(mark, false);
    world().switches.isTokenBroad = true;
    Object.assign(stranger, { createdOn: '2020-01-01T00:00:00Z' });
    expect((await fail()).code).toBe('not_owned');
    Object.assign(stranger, { createdOn: new Date().toISOString() });
    expect((await fail()).code).toBe('unavailable');
    expect([...world().accounts.values()].filter(({ name }) => name === mark)).toEqual([stranger]);
  });

  it('is made once when two of his services make it at once: the younger one goes', async () => {
    let rival: string | undefined;
    stage.before = (method, path) => {
      if (method !== 'POST' || !path.endsWith('/accounts') || rival !== undefined) return;
      rival = world().addAccount(mark).id;
    };
    await stage.create();
    expect(stage.properties!.accountId).toBe(rival);
    expect(stage.there('account')).toHaveLength(1);
  });

  it('is made in the unit of the server, without which Cloudflare does not know where', async () => {
    world().switches.units = ['1a2b3c4d5e6f7a8b', 'another'];
    stage.server = { ...stage.server, unitTag: undefined } as never;
    expect((await fail()).message).toMatch(/unit/);
  });

  it('needs an address only where the customer is invited', async () => {
    stage.order = { domain: 'shop.example' };
    expect((await fail()).code).toBe('invalid_input');
    stage.product = aProduct({ invite: false });
    const { skipped } = await stage.create();
    expect(skipped).toContain('invite customer');
    expect(stage.there('member')).toEqual([]);
  });

  it('has a member who was invited already (code unconfirmed: looked for), and an undo leaves that invitation alone', async () => {
    const account = world().addAccount(mark);
    world().addZone(account.id, 'kept.example');
    account.members.set('m1', { id: 'm1', email: 'customer@example.com', roles: [], status: 'accepted' });
    const { undo } = await stage.create();
    expect(account.members.size).toBe(1);
    await undo();
    expect(account.members.size).toBe(1);
  });
});

describe('the zone', () => {
  it('in another account of ours (1061) is a conflict, and nothing is left behind', async () => {
    world().addZone(world().addAccount('hw-test-c9').id, 'shop.example');
    const failure = await fail();
    expect(failure.code).toBe('conflict');
    expect(failure.message).toMatch(/another account/);
    await failure.undo();
    expect(stage.there('account')).toEqual([{ name: 'hw-test-c9', owner: 'hw-test-c9' }]);
    expect(stage.there('zone')).toHaveLength(1);
  });

  it('in the account already is the customer’s: adopted, marked, and left to him with the plan it had', async () => {
    const account = world().addAccount(mark);
    const own = world().addZone(account.id, 'shop.example', 'active');
    stage.product = aProduct({ plan: 'pro' });
    await stage.create();
    expect(stage.properties).toMatchObject({ zoneId: own.id, zoneMade: false, planBefore: 'free' });
    expect(stage.there('zone')).toMatchObject([{ owner: 'hw-test-7', plan: 'PARTNERS_PRO' }]);
    await stage.run('terminate');
    expect(stage.there('zone')).toEqual([expect.objectContaining({ name: 'shop.example', plan: 'free' })]);
    expect(stage.there('zone')[0]).not.toHaveProperty('owner');
    expect(stage.there('account')).toHaveLength(1);
  });

  it('of an attempt before this one bears our mark, so it is ours', async () => {
    await stage.create();
    stage.properties = undefined;
    await stage.create();
    expect(stage.properties).toMatchObject({ zoneMade: true });
  });

  it('of another service of ours is not touched', async () => {
    await stage.create();
    const second = stage.beside();
    second.order = stage.order;
    const before = stage.sandbox.ledger();
    const failure = await failureOf(second.create());
    expect(failure.code).toBe('not_owned');
    expect(stage.sandbox.ledger()).toEqual(before);
  });

  it('that Cloudflare does not take (1049, unconfirmed) leaves nothing behind', async () => {
    stage.order = { ...stage.order, domain: 'under_score.example' };
    const failure = await fail();
    expect(failure.code).toBe('rejected');
    await failure.undo();
    await failure.undo();
    expect(stage.sandbox.ledger()).toEqual([]);
  });
});

describe('a plan', () => {
  it('is POSTed to a zone that has none, under the name of the programme', async () => {
    stage.product = aProduct({ plan: 'business' });
    await stage.create();
    expect(stage.changes()).toContain('POST /zones/…/subscription');
    expect(stage.zone().plan).toMatchObject({ ratePlan: 'PARTNERS_BIZ' });
    expect(await stage.inspect()).toMatchObject({ details: { plan: 'business' } });
  });

  it.each([
    [403, 2],
    [500, 2],
  ])(
    'that is refused right after the zone was made (HTTP %i) is tried again, and the zone stays',
    async (planRefusalStatus, planRefusals) => {
      Object.assign(world().switches, { planRefusalStatus, planRefusals });
      stage.product = aProduct({ plan: 'pro' });
      await stage.create();
      expect(stage.zone().plan).toMatchObject({ ratePlan: 'PARTNERS_PRO' });
      expect(stage.changes().filter((call) => call === 'POST /zones')).toHaveLength(1);
      expect(stage.changes().filter((call) => call.startsWith('DELETE'))).toEqual([]);
    },
  );

  it('that is refused (10000) of a zone that is no longer new is the admin’s to mend', async () => {
    await stage.create();
    Object.assign(stage.zone(), { createdOn: '2026-01-01T00:00:00Z' });
    Object.assign(world().switches, { planRefusals: 5 });
    expect((await failureOf(stage.change({ plan: 'pro' }))).code).toBe('invalid_config');
  });

  it('that the account has no access to (1225) is told with the reason, and all is taken back', async () => {
    world().switches.denied = ['PARTNERS_PRO'];
    stage.product = aProduct({ plan: 'pro' });
    const failure = await fail();
    expect(failure.code).toBe('rejected');
    expect(failure.message).toMatch(/does not have access/);
    await failure.undo();
    expect(stage.sandbox.ledger()).toEqual([]);
  });
});

describe('an add-on', () => {
  it('is subscribed to once, whatever the answer; a second one would be charged too', async () => {
    stage.product = aProduct({ argo: true, addOns: 'PARTNERS_RATE_LIMITING' });
    for (const kind of ['lost_reply', 'ghost_success'] as const) stage.sandbox.fault({ kind, method: 'POST', path: '/subscriptions$' });
    await stage.create();
    expect(
      stage
        .there('subscription')
        .map(({ ratePlan }) => ratePlan)
        .sort(),
    ).toEqual(['PARTNERS_RATE_LIMITING', 'PARTNERS_ZONE_ARGO']);
  });

  it('is charged once when two of the customer’s services subscribe to it at once: the younger one is cancelled', async () => {
    stage.product = aProduct({ argo: true });
    let rival: string | undefined;
    stage.before = (method, path) => {
      const account = [...world().accounts.values()].find(({ name }) => name === mark);
      if (method !== 'POST' || !path.endsWith('/subscriptions') || account === undefined || rival !== undefined) return;
      const made = { ...world().subscription('rival', 'PARTNERS_ZONE_ARGO', 'monthly'), startedAt: '2026-11-01T00:00:00Z' };
      account.subscriptions.set(made.id, made);
      rival = made.id;
    };
    await stage.create();
    expect(stage.there('subscription')).toHaveLength(1);
    expect(stage.properties!.subscriptions).toBe(`PARTNERS_ZONE_ARGO=${rival}`);
  });

  it('that is there twice after all is swept, but not what was there before', async () => {
    const account = world().addAccount(mark);
    const old = world().subscription('old', 'ADVANCED_CERT_MANAGER', 'monthly');
    account.subscriptions.set(old.id, old);
    stage.product = aProduct({ argo: true, advancedCertificates: true });
    const { sweep } = await stage.create();
    const double = world().subscription('double', 'partners_zone_argo', 'monthly');
    account.subscriptions.set(double.id, double);
    await sweep();
    expect(double.state).toBe('Cancelled');
    expect(old.state).toBe('Paid');
    expect(stage.there('subscription')).toHaveLength(2);
  });

  it.each(['Cancelled', 'Expired', 'Failed'])('that is %s is none', async (state) => {
    const account = world().addAccount(mark);
    const old = { ...world().subscription('old', 'PARTNERS_ZONE_ARGO', 'monthly'), state };
    account.subscriptions.set(old.id, old);
    stage.product = aProduct({ argo: true });
    await stage.create();
    expect([...account.subscriptions.values()].map((one) => one.state)).toEqual([state, 'Paid']);
  });

  it('that was charged is cancelled by an undo, and a person is told what does not come back', async () => {
    stage.product = aProduct({ argo: true, plan: 'pro' });
    const { undo } = await stage.create();
    expect([...(await undo())].sort()).toEqual([
      expect.stringContaining('charged 20 USD for the plan pro'),
      expect.stringContaining('charged 5 USD for PARTNERS_ZONE_ARGO'),
    ]);
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('whose price Cloudflare does not tell may have been charged all the same', async () => {
    world().switches.tellsPrices = false;
    stage.product = aProduct({ argo: true, plan: 'pro' });
    const { undo } = await stage.create();
    expect([...(await undo())].sort()).toEqual([
      expect.stringContaining('may have charged for PARTNERS_ZONE_ARGO'),
      expect.stringContaining('may have charged for the plan pro'),
    ]);
  });

  it('that was there before, as the plan was, is not charged for by an undo', async () => {
    const account = world().addAccount(mark);
    const zone = world().addZone(account.id, 'shop.example', 'active');
    zone.plan = world().subscription(zone.id, 'PARTNERS_PRO', 'monthly');
    const old = world().subscription('old', 'PARTNERS_ZONE_ARGO', 'monthly');
    account.subscriptions.set(old.id, old);
    stage.product = aProduct({ argo: true, plan: 'pro' });
    const { undo } = await stage.create();
    expect(await undo()).toEqual([]);
    expect([zone.plan.ratePlan, old.state]).toEqual(['PARTNERS_PRO', 'Paid']);
  });
});
