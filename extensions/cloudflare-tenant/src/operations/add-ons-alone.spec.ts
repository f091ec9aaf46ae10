import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import { aProduct, mark, Stage } from '../../test/stage.js';
import { provisioning } from '../provisioning.js';

let parent: Stage;
let addOns: Stage;
beforeEach(async () => {
  parent = await Stage.start();
  parent.product = aProduct({ plan: 'pro' });
  await parent.create();
  addOns = parent.addedTo({ argo: true });
});
afterEach(async () => {
  await parent.sandbox.stop();
  expect(parent.sandbox.violations()).toEqual([]);
});
const world = () => parent.sandbox.world;
const account = () => world().accounts.get(parent.properties!.accountId)!;
const ratePlans = () => parent.there('subscription').map(({ ratePlan }) => ratePlan);
const marked = () =>
  parent
    .there('dns-record')
    .filter(({ name }) => name === '_hostwright-add-on.shop.example')
    .map(({ content }) => content);
/** Everything but add-ons and their marks. */
const ofParent = () =>
  parent.sandbox
    .ledger()
    .filter(({ kind, details }) => kind !== 'subscription' && !String(details?.['name']).startsWith('_hostwright-add'));

describe('an add-on for a zone that is there', () => {
  it('is subscribed to in the account of that zone, and touches neither account, zone, plan nor membership', async () => {
    const before = ofParent();
    const changes = parent.changes().length;
    const { output } = await addOns.create();
    expect(parent.changes().slice(changes)).toEqual(['POST /zones/…/dns_records', 'POST /accounts/…/subscriptions']);
    expect(ratePlans()).toEqual(['PARTNERS_ZONE_ARGO']);
    expect(marked()).toEqual(['"hw-test-9 PARTNERS_ZONE_ARGO"']);
    expect(ofParent()).toEqual(before);
    const { accountId, zoneId } = parent.properties!;
    expect(output).toMatchObject({ accountId, zoneId, domain: 'shop.example', plan: 'none', remoteId: `${zoneId}:hw-test-9` });
    expect(await addOns.inspect()).toEqual({
      state: 'running',
      details: { addOns: ['PARTNERS_ZONE_ARGO'], lacking: [], zone: 'pending' },
    });
  });

  it.each(['lost_reply', 'error_after', 'malformed', 'hang'] as const)('is subscribed to once when the answer shows %s', async (kind) => {
    addOns = parent.addedTo({ argo: true, loadBalancing: true });
    for (const path of ['/subscriptions$', '/dns_records$']) parent.sandbox.fault({ kind, method: 'POST', path, times: 2 });
    const { sweep } = await addOns.create({ attempts: 20 });
    await sweep();
    expect([...ratePlans()].sort()).toEqual(['PARTNERS_LOAD_BALANCING', 'PARTNERS_ZONE_ARGO']);
    expect(marked()).toHaveLength(2);
  });

  it('is subscribed to once by an order that is made twice', async () => {
    await addOns.create();
    await addOns.create();
    expect(ratePlans()).toEqual(['PARTNERS_ZONE_ARGO']);
    await addOns.run('terminate');
    expect(ratePlans()).toEqual([]);
  });

  it.each([
    ['the service that it is added to', 'hw-test-7'],
    ['another one for the same zone', 'hw-test-10'],
  ])('is not sold again when %s has it', async (_who, owner) => {
    if (owner === 'hw-test-7') {
      await parent.change({ argo: true });
      addOns.others = [{ serviceId: '7', product: parent.product }];
    } else await parent.addedTo({ argo: true }, owner).create();
    const changes = parent.changes();
    const failure = await failureOf(addOns.create());
    expect(failure).toMatchObject({ code: 'conflict', message: expect.stringContaining(owner) });
    expect(parent.changes()).toEqual(changes);
  });

  it('that the customer bought himself is used, and stays', async () => {
    const bought = world().subscription('own', 'PARTNERS_ZONE_ARGO', 'monthly');
    account().subscriptions.set(bought.id, bought);
    await addOns.create();
    await addOns.change({ loadBalancing: true });
    await addOns.run('terminate');
    expect(ratePlans()).toEqual(['PARTNERS_ZONE_ARGO']);
    expect(marked()).toEqual([]);
  });

  it.each([
    ['is gone', () => world().zones.delete(parent.properties!.zoneId), 'not_found'],
    ['is in another account now', () => moveZone(), 'not_found'],
    ['bears the mark of no service above', () => (addOns.above = ['hw-test-5', 'hw-test-77']), 'not_owned'],
    ['bears no mark any more', () => parent.zone().records.clear(), 'not_owned'],
  ])('changes nothing when the zone %s', async (_what, become, code) => {
    become();
    const changes = parent.changes();
    expect((await failureOf(addOns.create())).code).toBe(code);
    expect(parent.changes()).toEqual(changes);
  });

  it('changes nothing when the account is gone, and is not sold with nothing above it, or nothing in it', async () => {
    addOns.above = [];
    expect(await failureOf(addOns.create())).toMatchObject({ code: 'invalid_config', message: expect.stringMatching(/add-on of another/) });
    addOns.above = [parent.owner];
    addOns.product = aProduct({ plan: 'none' });
    expect(await failureOf(addOns.create())).toMatchObject({ code: 'invalid_config', message: expect.stringMatching(/at least one/) });
    addOns.product = aProduct({ plan: 'none', argo: true });
    world().zones.clear();
    world().accounts.delete(account().id);
    const changes = parent.changes();
    expect((await failureOf(addOns.create())).code).toBe('not_found');
    expect(parent.changes()).toEqual(changes);
  });

  it('that Cloudflare refuses (1225) leaves nothing of any of them behind', async () => {
    world().switches.denied = ['PARTNERS_LOAD_BALANCING'];
    addOns = parent.addedTo({ argo: true, loadBalancing: true });
    const before = parent.sandbox.ledger();
    const failure = await failureOf(addOns.create());
    await failure.undo();
    expect(failure.code).toBe('rejected');
    expect(parent.sandbox.ledger()).toEqual(before);
  });

  it('is rolled back when the zone goes in the middle of it: what was subscribed to is cancelled', async () => {
    addOns = parent.addedTo({ argo: true, loadBalancing: true });
    addOns.before = (method, path) => {
      if (method === 'POST' && path.endsWith('/subscriptions')) world().zones.delete(parent.properties!.zoneId);
    };
    world().switches.denied = ['PARTNERS_LOAD_BALANCING'];
    await (await failureOf(addOns.create())).undo();
    expect(ratePlans()).toEqual([]);
  });
});

