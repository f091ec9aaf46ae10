import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import type { Refused } from '../sandbox/world.js';
import { aProduct, mark, Stage } from '../test/stage.js';
import { provisioning } from './provisioning.js';
import { closingName } from './shared-account.js';

/*
 * What the contract with Cloudflare warns of and no other test names. What it marks as unconfirmed is seen through either way.
 */

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.start();
});
afterEach(async () => {
  await stage.sandbox.stop();
  expect(stage.sandbox.violations()).toEqual([]);
});
const world = () => stage.sandbox.world;
const switches = () => stage.sandbox.world.switches;

describe('1200 requests / 5 min per user', () => {
  it('are not used up by the panel alone', () => {
    const { requests = 0, perSeconds = 1 } = provisioning.limits.rate ?? {};
    expect((requests / perSeconds) * 300).toBeLessThan(1200);
  });
});

describe('whether name matches exactly or by substring is unconfirmed', () => {
  it.each([true, false])('an account is adopted by its exact name either way; whole names only: %s', async (findsWholeNames) => {
    switches().findsWholeNames = findsWholeNames;
    world().addAccount(`${mark}1`);
    await stage.create();
    await stage.beside().create();
    expect(stage.there('account').filter(({ name }) => name === mark)).toHaveLength(1);
  });

  it('an account’s name stays within 100 characters, the longest mark and what is put behind it included (limit unconfirmed)', () => {
    expect(closingName('h'.repeat(60)).length).toBeLessThanOrEqual(100);
  });
});

describe('delete the account only if this run created it', () => {
  it('a roll-back leaves one that was there before, with whatever the customer has in it', async () => {
    const before = world().addAccount(mark);
    switches().denied = ['PARTNERS_PRO'];
    stage.product = aProduct({ plan: 'pro' });
    await (await failureOf(stage.create())).undo();
    expect([...stage.there('account'), ...stage.there('zone'), ...stage.there('member')]).toEqual([{ name: mark, owner: mark }]);
    expect(world().accounts.has(before.id)).toBe(true);
  });

  it('and takes the one it made, although the answer to that was lost', async () => {
    stage.sandbox.fault({ kind: 'lost_reply', method: 'POST', path: '/accounts$' });
    switches().denied = ['PARTNERS_PRO'];
    stage.product = aProduct({ plan: 'pro' });
    await (await failureOf(stage.create())).undo();
    expect(stage.sandbox.ledger()).toEqual([]);
  });
});

