import { afterEach, describe, expect, it } from '@jest/globals';
import { failureOf, type FaultKind } from '@hostwright/sdk-testing';
import { owner, siteName, Stage } from '../../test/stage.js';
import { order as orderFields, product as productFields } from '../config.js';

let stage: Stage;
afterEach(() => stage?.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });
const posts = (path: RegExp) => stage.changes().filter((call) => path.test(call));

describe('a new site', () => {
  it('is made as sold, tagged at once, waited for, given its domain and published', async () => {
    stage = await Stage.empty({ product: { tags: 'business, gold plan', install: 'woocommerce' }, order: { adminEmail: 'c@example.com' } });
    const { asked } = await stage.create();
    const { siteId } = stage.properties;
    expect(stage.properties).toEqual({
      siteId,
      name: siteName,
      host: `${siteName}.mystagingwebsite.com`,
      addresses: `199.16.172.${siteId % 250}, 199.16.173.${siteId % 250}`,
      domain: 'shop.nodepoint.eu',
      dnsRecord: 'CNAME',
      sftpHost: 'sftp.pressable.com',
      sftpUser: siteName,
    });
    expect(stage.site()).toMatchObject({
      name: siteName,
      state: 'live',
      phpVersion: '8.3',
      install: 'woocommerce',
      adminEmail: 'c@example.com',
      tags: [owner, 'business', 'gold plan'],
    });
    expect(stage.details('domain', `${siteId}/shop.nodepoint.eu`)).toEqual({ primary: true });
    expect([...asked.values()]).toEqual([
      {
        kind: 'dns',
        operation: 'ensureRecord',
        input: { name: 'shop.nodepoint.eu', type: 'CNAME', content: `${siteName}.mystagingwebsite.com`, ttl: 300 },
      },
    ]);
    expect(posts(/^POST/).slice(0, 3)).toEqual(['POST /sites/validate', 'POST /sites', `POST /sites/${siteId}/tags`]);
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it('may have no domain, and is then asked for nothing about one', async () => {
    stage = await Stage.empty({ product: { primaryDomain: 'none' } });
    const { skipped, asked } = await stage.create();
    expect(skipped).toEqual(['set environment', 'convert to live', 'add domain', 'set primary domain', 'publish DNS']);
    expect(asked.size).toBe(0);
    expect(stage.properties).not.toHaveProperty('domain');
  });

  it('begins with the domain of the order, at its address', async () => {
    stage = await Stage.empty({ product: { primaryDomain: 'order', dnsRecord: 'A' }, order: { domain: 'Shop.Example' } });
    const { asked } = await stage.create();
    expect(asked.get('publish DNS')).toMatchObject({ input: { name: 'shop.example', type: 'A', content: expect.stringMatching(/^199/) } });
    expect(stage.names('domain')).toEqual(['shop.example', 'www.shop.example']);
  });

  it('leaves the DNS alone where somebody else sees to it', async () => {
    stage = await Stage.empty({ product: { dnsRecord: 'none' } });
    expect((await stage.create()).asked.size).toBe(0);
    expect(stage.names('domain')).toEqual(['shop.nodepoint.eu']);
  });

  it('of staging becomes a live one before it gets its domain', async () => {
    stage = await Stage.empty({ product: { staging: true } });
    await stage.create();
    expect(stage.site()).toMatchObject({ staging: false });
    expect(stage.names('domain')).toEqual(['shop.nodepoint.eu']);
  });

  it('of staging stays that without a domain', async () => {
    stage = await Stage.start({ product: { staging: true, primaryDomain: 'none' } });
    expect(stage.site()).toMatchObject({ staging: true });
  });

  it('is told its environment with all three values, and its shown name stays', async () => {
    stage = await Stage.start({ product: { environment: 'development' } });
    expect(stage.site()).toMatchObject({ environment: 'development', phpVersion: '8.3', displayName: siteName });
  });

  it('may begin as a copy of another, and is waited for while it is cloned', async () => {
    stage = await Stage.empty({ speed: 0.002 });
    await stage.put('/sites', { name: 'template' });
    stage.product = { ...stage.product, templateSiteId: 1_630_891 };
    await stage.create();
    expect(stage.properties.siteId).toBe(1_630_892);
    expect(stage.site()).toMatchObject({ state: 'live', install: null });
  });

  it('that comes to a state nobody knows has come to it: it is no failure', async () => {
    stage = await Stage.start({ behaviour: { liveState: 'hibernating' } });
    expect(stage.site()).toMatchObject({ state: 'hibernating' });
    expect(await stage.inspect()).toMatchObject({ state: 'changing', details: { state: 'hibernating' } });
  });

  it.each(['names', 'objects', 'objects only'])('is tagged whichever form of the call is heeded: %s', async (takesTagsAs) => {
    stage = await Stage.start({ behaviour: { takesTagsAs } });
    expect(stage.site()).toMatchObject({ tags: [owner] });
  });

  it.each(['names', 'names only'])('is tagged although the answer to that does not show it yet: %s', async (takesTagsAs) => {
    stage = await Stage.start({ behaviour: { takesTagsAs, answersBefore: true } });
    expect(stage.site()).toMatchObject({ tags: [owner] });
  });

  it('is tagged where sites do not show their tags', async () => {
    stage = await Stage.start({ behaviour: { showsTags: false } });
    expect(stage.site()).toMatchObject({ tags: [owner] });
  });
  it('is delivered by an application that may not list SFTP users', async () => {
    stage = await Stage.empty();
    await stage.put('/access', { closed: ['/v1/sites/1630891/ftp'] });
    await stage.create();
    expect(stage.properties).not.toHaveProperty('sftpUser');
  });
});

describe('there is no idempotency key, so a site', () => {
  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_after', 'malformed', 'wrong_shape', 'late_success'])(
    'whose creation shows %s is found again by its exact name, and tagged',
    async (kind) => {
      stage = await Stage.empty();
      stage.sandbox.fault({ kind, method: 'POST', path: '^/v1/sites$', delayMs: 1 });
      await stage.create();
      expect(stage.names('site')).toHaveLength(1);
      expect(posts(/^POST \/sites$/)).toHaveLength(1);
      expect(stage.site()).toMatchObject({ tags: [owner] });
    },
  );

  it('that shows in lists only later is waited for, although its name is then taken', async () => {
    stage = await Stage.empty({ speed: 0.02 });
    stage.sandbox.fault({ kind: 'lost_reply', method: 'POST', path: '^/v1/sites$' });
    await stage.create();
    expect(stage.names('site')).toHaveLength(1);
  });

  it.each<FaultKind>(['lost_reply', 'error_after', 'malformed'])(
    'whose creation shows %s is found within the tries that the panel has, although lists follow later',
    async (kind) => {
      stage = await Stage.empty({ behaviour: { lagMs: 10_000 }, speed: 0.01 });
      stage.sandbox.fault({ kind, method: 'POST', path: '^/v1/sites$' });
      await stage.create({ attempts: 3, pauseMs: 20 });
      expect(stage.names('site')).toHaveLength(1);
      expect(posts(/^POST \/sites$/)).toHaveLength(1);
    },
  );

  it('whose creation certainly did nothing after all is made with another call', async () => {
    stage = await Stage.empty();
    stage.sandbox.fault({ kind: 'error_before', method: 'POST', path: '^/v1/sites$' });
    await stage.create({ attempts: 3 });
    expect(posts(/^POST \/sites$/)).toHaveLength(2);
    expect(stage.names('site')).toHaveLength(1);
  });

  it.each(['create site', 'tag site'])('is adopted when the panel dies after "%s"', async (step) => {
    stage = await Stage.empty();
    await stage.create({ crashAfterCall: step });
    expect(stage.names('site')).toHaveLength(1);
    expect(posts(/^POST \/sites$/)).toHaveLength(1);
  });

  it('that is tagged already is adopted by its tag, before all sites are listed', async () => {
    stage = await Stage.empty();
    await stage.put('/sites', { name: siteName, tags: [owner] });
    await stage.create();
    expect(stage.properties.siteId).toBe(1_630_891);
    expect(stage.changes()).not.toContain('POST /sites');
    expect(stage.sandbox.calls().filter(({ path }) => path === '/v1/sites')).toHaveLength(1);
  });
});

describe('a creation that fails', () => {
  it('because the name is taken in another account makes nothing; the answer to that is 200', async () => {
    stage = await Stage.empty();
    await stage.put('/held', { name: siteName });
    const failure = await failureOf(stage.create({ attempts: 3 }));
    expect(failure).toMatchObject({
      code: 'conflict',
      message: `Pressable takes no site named ${siteName}: Name has already been taken. Where one was deleted a short while ago, try again later.`,
    });
    await failure.undo();
    expect(stage.names('site')).toEqual([]);
    expect(posts(/^POST \/sites$/)).toEqual([]);
  });

  it('because a value is wrong makes nothing and says why', async () => {
    stage = await Stage.empty({ product: { datacenter: 'XYZ' } });
    const failure = await failureOf(stage.create({ attempts: 3 }));
    expect(failure.message).toMatch(/Datacenter is not valid/);
    await failure.undo();
    expect(stage.names('site')).toEqual([]);
  });

  it('before the site was tagged leaves no orphan: it is taken back by its name', async () => {
    stage = await Stage.empty();
    stage.sandbox.fault({ kind: 'error_before', method: 'POST', path: '/tags$', times: 100 });
    const failure = await failureOf(stage.create({ attempts: 3 }));
    expect(stage.names('site')).toHaveLength(1);
    stage.sandbox.clearFaults();
    await failure.undo();
    await failure.undo();
    expect(stage.names('site')).toEqual([]);
  });

  it('while Pressable does not delete a site yet that it is still making is undone once it does', async () => {
    stage = await Stage.empty({ behaviour: { deletesDeploying: false, liveState: 'deploying' } });
    stage.sandbox.fault({ kind: 'error_before', method: 'POST', path: '/tags$', times: 100 });
    const failure = await failureOf(stage.create({ attempts: 3 }));
    stage.sandbox.clearFaults();
    await expect(failure.undo()).rejects.toThrow(
      expect.objectContaining({ code: 'unavailable', message: expect.stringMatching(/while it is deploying/) }),
    );
    await stage.put('/sites/1630891', { state: 'live' });
    await failure.undo();
    expect(stage.names('site')).toEqual([]);
  });

  it('for good at the domain takes back the site, tagged as it is, and nothing of others', async () => {
    stage = await Stage.empty();
    await stage.put('/sites', { name: 'of-somebody', tags: ['hw-other-7'] });
    await stage.put('/held', { name: 'shop.nodepoint.eu' });
    const failure = await failureOf(stage.create({ attempts: 3 }));
    expect(failure).toMatchObject({ code: 'conflict', message: expect.stringMatching(/in use at another site: take it off there/) });
    await failure.undo();
    expect(stage.names('site')).toEqual(['1630891']);
  });

  it('is not undone on a site that somebody renamed and took the tag from', async () => {
    stage = await Stage.empty();
    await stage.put('/held', { name: 'shop.nodepoint.eu' });
    const failure = await failureOf(stage.create({ attempts: 3 }));
    await stage.put('/sites/1630891', { name: 'theirs-now', tags: [] });
    await expect(failure.undo()).rejects.toThrow(withCode('not_owned'));
    expect(stage.names('site')).toEqual(['1630891']);
  });

  it('for want of a permission waits for it to be given', async () => {
    stage = await Stage.empty();
    await stage.put('/access', { readOnly: true });
    const failure = await failureOf(stage.create({ attempts: 2 }));
    expect(failure).toMatchObject({ code: 'invalid_config', message: expect.stringMatching(/lacks the permission/) });
  });

  it.each([
    ['a zone', { primaryDomain: 'zone', zone: undefined }, 'invalid_config'],
    ['a domain', { primaryDomain: 'order' }, 'invalid_input'],
  ] as const)('for want of %s asks nothing of Pressable', async (_what, product, code) => {
    stage = await Stage.empty({ product });
    await expect(stage.create()).rejects.toThrow(withCode(code));
    expect(stage.sandbox.calls()).toEqual([]);
  });
});

it('sweeps what a name was given to twice, and keeps what was kept', async () => {
  stage = await Stage.empty();
  const run = await stage.create();
  await stage.put('/sites', { name: siteName });
  await stage.put('/sites', { name: `a-${siteName}` });
  await run.sweep();
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(stage.names('site')).toEqual(['1630891', '1630893']);
});

it('takes no tag that could be taken for an owner mark, and no name that is none', () => {
  const tags = new RegExp(productFields.tags.pattern);
  const asked = ['gold', 'gold plan, b', '', 'hw-ab12-42', 'gold,hw-ab12-42', 'gold, HW-ab12-42', 'highway'];
  expect(asked.filter((text) => tags.test(text))).toEqual(['gold', 'gold plan, b', '', 'highway']);
  const names = new RegExp(orderFields.siteName.pattern);
  expect(['shop', 'My-Shop', 'a', '-a', 'a-', 'a b', 'a.b', ''].filter((text) => names.test(text))).toEqual(['shop', 'My-Shop', 'a']);
});