describe('a change', () => {
  it('of the service above cancels nothing that was bought for its zone, whichever of the two bought it first', async () => {
    await addOns.create();
    await parent.change({ argo: true, plan: 'business' });
    expect(ratePlans()).toEqual(['PARTNERS_ZONE_ARGO']);
    await parent.change({ argo: false, plan: 'free' });
    expect(ratePlans()).toEqual(['PARTNERS_ZONE_ARGO']);
    addOns.others = [{ serviceId: '7', product: parent.product }];
    await addOns.run('terminate');
    expect(ratePlans()).toEqual([]);
  });

  it('of the add-ons buys the new ones first, and cancels the others', async () => {
    await addOns.create();
    const before = ofParent();
    const changes = parent.changes().length;
    await addOns.change({ argo: false, advancedCertificates: true });
    expect(parent.changes().slice(changes)).toEqual([
      'POST /zones/…/dns_records',
      'POST /accounts/…/subscriptions',
      'DELETE /accounts/…/subscriptions/…',
      'DELETE /zones/…/dns_records/…',
    ]);
    expect(ratePlans()).toEqual(['ADVANCED_CERT_MANAGER']);
    expect(marked()).toEqual(['"hw-test-9 ADVANCED_CERT_MANAGER"']);
    expect(ofParent()).toEqual(before);
  });

  it('to what they are already buys again what was cancelled by hand, and marks it again', async () => {
    await addOns.create();
    account().subscriptions.clear();
    const record = [...parent.zone().records.values()].find(({ name }) => name.startsWith('_hostwright-add-on'))!;
    parent.zone().records.delete(record.id);
    await addOns.change({});
    expect([ratePlans(), marked()]).toEqual([['PARTNERS_ZONE_ARGO'], ['"hw-test-9 PARTNERS_ZONE_ARGO"']]);
  });

  it.each([
    ['is in another account now', () => moveZone()],
    ['was made anew', () => remakeZone()],
  ])('of the add-ons changes nothing when the zone %s', async (_what, become) => {
    await addOns.create();
    become();
    const changes = parent.changes();
    expect((await failureOf(addOns.change({ loadBalancing: true }))).code).toMatch(/^not_(found|owned)$/);
    expect(parent.changes()).toEqual(changes);
  });

  it('makes no zone of add-ons, and no add-ons of a zone', () => {
    const whole = aProduct();
    const alone = aProduct({ plan: 'none', argo: true });
    for (const [from, to] of [
      [whole, alone],
      [alone, whole],
    ] as const)
      expect(() => provisioning.allowChange!({ from, to })).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() => provisioning.allowChange!({ from: alone, to: { ...alone, loadBalancing: true } })).not.toThrow();
  });
});

