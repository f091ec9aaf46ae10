import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TriggerStage } from './support/trigger-stage.js';

let stage: TriggerStage;
beforeAll(async () => {
  stage = await TriggerStage.start();
  const group = await stage.api.one(`SELECT server_group_id FROM server WHERE extension = 'fake-sites'`);
  const components = [{ name: 'site', extension: 'fake-sites', serverGroupId: group, settings: { plan: 'basic' } }];
  const body = { code: 'extra', name: 'Extra', addonOf: ['wordpress-basic'], components };
  expect((await stage.api.call('POST', '/api/v1/products', { body })).status).toBe(201);
  expect((await stage.map({ plan: 'extra', product: 'extra' })).status).toBe(201);
}, 60_000);
afterAll(() => stage.api.stop());

const ada = { email: 'Ada@example.com', name: 'Ada' };
const told = async (subject: string, over: Parameters<typeof stage.api.bills.stands>[1] = {}) => {
  stage.api.bills.stands(subject, { customer: ada, ...over });
  await stage.tell(subject);
  await stage.look();
};

describe('an add-on that was bought elsewhere', () => {
  it('waits for what it is added to, is added to that, and ends without it', async () => {
    await told('add-1', { plan: 'extra' });
    expect(await stage.serviceOf('add-1')).toEqual([]);
    expect((await stage.eventsOf('add-1'))[0]).toMatchObject({ state: 'pending', outcome: expect.stringContaining("'wordpress-basic'") });
    await told('base-1', { customer: { email: 'ada@EXAMPLE.com', name: null } });
    await stage.letTimePass();
    await stage.look();
    expect(await stage.serviceOf('add-1')).toEqual([]); // it is being built
    await stage.deliver('base-1');
    await stage.letTimePass();
    await stage.look();
    const [[base], [added]] = [await stage.serviceOf('base-1'), await stage.serviceOf('add-1')];
    expect(added).toMatchObject({ parent_id: base.id, customer_id: base.customer_id, code: 'extra' });
    expect(await stage.openTasks('add-1')).toEqual([]);
    await stage.deliver('add-1');
    await told('add-1', { plan: 'extra', state: 'ended' });
    expect([await stage.jobsOf('add-1'), await stage.jobsOf('base-1')]).toEqual([['create', 'terminate'], ['create']]);
  });

  it('stays suspended with what it is added to, although it is paid itself', async () => {
    await told('add-2', { plan: 'extra' });
    await stage.deliver('add-2');
    await told('base-1', { state: 'unpaid' });
    await stage.deliver('base-1', 'suspended');
    await stage.deliver('add-2', 'suspended');
    await told('add-2', { plan: 'extra' });
    expect(await stage.jobsOf('add-2')).toEqual(['create', 'suspend']);
    await told('base-1');
    expect(await stage.jobsOf('add-2')).toEqual(['create', 'suspend', 'unsuspend']);
    await stage.deliver('base-1');
    await stage.deliver('add-2');
  });

  it('is for a person where its customer has several that it could be added to', async () => {
    await told('base-2');
    await stage.deliver('base-2');
    await told('add-3', { plan: 'extra' });
    expect(await stage.serviceOf('add-3')).toEqual([]);
    expect(await stage.openTasks('add-3')).toMatchObject([{ title: expect.stringContaining('several services') }]);
  });
});
