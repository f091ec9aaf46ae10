import { afterEach, describe, expect, it } from '@jest/globals';
import { testCtx } from '@hostwright/sdk-testing';
import { now, owner, siteName, Stage } from '../test/stage.js';
import { provisioning } from './provisioning.js';

let stage: Stage;
afterEach(() => stage.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });
const whole = () => ({ ctx: testCtx({ owner: 'hw-test-0', now: () => now }), server: stage.server });
const test = () => provisioning.testConnection!(whole());

describe('what is said of a site', () => {
  it('is its state, datacenter, usage and settings', async () => {
    stage = await Stage.start();
    expect(await stage.inspect()).toEqual({
      state: 'running',
      node: 'DFW',
      diskBytes: 11_981_824 + 12_656_507,
      details: { state: 'live', staging: false, host: 'shop.nodepoint.eu', phpVersion: '8.3', environment: 'production' },
    });
  });

  it.each([
    ['live', 'running'],
    ['disabled', 'stopped'],
    ['deploying', 'changing'],
    ['cloning', 'changing'],
    ['something-new', 'changing'],
  ])('%s is %s', async (state, said) => {
    stage = await Stage.start();
    await stage.put(`/sites/${stage.properties.siteId}`, { state });
    expect(await stage.inspect()).toMatchObject({ state: said });
  });

  it('is that it is missing, when it is gone or somebody else’s', async () => {
    stage = await Stage.start();
    await stage.put(`/sites/${stage.properties.siteId}`, { tags: ['hw-other-7'] });
    expect(await stage.inspect()).toEqual({ state: 'missing' });
    stage.properties = { ...stage.properties, siteId: 4711 };
    expect(await stage.inspect()).toEqual({ state: 'missing' });
  });
});

describe('the whole account', () => {
  it('is listed with every site, and whose each is', async () => {
    stage = await Stage.start();
    await stage.put('/sites', { name: 'renamed-by-hand', tags: ['gold', 'hw-test-8'], state: 'disabled' });
    await stage.put('/sites', { name: 'orphan-hw-test-9' });
    await stage.put('/sites', { name: 'given-away-hw-test-10', tags: ['hw-other-7'] });
    await stage.put('/sites', { name: 'by-hand', state: 'deploying' });
    const { siteId } = stage.properties;
    expect(await provisioning.listAccounts!(whole())).toEqual([
      { remoteId: String(siteId), name: siteName, owner, state: 'running' },
      { remoteId: String(siteId + 1), name: 'renamed-by-hand', owner: 'hw-test-8', state: 'stopped' },
      { remoteId: String(siteId + 2), name: 'orphan-hw-test-9', owner: 'hw-test-9', state: 'running' },
      { remoteId: String(siteId + 3), name: 'given-away-hw-test-10', owner: 'hw-other-7', state: 'running' },
      { remoteId: String(siteId + 4), name: 'by-hand', state: 'changing' },
    ]);
  });

  it('is listed to the end, or not at all', async () => {
    stage = await Stage.empty({ behaviour: { alwaysPaginates: true } });
    for (let made = 1; made <= 120; made += 1) await stage.put('/sites', { name: `a-hw-test-${made}` });
    expect(await provisioning.listAccounts!(whole())).toHaveLength(120);
    stage.sandbox.fault({ kind: 'malformed', path: '/v1/sites$', after: 2 });
    await expect(provisioning.listAccounts!(whole())).rejects.toThrow(withCode('unknown_outcome'));
  });

  it('uses what files and databases use together, in one call', async () => {
    stage = await Stage.start();
    await stage.put('/sites', {});
    const calls = stage.sandbox.calls().length;
    expect(await provisioning.usage!(whole())).toEqual([
      { remoteId: String(stage.properties.siteId), owner, diskBytes: 11_981_824 + 12_656_507 },
    ]);
    expect(stage.sandbox.calls().length - calls).toBe(1);
  });

  it('uses nothing that is known where Pressable does not tell', async () => {
    stage = await Stage.start({ behaviour: { showsUsage: false } });
    expect(await provisioning.usage!(whole())).toEqual([]);
    expect(await stage.inspect()).not.toHaveProperty('diskBytes');
  });
});