describe('a suspension', () => {
  it('of the add-ons changes nothing at Cloudflare, nor does its end', async () => {
    await addOns.create();
    const changes = parent.changes();
    await addOns.run('suspend');
    await addOns.run('unsuspend');
    expect(parent.changes()).toEqual(changes);
  });

  it('of the service above pauses its zone, which makes no use of them then, and removes the member in spite of them', async () => {
    parent.product = aProduct({ plan: 'pro', suspension: 'pauses the zone and removes the member' });
    await addOns.create();
    await parent.run('suspend');
    expect(parent.there('member')).toEqual([]);
    expect((await addOns.inspect()).state).toBe('stopped');
  });
});

describe('the end', () => {
  it('of the add-ons cancels what was bought for them and nothing else, and may be repeated', async () => {
    const before = parent.sandbox.ledger();
    await addOns.create();
    const changes = parent.changes().length;
    await addOns.run('terminate');
    expect(parent.changes().slice(changes)).toEqual(['DELETE /accounts/…/subscriptions/…', 'DELETE /zones/…/dns_records/…']);
    expect(parent.sandbox.ledger()).toEqual(before);
    await addOns.run('terminate');
    expect(parent.sandbox.ledger()).toEqual(before);
    expect((await addOns.inspect()).state).toBe('missing');
  });

  it('of the service above, after that of the add-ons, takes all', async () => {
    await addOns.create();
    // Its end is asked for already, so it is none of the others.
    addOns.others = [];
    await addOns.run('terminate');
    expect(parent.there('account')).toEqual([{ name: mark, owner: mark }]);
    parent.others = [];
    await parent.run('terminate');
    expect(parent.sandbox.ledger()).toEqual([]);
  });

  it.each(['lost_reply', 'error_after', 'error_before', 'hang'] as const)('comes to the same when the answers show %s', async (kind) => {
    const before = parent.sandbox.ledger();
    await addOns.create();
    parent.sandbox.fault({ kind, method: 'DELETE', path: '.*', times: 2 });
    await addOns.run('terminate', { attempts: 20 });
    expect(parent.sandbox.ledger()).toEqual(before);
  });

  it('cancels the subscription when the zone was moved, or is gone, and takes no record of anybody else’s out of it', async () => {
    await addOns.create();
    moveZone();
    const own = [...parent.zone().records.values()].filter(({ name }) => name === '_hostwright.shop.example');
    await addOns.run('terminate');
    expect(ratePlans()).toEqual([]);
    expect([...parent.zone().records.values()]).toEqual(own);
    world().zones.clear();
    await addOns.run('terminate');
  });

  it('is done when the account is gone', async () => {
    await addOns.create();
    world().zones.clear();
    world().accounts.delete(account().id);
    const { skipped } = await addOns.run('terminate');
    expect(skipped).toContain('cancel subscription');
  });

  it('stops at an account that is not the customer’s', async () => {
    await addOns.create();
    account().name = 'hw-test-c9';
    const changes = parent.changes();
    expect((await failureOf(addOns.run('terminate'))).code).toBe('not_owned');
    expect(parent.changes()).toEqual(changes);
  });
});

function moveZone(): void {
  const zone = parent.zone();
  world().zones.set(zone.id, { ...zone, accountId: world().addAccount('hw-test-c4').id });
}

function remakeZone(): void {
  const old = parent.zone();
  world().zones.delete(old.id);
  const made = world().addZone(old.accountId, old.name);
  for (const record of old.records.values()) made.records.set(record.id, record);
}
