import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Stage } from '../../test/stage.js';

/*
 * What the contract warns of with custom hostnames, and no other test names.
 */

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
const one = () => [...stage.zone().hostnames.values()][0]!;

it.each([
  ['active', 'active', true],
  ['active', 'pending_validation', false],
  ['pending', 'active', false],
  ['moved', 'active', false],
  ['active', 'validation_timed_out', false],
  ['active', 'something new', false],
])('both states must be active: %s and %s is active: %s', async (status, certificate, isActive) => {
  await stage.act('addHostname', { hostname, method: 'txt' });
  one().states = { status, certificate };
  expect(await stage.act('listHostnames')).toMatchObject({ hostnames: [{ hostname, isActive, status, certificateStatus: certificate }] });
});

it.each([true, false])('re-trigger validation: PATCH with the same ssl object, with settings or without: %s', async (hasSslSettings) => {
  stage.sandbox.world.switches.hasSslSettings = hasSslSettings;
  await stage.act('addHostname', { hostname, method: 'http' });
  const { ssl } = one();
  await stage.act('recheckHostname', { hostname });
  expect(one()).toMatchObject({ ssl, revalidated: 1 });
  expect('settings' in one().ssl).toBe(hasSslSettings);
});

it('and is not asked for where both are active: the certificate would be made anew', async () => {
  await stage.act('addHostname', { hostname, method: 'txt' });
  one().states = { status: 'active', certificate: 'active' };
  expect(await stage.act('recheckHostname', { hostname })).toMatchObject({ isActive: true });
  expect(one().revalidated).toBe(0);
});

it.each([true, false])('DELETE answers without the V4 envelope, or with it: %s', async (wrapsDeletedHostname) => {
  stage.sandbox.world.switches.wrapsDeletedHostname = wrapsDeletedHostname;
  await stage.act('addHostname', { hostname, method: 'txt' });
  await stage.act('removeHostname', { hostname });
  expect(stage.there('custom-hostname')).toEqual([]);
  expect(stage.changes().filter((call) => call.startsWith('DELETE'))).toHaveLength(1);
});
