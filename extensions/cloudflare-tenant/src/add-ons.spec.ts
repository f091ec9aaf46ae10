import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import { Stage } from '../test/stage.js';
import { provisioning } from './provisioning.js';

let parent: Stage;
let addOns: Stage;
beforeEach(async () => {
  parent = await Stage.start();
  await parent.create();
  addOns = parent.addedTo({ argo: true, loadBalancing: true });
  await addOns.create();
});
afterEach(async () => {
  await parent.sandbox.stop();
  expect(parent.sandbox.violations()).toEqual([]);
});
const subscriptions = () => parent.sandbox.world.accounts.get(parent.properties!.accountId)!.subscriptions;
const listed = async () => (await provisioning.listAccounts!({ ctx: parent.ctx(), server: parent.server })) as readonly object[];
const entry = () => ({ remoteId: `${parent.properties!.zoneId}:hw-test-9`, owner: 'hw-test-9' });

describe('add-ons alone', () => {
  it('are listed with the mark that the zone says, beside the zone', async () => {
    const name = expect.stringMatching(/^PARTNERS_\w+ PARTNERS_\w+ for shop\.example$/);
    expect(await listed()).toEqual([
      expect.objectContaining({ remoteId: parent.properties!.zoneId, owner: 'hw-test-7', state: 'running' }),
      { ...entry(), name, state: 'changing' },
    ]);
  });

  it('of which one was cancelled by hand are stopped, and missing when all were', async () => {
    const [first] = subscriptions().values();
    first!.state = 'Cancelled';
    expect(await listed()).toContainEqual(expect.objectContaining({ ...entry(), state: 'stopped' }));
    expect(await addOns.inspect()).toMatchObject({ state: 'stopped', details: { lacking: [first!.ratePlan] } });
    subscriptions().clear();
    expect(await listed()).toHaveLength(1);
    expect(await addOns.inspect()).toEqual({ state: 'missing' });
  });

  it('are stopped, not missing, while the zone is paused or in another account: they are still paid for', async () => {
    parent.zone().paused = true;
    expect(await addOns.inspect()).toMatchObject({ state: 'stopped', details: { zone: 'paused' } });
    const { world } = parent.sandbox;
    world.zones.set(parent.zone().id, { ...parent.zone(), accountId: world.addAccount('hw-test-c4').id });
    expect(await addOns.inspect()).toMatchObject({ state: 'stopped', details: { zone: 'not in the account any more' } });
  });

  it('have no part in what belongs to the zone: it is refused before anything is asked', async () => {
    const calls = parent.sandbox.calls().length;
    for (const name of Object.keys(provisioning.actions!))
      expect(await failureOf(addOns.act(name, { hostname: 'www.client.dev', origin: 'o.example' }))).toMatchObject({ code: 'conflict' });
    expect(parent.sandbox.calls()).toHaveLength(calls);
  });
});
