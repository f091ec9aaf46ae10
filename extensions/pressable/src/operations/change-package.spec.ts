import { afterEach, describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import { owner, siteName, Stage } from '../../test/stage.js';
import type { ProductConfig } from '../config.js';
import { allowChange } from './change-package.js';

let stage: Stage;
afterEach(() => stage?.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });

describe('a change of the product', () => {
  it('sends name, PHP version and environment together, and keeps what is not to change', async () => {
    stage = await Stage.start({ product: { environment: 'development' } });
    await stage.put(`/sites/${stage.properties.siteId}`, { displayName: 'My Shop' });
    await stage.change({ phpVersion: '8.4', environment: undefined });
    expect(stage.site()).toMatchObject({ name: siteName, displayName: 'My Shop', phpVersion: '8.4', environment: 'development' });
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it('asks for nothing when the site is that way already', async () => {
    stage = await Stage.start();
    const before = stage.changes();
    await stage.change({ domains: 9 });
    expect(stage.changes()).toEqual(before);
  });

  it.each([true, false])('turns a live site into a staging one and back, whether each has a call of its own or not: %s', async (own) => {
    stage = await Stage.start({ product: { primaryDomain: 'none' }, behaviour: { namesConversions: own } });
    await stage.change({ staging: true });
    expect(stage.site()).toMatchObject({ staging: true });
    await stage.change({ staging: false });
    expect(stage.site()).toMatchObject({ staging: false });
  });

  it.each(['lost_reply', 'ghost_success', 'malformed'] as const)('does not toggle it back when the call shows %s', async (kind) => {
    stage = await Stage.start({ product: { primaryDomain: 'none' }, behaviour: { namesConversions: false } });
    stage.sandbox.fault({ kind, method: 'PUT', path: '/convert$' });
    await stage.change({ staging: true });
    expect(stage.site()).toMatchObject({ staging: true });
    expect(stage.changes().filter((call) => call.endsWith('/convert'))).toHaveLength(1);
  });

  it('is made where Pressable does not tell which PHP version a site has', async () => {
    stage = await Stage.start({ behaviour: { showsPhpVersion: false } });
    await stage.change({ phpVersion: '8.4' });
    expect(stage.site()).toMatchObject({ phpVersion: '8.4' });
  });

  it.each([true, false])('that staff take back leaves the site as it was, its PHP version told or not: %s', async (showsPhpVersion) => {
    stage = await Stage.start({ product: { primaryDomain: 'none' }, behaviour: { showsPhpVersion, namesConversions: false } });
    stage.sandbox.fault({ kind: 'error_before', method: 'POST', path: '/tags$', times: 100 });
    const failure = await failureOf(stage.change({ phpVersion: '8.4', staging: true, tags: 'gold' }, { attempts: 2 }));
    expect(stage.site()).toMatchObject({ phpVersion: '8.4', staging: true });
    stage.sandbox.clearFaults();
    for (let time = 0; time < 2; time += 1) await failure.undo();
    expect(stage.site()).toMatchObject({ phpVersion: '8.3', staging: false });
  });

  it('that staff take back leaves a site with a domain the live one that it was, although it was sold as a staging one', async () => {
    stage = await Stage.start({ product: { staging: true } });
    stage.sandbox.fault({ kind: 'error_before', method: 'POST', path: '/tags$', times: 100 });
    const failure = await failureOf(stage.change({ phpVersion: '8.4', staging: false, tags: 'gold' }, { attempts: 2 }));
    stage.sandbox.clearFaults();
    await failure.undo();
    expect(stage.site()).toMatchObject({ phpVersion: '8.3', staging: false });
  });

  it('adds the tags of the new product and keeps our own', async () => {
    stage = await Stage.start();
    await stage.change({ tags: 'gold' });
    expect(stage.site()).toMatchObject({ tags: [owner, 'gold'] });
  });

  it('is refused by Pressable with its reason', async () => {
    stage = await Stage.start();
    await expect(stage.change({ phpVersion: '5.6' })).rejects.toThrow(/Php version is not valid/);
  });

  it('touches nothing of somebody else', async () => {
    stage = await Stage.start();
    await stage.put(`/sites/${stage.properties.siteId}`, { tags: ['hw-other-7'] });
    const before = stage.changes();
    await expect(stage.change({ phpVersion: '8.4' })).rejects.toThrow(withCode('not_owned'));
    expect(stage.changes()).toEqual(before);
  });
});

describe('what a site keeps for life', () => {
  const from: ProductConfig = {
    datacenter: 'DFW',
    phpVersion: '8.3',
    install: 'wordpress',
    staging: false,
    primaryDomain: 'zone',
    zone: 'example.net',
    dnsRecord: 'CNAME',
    dnsTtl: 300,
    domains: 5,
    backups: 3,
  };

  it.each<[Partial<ProductConfig>, RegExp]>([
    [{ datacenter: 'AMS' }, /datacenter: DFW cannot become AMS/],
    [{ install: 'woocommerce' }, /installation/],
    [{ templateSiteId: 7 }, /template: none cannot become 7/],
    [{ primaryDomain: 'none' }, /kind of primary domain/],
    [{ zone: 'example.org' }, /zone/],
    [{ dnsRecord: 'A' }, /record/],
    [{ staging: true }, /cannot become a staging site/],
  ])('cannot be changed: %j', (change, reason) => {
    expect(() => allowChange({ from, to: { ...from, ...change } })).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() => allowChange({ from, to: { ...from, ...change } })).toThrow(reason);
  });

  it('leaves everything else free', () => {
    expect(() => allowChange({ from, to: { ...from, phpVersion: '8.4', environment: 'staging', domains: 0, backups: 0 } })).not.toThrow();
  });
});