describe('a log-in', () => {
  it('is to WordPress as the administrator that the order named, once and for a minute', async () => {
    stage = await Stage.start({ order: { adminEmail: 'customer@example.com' } });
    const { url, expiresAt } = await stage.logIn();
    expect(url).toMatch(/^https:\/\/shop-hw-test-7\.mystagingwebsite\.com\/wp-login\.php\?mpcp_token=/);
    expect(expiresAt).toBe('2026-11-25T09:01:00.000Z');
    expect((await stage.logIn()).url).not.toBe(url);
  });

  it('is to the database where the order named none, or Pressable has no such call or user, or the application may not make it', async () => {
    stage = await Stage.start();
    expect((await stage.logIn()).url).toMatch(/_pma_login/);
    stage.order = { adminEmail: 'nobody@example.com' };
    expect((await stage.logIn()).url).toMatch(/_pma_login/);
    await stage.put('/access', { closed: [`/v1/sites/${stage.properties.siteId}/one_press_login`] });
    expect((await stage.logIn()).url).toMatch(/_pma_login/);
    await stage.put('/access', { closed: [] });
    await stage.put('/behaviour', { logsInToWordpress: false });
    expect((await stage.logIn()).url).toMatch(/_pma_login/);
  });

  it('is to no site of somebody else, and to none that is suspended', async () => {
    stage = await Stage.start();
    await stage.run('suspend');
    await expect(stage.logIn()).rejects.toThrow(withCode('conflict'));
    await stage.put(`/sites/${stage.properties.siteId}`, { tags: ['hw-other-7'] });
    await expect(stage.logIn()).rejects.toThrow(withCode('not_owned'));
  });
});

describe('the connection test', () => {
  it('says whose account it is and what can be chosen, and changes nothing', async () => {
    stage = await Stage.empty();
    expect(await test()).toEqual({
      version: 'Pressable API v1, of reseller@example.com, datacenters AMS BUR DCA DFW, PHP 8.2 8.3 8.4, installs wordpress woocommerce',
      warnings: [],
    });
    expect(stage.sandbox.ledger()).toEqual([]);
    expect(stage.changes()).toEqual(['POST /sites/validate']);
  });

  it('stops at a secret that was refused', async () => {
    stage = await Stage.empty();
    await stage.put('/secret', { changed: true });
    await expect(test()).rejects.toThrow(withCode('invalid_config'));
    expect(stage.logIns()).toBe(1);
  });

  it('tells what a read-only application may not do, which is no failure', async () => {
    stage = await Stage.empty();
    await stage.put('/access', { readOnly: true });
    expect((await test()).warnings).toEqual(['the API application may not create sites: give it full access, or nothing can be sold']);
    await stage.put('/access', { readOnly: false, closed: ['/v1/account', '/v1/sites/datacenters'] });
    expect(await test()).toMatchObject({
      version: 'Pressable API v1, PHP 8.2 8.3 8.4, installs wordpress woocommerce',
      warnings: ['the API application may not read the account', 'the API application may not list datacenters'],
    });
  });

  it('stops when sites may not be read', async () => {
    stage = await Stage.empty();
    await stage.put('/access', { closed: ['/v1/sites'] });
    await expect(test()).rejects.toThrow(/lacks the permission/);
  });

  it('stops when sites cannot be told apart', async () => {
    stage = await Stage.empty({ behaviour: { showsTags: false, filtersByTag: false } });
    await stage.put('/sites', {});
    await expect(test()).rejects.toThrow(withCode('unsupported'));
  });

  it.each(['192.0.2', '192.0.2.256', '1:2', '192.0.2.1,::g'])('names the address that is none: %s', async (siteAddresses) => {
    stage = await Stage.empty();
    stage.server = { ...stage.server, siteAddresses };
    await expect(test()).rejects.toThrow(expect.objectContaining({ code: 'invalid_config', field: 'siteAddresses' }));
    stage.server = { ...stage.server, siteAddresses: '192.0.2.1, 2001:db8::1' };
    await test();
  });
});
