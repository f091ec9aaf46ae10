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

describe('a suspension', () => {
  it('pauses the zone and is taken back', async () => {
    await stage.create();
    await stage.run('suspend');
    expect(stage.zone().paused).toBe(true);
    expect(await stage.inspect()).toMatchObject({ state: 'stopped', details: { paused: 'by the suspension' } });
    await stage.run('unsuspend');
    expect(stage.zone().paused).toBe(false);
    expect(stage.there('member')).toHaveLength(1);
  });

  it('leaves paused what the customer had paused himself', async () => {
    await stage.create();
    stage.zone().paused = true;
    await stage.run('suspend');
    await stage.run('suspend');
    expect(stage.changes().filter((call) => call.startsWith('PATCH'))).toEqual([]);
    expect(await stage.inspect()).toMatchObject({ details: { paused: 'by the customer' } });
    await stage.run('unsuspend');
    expect(stage.zone().paused).toBe(true);
  });

  it('is done when the zone is paused, or unpaused, already (1022)', async () => {
    await stage.create();
    stage.before = (method) => {
      if (method === 'PATCH') stage.zone().paused = !stage.zone().paused;
    };
    await stage.run('suspend');
    expect(stage.zone().paused).toBe(true);
    expect(stage.properties!.pause).toBe('suspension');
    await stage.run('unsuspend');
    expect(stage.zone().paused).toBe(false);
    await stage.run('unsuspend');
    expect(stage.properties!.pause).toBe('nobody');
  });

  it('removes the member where the product has it so, and invites him again', async () => {
    stage.product = aProduct({ suspension: 'pauses the zone and removes the member' });
    await stage.create();
    await stage.run('suspend');
    expect(stage.there('member')).toEqual([]);
    await stage.run('unsuspend');
    expect(stage.there('member')).toMatchObject([{ email: 'customer@example.com' }]);
  });

  it('locks nobody out of the account while he has another service in it', async () => {
    stage.product = aProduct({ suspension: 'pauses the zone and removes the member' });
    await stage.create();
    stage.others = [{ serviceId: '8', product: {} }];
    await stage.run('suspend');
    expect(stage.there('member')).toHaveLength(1);
  });

  it('never removes the tenant’s own administrator, who may be a customer too', async () => {
    stage.product = aProduct({ suspension: 'pauses the zone and removes the member' });
    stage.order = { ...stage.order, email: stage.server.email.toUpperCase() };
    const members = stage.sandbox.world.addAccount(mark).members;
    members.set('m1', { id: 'm1', email: stage.server.email, roles: [], status: 'accepted' });
    await stage.create();
    const { skipped } = await stage.run('suspend');
    expect(skipped).toEqual(['remove member']);
    expect(stage.zone().paused).toBe(true);
    expect([...members.keys()]).toEqual(['m1']);
  });

  it('that is rolled back unpauses the zone and invites the customer again, and leaves out what it had not changed', async () => {
    stage.product = aProduct({ suspension: 'pauses the zone and removes the member' });
    await stage.create();
    const { undo } = await stage.run('suspend');
    await undo();
    await undo();
    expect(stage.zone().paused).toBe(false);
    expect(stage.there('member')).toMatchObject([{ email: 'customer@example.com' }]);
    stage.others = [{ serviceId: '8', product: {} }];
    stage.properties = { ...stage.properties!, pause: 'nobody' };
    stage.zone().paused = true;
    await (await stage.run('suspend')).undo();
    expect(stage.zone().paused).toBe(true);
    expect(stage.there('member')).toHaveLength(1);
  });

  it('whose end is rolled back leaves the zone paused, and takes back no invitation that was there before', async () => {
    stage.product = aProduct({ suspension: 'pauses the zone and removes the member' });
    await stage.create();
    stage.others = [{ serviceId: '8', product: {} }];
    await stage.run('suspend');
    await (await stage.run('unsuspend')).undo();
    expect(stage.zone().paused).toBe(true);
    expect(stage.there('member')).toHaveLength(1);
  });

  it.each(['suspend', 'unsuspend'] as const)(
    '%s has nothing to do when the pending zone was removed by Cloudflare (unconfirmed)',
    async (verb) => {
      await stage.create();
      stage.sandbox.world.zones.delete(stage.properties!.zoneId);
      const { skipped } = await stage.run(verb);
      expect(skipped).toHaveLength(2);
      expect(await stage.inspect()).toEqual({ state: 'missing' });
    },
  );

  it('does not touch a zone whose mark is gone, or that is in another account by now', async () => {
    await stage.create();
    const { records } = stage.zone();
    const kept = new Map(records);
    records.clear();
    expect(await failureOf(stage.run('suspend'))).toMatchObject({
      code: 'not_owned',
      message: expect.stringMatching(/write the TXT record _hostwright\.shop\.example with the text hw-test-7 again/),
    });
    kept.forEach((record, id) => records.set(id, record));
    Object.assign(stage.zone(), { accountId: stage.sandbox.world.addAccount('hw-test-c9').id });
    expect((await failureOf(stage.run('suspend'))).code).toBe('not_owned');
    expect(stage.zone().paused).toBe(false);
    expect(await stage.inspect()).toEqual({ state: 'missing' });
  });
});