describe('a roll-back', () => {
  it.each(['the zone', 'the account and all in it'])('is done where %s is gone already', async (what) => {
    stage.product = aProduct({ plan: 'pro', argo: true });
    const { undo } = await stage.create();
    world().zones.clear();
    if (what !== 'the zone') world().accounts.clear();
    await undo();
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('finds nothing to undo of a call that was never answered, when the account it was made in is gone', async () => {
    stage.product = aProduct({ plan: 'pro', argo: true });
    stage.before = (method, path) => {
      if (method !== 'POST' || !/\/(members|subscriptions?)$/.test(path)) return;
      world().zones.clear();
      world().accounts.clear();
    };
    for (const path of ['/members$', '/subscriptions$', '/subscription$'])
      for (let n = 0; n < 3; n += 1) stage.sandbox.fault({ kind: 'error_after', method: 'POST', path });
    const failure = await failureOf(stage.create());
    await failure.undo();
    expect(stage.sandbox.ledger()).toEqual([]);
  });
});

describe('duplicate member: code unconfirmed', () => {
  it.each<[string, Refused]>([
    ['1005', { status: 400, code: 1005 }],
    ['another of its family', { status: 400, code: 1009, message: 'already a member' }],
    ['HTTP 409', { status: 409, code: 1003, message: 'Member exists' }],
  ])('refused as %s he is one', async (_what, memberRefusal) => {
    switches().memberRefusal = memberRefusal;
    stage.before = (method, path) => {
      const account = [...world().accounts.values()].find(({ name }) => name === mark);
      if (method === 'POST' && path.endsWith('/members') && account)
        account.members.set('m1', { id: 'm1', email: 'customer@example.com', roles: [], status: 'pending' });
    };
    await stage.create();
    expect(stage.there('member')).toHaveLength(1);
  });
});

describe('a zone', () => {
  it('is adopted only after GET /zones returns exactly one row, otherwise it is a conflict', async () => {
    const account = world().addAccount(mark);
    for (let n = 0; n < 2; n += 1) world().addZone(account.id, 'shop.example');
    expect(await failureOf(stage.create())).toMatchObject({ code: 'conflict', message: expect.stringContaining('2 times') });
    expect(stage.there('dns-record')).toEqual([]);
  });

  it.each([1200, 4444])('under a zone hold by another owner is told with the reason; code unconfirmed, such as %i', async (code) => {
    Object.assign(switches(), { held: ['shop.example'], holdRefusal: { status: 400, code } });
    const failure = await failureOf(stage.create());
    expect(failure).toMatchObject({ code: 'rejected', message: expect.stringContaining('zone hold') });
    await failure.undo();
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it.each(['initializing', 'pending', 'active', 'moved', 'deleted', 'deactivated', 'read only', 'new to us'])(
    'whose status is %s is told so, and is not missing',
    async (status) => {
      await stage.create();
      stage.zone().status = status;
      expect(await stage.inspect()).toMatchObject({ state: status === 'initializing' ? 'changing' : 'running', details: { status } });
    },
  );

  it.each([true, false])('is deleted whether the answer names it or zones.delete returns null: %s', async (namesDeletedZone) => {
    switches().namesDeletedZone = namesDeletedZone;
    await stage.create();
    await stage.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([]);
  });
});

describe('the record of a zone’s mark', () => {
  it.each([81057, 81058])('that is there already is written, as %i says', async (code) => {
    switches().sameRecordCode = code;
    stage.before = (method, path) => {
      const zone = world().zoneNamed('shop.example');
      if (method !== 'POST' || !path.endsWith('/dns_records') || zone === undefined) return;
      const record = { id: 'r1', type: 'TXT', name: '_hostwright.shop.example', content: '"hw-test-7"', comment: null, ttl: 1 };
      zone.records.set(record.id, record);
    };
    await stage.create();
    expect(stage.there('dns-record')).toHaveLength(1);
  });

  it('stored in quotes is compared without them, and without those where it was cut in two', async () => {
    await stage.create();
    for (const record of stage.zone().records.values()) Object.assign(record, { content: '"hw-te" "st-7"' });
    expect(await stage.inspect()).toMatchObject({ state: 'running' });
  });

  it('a CNAME in its place (81053, 81054) is a conflict, not a success', async () => {
    switches().clashes = ['_hostwright.shop.example'];
    const failure = await failureOf(stage.create());
    expect(failure).toMatchObject({ code: 'rejected', message: expect.stringContaining('81054') });
    await failure.undo();
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('that goes while it is removed (81044) is removed', async () => {
    world().addZone(world().addAccount(mark).id, 'shop.example', 'active');
    await stage.create();
    stage.before = (method, path) => {
      if (method === 'DELETE' && path.includes('/dns_records/')) stage.zone().records.clear();
    };
    await stage.run('terminate');
    expect(stage.there('zone')).toHaveLength(1);
  });
});

describe('activation_check over its limit is an error whose code is unconfirmed', () => {
  it.each<[string, Refused]>([
    ['1224', { status: 400, code: 1224, message: 'no' }],
    ['another code and its text', { status: 400, code: 4711, message: 'You may only perform this action once per hour.' }],
    ['HTTP 429', { status: 429, code: 971 }],
  ])('told as %s it is asked for, or waited for', async (_what, checkRefusal) => {
    await stage.create();
    Object.assign(switches(), { checkRefusal });
    stage.zone().isCheckedLately = true;
    const asked = stage.act('recheckZone', {}, { attempts: 2 });
    if (checkRefusal.status === 429) expect(await failureOf(asked)).toMatchObject({ code: 'unavailable' });
    else expect(await asked).toMatchObject({ status: 'pending' });
  });

  it('and another no is one', async () => {
    await stage.create();
    switches().checkRefusal = { status: 400, code: 4711, message: 'The zone cannot be checked.' };
    stage.zone().isCheckedLately = true;
    expect(await failureOf(stage.act('recheckZone'))).toMatchObject({ code: 'rejected' });
  });
});

describe('already unpaused is 1022, mirrored already paused', () => {
  it.each([1022, 4711])('both are success, as %i too', async (code) => {
    await stage.create();
    switches().pauseRefusal = { status: 400, code };
    stage.before = (method) => {
      if (method === 'PATCH') stage.zone().paused = !stage.zone().paused;
    };
    await stage.run('suspend');
    expect(stage.zone().paused).toBe(true);
    await stage.run('unsuspend');
    expect(stage.zone().paused).toBe(false);
  });
});

describe('frequency: the schema says yearly, the tenant page annual', () => {
  it('yearly is sent', async () => {
    stage.product = aProduct({ plan: 'pro', argo: true, frequency: 'yearly' });
    await stage.create();
    expect([stage.zone().plan?.frequency, stage.there('subscription')[0]?.['frequency']]).toEqual(['yearly', 'yearly']);
  });

  it('and where it is refused the error is surfaced, and all is taken back', async () => {
    switches().frequencies = ['monthly', 'annual'];
    stage.product = aProduct({ plan: 'pro', frequency: 'yearly' });
    const failure = await failureOf(stage.create());
    expect(failure).toMatchObject({ code: 'rejected', message: expect.stringContaining('frequency is invalid') });
    await failure.undo();
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('contract zones answer not-applicable', async () => {
    switches().answeredFrequency = 'not-applicable';
    stage.product = aProduct({ plan: 'enterprise' });
    await stage.create();
    expect(await stage.inspect()).toMatchObject({ details: { plan: 'enterprise' } });
  });
});

describe('the plan of a zone has the singular path', () => {
  it('and the plural one, which is not the same endpoint, is never asked', async () => {
    stage.product = aProduct({ plan: 'pro' });
    await stage.create();
    await stage.change({ plan: 'business' });
    expect(stage.changes().filter((call) => call.includes('/zones/…/subscription'))).toEqual([
      'POST /zones/…/subscription',
      'PUT /zones/…/subscription',
    ]);
  });
});

describe('no uniqueness: list first and match rate_plan.id with state not Cancelled or Expired, or a retry double-bills', () => {
  it.each(['Trial', 'Provisioned', 'Paid', 'AwaitingPayment'])('one that is %s is there', async (newState) => {
    switches().newState = newState;
    stage.product = aProduct({ argo: true });
    await stage.create();
    const second = stage.beside();
    second.product = stage.product;
    await second.create();
    expect(stage.there('subscription')).toHaveLength(1);
  });
});
