import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TriggerFact } from '@hostwright/sdk';
import { TriggerStage } from './support/trigger-stage.js';

let stage: TriggerStage;
beforeAll(async () => {
  stage = await TriggerStage.start();
  const { items } = (await stage.api.call('GET', '/api/v1/products?limit=200')).json;
  const { components } = items.find(({ code }: { code: string }) => code === 'wordpress-basic');
  await stage.api.call('POST', '/api/v1/products', {
    body: { code: 'extra', name: 'Extra', components, addonOf: ['wordpress-basic'] },
  });
  await stage.map({ plan: 'extra', product: 'extra' });
  await stage.map({ plan: 'extra-of', product: 'extra', addTo: 'metadata.service' });
}, 60_000);
afterAll(() => stage.api.stop());

const customer = (name: string) => ({ email: `${name}@example.com`, name });
/** Bought, told and looked at. */
async function buys(name: string, subject: string, plan: string, values: TriggerFact['values'] = {}): Promise<void> {
  stage.api.bills.stands(subject, { plan, customer: customer(name), values: { 'metadata.ip': '203.0.113.10', ...values } });
  await stage.tell(subject);
  await stage.look();
}
async function buysNoMore(name: string, subject: string, state: TriggerFact['state']): Promise<void> {
  stage.api.bills.stands(subject, { plan: 'small', state, customer: customer(name) });
  await stage.tell(subject);
  await stage.look();
}
async function has(name: string, subject: string): Promise<string> {
  await buys(name, subject, 'small');
  await stage.deliver(subject);
  return (await stage.serviceOf(subject))[0].id;
}
const parentOf = async (subject: string) => (await stage.serviceOf(subject))[0]?.parent_id;

describe('an add-on that is bought at another billing system', () => {
  it('is added to the only service of its customer that it is for, once, and ends by itself', async () => {
    await has('bob', 'sub-of-bob');
    const parent = await has('ann', 'sub-ann');
    await buys('Ann', 'extra-ann', 'extra');
    await stage.tell('extra-ann');
    await stage.look();
    expect(await stage.serviceOf('extra-ann')).toMatchObject([{ parent_id: parent, code: 'extra' }]);
    expect(await stage.jobsOf('extra-ann')).toEqual(['create']);
    expect((await stage.eventsOf('extra-ann'))[1]).toMatchObject({ outcome: expect.stringContaining(`added to service ${parent}`) });
    await stage.deliver('extra-ann');
    stage.api.bills.stands('extra-ann', { plan: 'extra', state: 'ended', customer: customer('ann') });
    await stage.tell('extra-ann');
    await stage.look();
    expect([await stage.jobsOf('extra-ann'), await stage.jobsOf('sub-ann')]).toEqual([['create', 'terminate'], ['create']]);
  });

  it('that comes before its service is there waits for it', async () => {
    await buys('cleo', 'extra-cleo', 'extra');
    expect(await stage.openTasks('extra-cleo')).toEqual([]);
    await buys('cleo', 'sub-cleo', 'small');
    await stage.letTimePass();
    await stage.look();
    expect((await stage.eventsOf('extra-cleo'))[0].outcome).toContain('is pending');
    await stage.deliver('sub-cleo');
    await stage.letTimePass();
    await stage.look();
    expect(await parentOf('extra-cleo')).toBe((await stage.serviceOf('sub-cleo'))[0].id);
  });

  it('stays suspended with its service, although it is paid itself', async () => {
    await has('hal', 'sub-hal');
    await buys('hal', 'extra-hal', 'extra');
    await stage.deliver('extra-hal');
    await buysNoMore('hal', 'sub-hal', 'unpaid');
    await stage.deliver('sub-hal', 'suspended');
    await stage.deliver('extra-hal', 'suspended');
    await buys('hal', 'extra-hal', 'extra');
    expect(await stage.jobsOf('extra-hal')).toEqual(['create', 'suspend']);
    await buys('hal', 'sub-hal', 'small');
    expect(await stage.jobsOf('extra-hal')).toEqual(['create', 'suspend', 'unsuspend']);
    await stage.deliver('sub-hal');
    await stage.deliver('extra-hal');
  });

  it('for which its customer has no service is brought before a person, and goes on when that is mended', async () => {
    await buys('dan', 'extra-dan', 'extra');
    for (let looks = 0; looks < 5; looks += 1) {
      await stage.letTimePass();
      await stage.look();
    }
    expect(await stage.openTasks('extra-dan')).toMatchObject([{ detail: expect.stringContaining('has no service that') }]);
    const parent = await has('dan', 'sub-dan');
    await stage.api.call('POST', `/api/v1/trigger-events/${(await stage.eventsOf('extra-dan'))[0].id}/replay`);
    await stage.look();
    expect([await parentOf('extra-dan'), await stage.openTasks('extra-dan')]).toEqual([parent, []]);
  });

  it('that could be added to several is for a person, unless the billing system says to which', async () => {
    const [first, second] = [await has('eve', 'sub-eve-1'), await has('eve', 'sub-eve-2')];
    await buys('eve', 'extra-eve', 'extra');
    expect(await stage.openTasks('extra-eve')).toMatchObject([{ title: expect.stringContaining(`the services ${first}, ${second}`) }]);
    await buys('eve', 'extra-eve-1', 'extra-of', { 'metadata.service': first });
    await buys('eve', 'extra-eve-2', 'extra-of', { 'metadata.service': 'sub-eve-2' });
    expect([await parentOf('extra-eve-1'), await parentOf('extra-eve-2')]).toEqual([first, second]);
  });

  it('is never added to what is another customer’s, whatever the billing system says, nor to nothing', async () => {
    const theirs = await has('fay', 'sub-fay');
    await has('gus', 'sub-gus');
    await buys('gus', 'extra-gus', 'extra-of', { 'metadata.service': theirs });
    for (let looks = 0; looks < 5; looks += 1) {
      await stage.letTimePass();
      await stage.look();
    }
    expect(await stage.openTasks('extra-gus')).toMatchObject([{ detail: expect.stringContaining(`no service '${theirs}'`) }]);
    await buys('gus', 'extra-gus-2', 'extra-of');
    expect(await stage.openTasks('extra-gus-2')).toMatchObject([{ detail: expect.stringContaining(`'metadata.service'`) }]);
    expect([await stage.serviceOf('extra-gus'), await stage.serviceOf('extra-gus-2')]).toEqual([[], []]);
  });

  it('has a mapping that says what names the service; one of another product has not', async () => {
    const refused = await stage.map({ plan: 'odd', product: 'wordpress-basic', addTo: 'metadata.service' });
    expect([refused.status, refused.json.error.field]).toEqual([400, 'addTo']);
    const { json: made } = await stage.map({ plan: 'other', product: 'extra', addTo: 'metadata.of' });
    expect(made.addTo).toBe('metadata.of');
    const change = (body: object) => stage.api.call('PATCH', `/api/v1/trigger-mappings/${made.id}`, { body });
    expect((await change({ product: 'wordpress-basic' })).json.error.field).toBe('addTo');
    expect((await change({ plan: 'others' })).json).toMatchObject({ addTo: 'metadata.of' });
    expect((await change({ product: 'wordpress-basic', addTo: null })).json).toMatchObject({ addTo: null, product: 'wordpress-basic' });
  });
});
