import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import { aProduct, Stage } from '../../test/stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.start();
});
afterEach(async () => {
  await stage.sandbox.stop();
  expect(stage.sandbox.violations()).toEqual([]);
});

describe('a change of package', () => {
  it('goes up with PUT from paid to paid, and down to the free plan, with the add-ons of each', async () => {
    stage.product = aProduct({ plan: 'pro', argo: true });
    await stage.create();
    await stage.change({ plan: 'business', argo: false, loadBalancing: true });
    expect(stage.changes()).toContain('PUT /zones/…/subscription');
    expect(stage.there('zone')).toMatchObject([{ plan: 'PARTNERS_BIZ' }]);
    expect(stage.there('subscription').map(({ ratePlan }) => ratePlan)).toEqual(['PARTNERS_LOAD_BALANCING']);
    await stage.change({ plan: 'free', loadBalancing: false });
    expect(stage.there('zone')).toMatchObject([{ plan: 'free' }]);
    expect(stage.there('subscription')).toEqual([]);
    await stage.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('from free to free calls nothing that changes anything', async () => {
    await stage.create();
    const before = stage.changes().length;
    await stage.change({ customHostnames: 10 });
    expect(stage.changes()).toHaveLength(before);
  });

  it('keeps an add-on that another service of the customer has', async () => {
    stage.product = aProduct({ argo: true });
    await stage.create();
    stage.others = [{ serviceId: '8', product: { argo: true } }];
    await stage.change({ argo: false });
    expect(stage.there('subscription')).toHaveLength(1);
    expect(stage.properties!.subscriptions).toBe('none');
  });

  it('invites nobody to an account that the suspension has shut him out of', async () => {
    stage.product = aProduct({ suspension: 'pauses the zone and removes the member' });
    await stage.create();
    await stage.run('suspend');
    await stage.change({ plan: 'pro' });
    expect(stage.there('member')).toEqual([]);
    await stage.change({ suspension: 'pauses the zone' });
    expect(stage.there('member')).toHaveLength(1);
  });

  it('brings back an add-on that was cancelled by hand, and leaves one that somebody else bought', async () => {
    stage.product = aProduct({ argo: true });
    await stage.create();
    const account = stage.sandbox.world.accounts.get(stage.properties!.accountId)!;
    for (const one of account.subscriptions.values()) one.state = 'Cancelled';
    const bought = stage.sandbox.world.subscription('own', 'ADVANCED_CERT_MANAGER', 'monthly');
    account.subscriptions.set(bought.id, bought);
    await stage.change({ advancedCertificates: true });
    expect(stage.there('subscription').map(({ ratePlan }) => ratePlan)).toEqual(['ADVANCED_CERT_MANAGER', 'PARTNERS_ZONE_ARGO']);
    await stage.change({ argo: false, advancedCertificates: false });
    expect(stage.there('subscription').map(({ ratePlan }) => ratePlan)).toEqual(['ADVANCED_CERT_MANAGER']);
  });

  it('to a lesser plan is done although Cloudflare keeps the better one to the end of the period (unconfirmed)', async () => {
    stage.sandbox.world.switches.delaysDowngrades = true;
    stage.product = aProduct({ plan: 'business' });
    await stage.create();
    const { undo } = await stage.change({ plan: 'pro' });
    expect(stage.properties!.plan).toBe('pro');
    expect(await stage.inspect()).toMatchObject({ details: { plan: 'business' } });
    expect(await undo()).toEqual([]);
    expect(stage.zone().planToCome).toBeUndefined();
  });

  it('back to the better plan before that end keeps it', async () => {
    stage.sandbox.world.switches.delaysDowngrades = true;
    stage.product = aProduct({ plan: 'business' });
    await stage.create();
    await stage.change({ plan: 'pro' });
    expect(stage.zone().planToCome).toMatchObject({ ratePlan: 'PARTNERS_PRO' });
    await stage.change({ plan: 'business' });
    expect(stage.zone().plan).toMatchObject({ ratePlan: 'PARTNERS_BIZ' });
    expect(stage.zone().planToCome).toBeUndefined();
  });

  it('to the plan that somebody set by hand is done, whether Cloudflare was to end that one or not', async () => {
    stage.product = aProduct({ plan: 'pro' });
    await stage.create();
    stage.zone().plan!.ratePlan = 'PARTNERS_BIZ';
    await stage.change({ plan: 'business' });
    expect(stage.zone().plan).toMatchObject({ ratePlan: 'PARTNERS_BIZ' });
    await stage.change({ customHostnames: 9 });
    stage.zone().plan!.ratePlan = 'PARTNERS_PRO';
    await stage.change({ customHostnames: 8 });
    expect(stage.zone().plan).toMatchObject({ ratePlan: 'PARTNERS_BIZ' });
  });

  it('of a zone that is gone is an error', async () => {
    await stage.create();
    stage.sandbox.world.zones.clear();
    expect((await failureOf(stage.change({ plan: 'pro' }))).code).toBe('not_found');
  });
});
