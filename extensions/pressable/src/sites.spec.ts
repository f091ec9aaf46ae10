import { afterEach, describe, expect, it } from '@jest/globals';
import { owner, siteName, Stage } from '../test/stage.js';
import { PressableClient } from './client.js';
import { markIn, siteName as nameOf } from './site-name.js';
import { Sites } from './sites.js';

let stage: Stage;
afterEach(() => stage?.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });
const sites = (): Sites => new Sites(stage.ctx, stage.server);
const client = (): PressableClient => new PressableClient(stage.ctx, stage.server);

describe('the list of sites', () => {
  it('is asked for without pages, which is all of it', async () => {
    stage = await Stage.empty();
    for (let made = 0; made < 60; made += 1) await stage.put('/sites', { tags: made % 2 === 0 ? [owner] : [] });
    expect(await client().sites()).toHaveLength(60);
    expect(await client().sites(owner)).toHaveLength(30);
    expect(stage.sandbox.calls().filter(({ path }) => path === '/v1/sites')).toHaveLength(2);
  });

  it('is walked to its end should it ever come in pages, so that nothing past the first page is overlooked', async () => {
    stage = await Stage.empty({ behaviour: { alwaysPaginates: true } });
    for (let made = 0; made < 130; made += 1) await stage.put('/sites', { tags: made % 2 === 0 ? [owner] : [] });
    expect(await client().sites()).toHaveLength(130);
    expect(await client().sites(owner)).toHaveLength(65);
  });

  it.each([true, false])('is empty whether that comes as null or as a list: %s', async (nullLists) => {
    stage = await Stage.empty({ behaviour: { nullLists } });
    expect(await client().sites()).toEqual([]);
    await stage.put('/sites', {});
    expect(await client().domains(1_630_891)).toEqual([]);
  });
});

describe('whose a site is', () => {
  it.each([true, false])('is told by the tag, whether sites show their tags or not: %s', async (showsTags) => {
    stage = await Stage.start({ behaviour: { showsTags } });
    const { siteId } = stage.properties;
    await stage.put('/sites', { name: 'of-somebody', tags: ['hw-other-7'] });
    await stage.put('/sites', { name: 'by-hand' });
    expect(await sites().find(siteId)).toMatchObject({ id: siteId, name: siteName });
    for (const id of [siteId + 1, siteId + 2]) await expect(sites().find(id)).rejects.toThrow(withCode('not_owned'));
    expect(await sites().find(4_711)).toBeUndefined();
  });

  it('is told by the whole tag', async () => {
    stage = await Stage.empty();
    for (const tag of [`${owner}1`, owner.toUpperCase(), `x-${owner}`]) await stage.put('/sites', { tags: [tag] });
    for (const id of [1_630_891, 1_630_892, 1_630_893]) await expect(sites().find(id)).rejects.toThrow(withCode('not_owned'));
  });

  it('is not told by a name once there is a tag: a tag that was taken away gives the site away', async () => {
    stage = await Stage.start();
    await stage.put(`/sites/${stage.properties.siteId}`, { tags: [] });
    await expect(sites().find(stage.properties.siteId)).rejects.toThrow(withCode('not_owned'));
  });

  it('is told of nothing where the filter by tag is not heeded and tags are not shown', async () => {
    stage = await Stage.start();
    await stage.put('/behaviour', { showsTags: false, filtersByTag: false });
    await expect(sites().find(stage.properties.siteId)).rejects.toThrow(withCode('unsupported'));
    await expect(stage.run('terminate')).rejects.toThrow(withCode('unsupported'));
    expect(stage.names('site')).toHaveLength(1);
  });

  it('is told by the tags shown where the filter is not heeded', async () => {
    stage = await Stage.start({ behaviour: { filtersByTag: false } });
    await stage.put('/sites', { name: 'of-somebody', tags: ['hw-other-7'] });
    expect(await sites().idsOf(stage.properties.siteId)).toEqual([stage.properties.siteId]);
  });
});

describe('a name', () => {
  it('ends with the mark and holds letters, digits and hyphens alone', () => {
    expect(nameOf('shop', 'hw-ab12-42')).toBe('shop-hw-ab12-42');
    expect(nameOf('  My Shop! ', 'hw-ab12-42')).toBe('my-shop-hw-ab12-42');
    expect(nameOf('', 'hw-ab12-42')).toBe('hw-ab12-42');
    const long = nameOf('a'.repeat(60), 'hw-abcdefghijkl-999999999999999999');
    expect(long).toMatch(/^a+-hw-abcdefghijkl-999999999999999999$/);
    expect(long.length).toBeLessThanOrEqual(63);
  });

  it.each([
    ['shop-hw-ab12-42', 'hw-ab12-42'],
    ['hw-ab12-42', 'hw-ab12-42'],
    ['hw-ab12-7-hw-ab12-42', 'hw-ab12-42'],
    ['shop-hw-ab12-042', undefined],
    ['shop-hw-ab123-42', undefined],
    ['shop-hw-ab12-42x', undefined],
    ['shopHw-ab12-42', undefined],
  ])('%s bears the mark %s', (name, mark) => {
    expect(markIn(name, 'hw-ab12-0')).toBe(mark);
  });
});
