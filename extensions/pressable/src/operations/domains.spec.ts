import { afterEach, describe, expect, it } from '@jest/globals';
import { failureOf, type FaultKind } from '@hostwright/sdk-testing';
import { Stage } from '../../test/stage.js';
import { domainQuota, domainTarget, ownZones } from './domains.js';

let stage: Stage;
afterEach(() => stage?.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });
const isPrimary = (name: string) => stage.details('domain', `${stage.properties.siteId}/${name}`)['primary'];
const plain = { product: { primaryDomain: 'none' } } as const;

describe('what is said of domains', () => {
  it('is how many a product allows, and which names are ours', () => {
    expect(domainQuota({ domains: 3 })).toBe(3);
    expect(ownZones({ zone: 'Example.net' })).toEqual(['example.net']);
    expect(ownZones({})).toEqual([]);
  });

  it('is where they must lead: to the addresses that Pressable names, or else those in the settings', () => {
    expect(domainTarget({ server: {}, properties: { addresses: '199.16.172.1, 199.16.173.1' } })).toEqual({
      addresses: ['199.16.172.1', '199.16.173.1'],
    });
    expect(domainTarget({ server: { siteAddresses: '192.0.2.1 2001:db8::1' }, properties: { addresses: '' } })).toEqual({
      addresses: ['192.0.2.1', '2001:db8::1'],
    });
    expect(() => domainTarget({ server: {}, properties: { addresses: '' } })).toThrow(withCode('invalid_config'));
  });
});

describe('adding a domain', () => {
  it('makes the first one the primary one, with its www beside it, and leaves that so with the next', async () => {
    stage = await Stage.start(plain);
    await stage.domain('addDomain', 'shop.example');
    await stage.domain('addDomain', 'blog.example');
    expect(stage.names('domain')).toEqual(['shop.example', 'www.shop.example', 'blog.example', 'www.blog.example']);
    expect([isPrimary('shop.example'), isPrimary('blog.example')]).toEqual([true, false]);
  });

  it('turns a staging site into a live one first, since that takes no domain', async () => {
    stage = await Stage.start({ product: { primaryDomain: 'none', staging: true } });
    await stage.domain('addDomain', 'shop.example');
    expect(stage.site()).toMatchObject({ staging: false });
    expect(isPrimary('shop.example')).toBe(true);
  });

  it('changes nothing when it is there already', async () => {
    stage = await Stage.start(plain);
    await stage.domain('addDomain', 'shop.example');
    const changes = stage.changes();
    await stage.domain('addDomain', 'shop.example');
    await stage.domain('addDomain', 'www.shop.example');
    expect(stage.changes()).toEqual(changes);
  });

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_before', 'malformed', 'wrong_shape'])(
    'adds it once when each call shows %s',
    async (kind) => {
      stage = await Stage.start(plain);
      stage.sandbox.fault({ kind, method: 'POST' });
      stage.sandbox.fault({ kind, method: 'PUT' });
      await stage.domain('addDomain', 'shop.example');
      expect(stage.names('domain')).toEqual(['shop.example', 'www.shop.example']);
      expect(isPrimary('shop.example')).toBe(true);
    },
  );

  it.each<FaultKind>(['lost_reply', 'error_after'])(
    'is no conflict with itself when the call shows %s and reads follow later',
    async (kind) => {
      stage = await Stage.start({ ...plain, speed: 0.02 });
      stage.sandbox.fault({ kind, method: 'POST' });
      await stage.domain('addDomain', 'shop.example');
      expect(stage.names('domain')).toEqual(['shop.example', 'www.shop.example']);
    },
  );

  it('that another site has is its customer’s to mend: he is told what to do, and nothing is left', async () => {
    stage = await Stage.start(plain);
    await stage.put('/held', { name: 'shop.example' });
    const failure = await failureOf(stage.domain('addDomain', 'shop.example', { attempts: 3 }));
    expect(failure).toMatchObject({
      code: 'conflict',
      message: 'shop.example is in use at another site: take it off there, then add it here',
    });
    await failure.undo();
    expect(stage.names('domain')).toEqual([]);
  });

  it('that is refused for any other reason is for staff, with that reason', async () => {
    stage = await Stage.start(plain);
    await expect(stage.domain('addDomain', 'not_a_name.example')).rejects.toThrow(
      expect.objectContaining({ code: 'rejected', message: expect.stringMatching(/Name is invalid/) }),
    );
  });

  it('that fails after the domain was added takes it back', async () => {
    stage = await Stage.start(plain);
    stage.sandbox.fault({ kind: 'error_before', method: 'PUT', path: '/primary$', times: 100 });
    const failure = await failureOf(stage.domain('addDomain', 'shop.example', { attempts: 3 }));
    stage.sandbox.clearFaults();
    await failure.undo();
    await failure.undo();
    expect(stage.names('domain')).toEqual([]);
  });
});

describe('removing a domain', () => {
  it('takes its www with it, and another becomes the primary one first', async () => {
    stage = await Stage.start();
    await stage.domain('addDomain', 'shop.example');
    await stage.act('setPrimaryDomain', { domain: 'shop.example' });
    expect(isPrimary('shop.nodepoint.eu')).toBe(false);
    await stage.domain('removeDomain', 'shop.example');
    expect(stage.names('domain')).toEqual(['shop.nodepoint.eu']);
    expect(isPrimary('shop.nodepoint.eu')).toBe(true);
  });

  it('takes the last one, however often and whatever the calls show', async () => {
    stage = await Stage.start(plain);
    await stage.domain('addDomain', 'shop.example');
    for (const kind of ['lost_reply', 'ghost_success', 'error_before', 'malformed'] as const)
      stage.sandbox.fault({ kind, method: 'DELETE' });
    for (let time = 0; time < 2; time += 1) await stage.domain('removeDomain', 'shop.example');
    expect(stage.names('domain')).toEqual([]);
  });

  it('is done when the site is gone', async () => {
    stage = await Stage.start(plain);
    await stage.run('terminate');
    const changes = stage.changes();
    await stage.domain('removeDomain', 'shop.example');
    expect(stage.changes()).toEqual(changes);
  });
});

it('a primary domain is one that the site has', async () => {
  stage = await Stage.start(plain);
  await expect(stage.act('setPrimaryDomain', { domain: 'other.example' })).rejects.toThrow(withCode('not_found'));
});

it.each(['addDomain', 'removeDomain'] as const)('%s touches nothing of somebody else', async (operation) => {
  stage = await Stage.start(plain);
  await stage.domain('addDomain', 'shop.example');
  await stage.put(`/sites/${stage.properties.siteId}`, { tags: ['hw-other-7'] });
  const changes = stage.changes();
  await expect(stage.domain(operation, 'shop.example')).rejects.toThrow(withCode('not_owned'));
  expect(stage.changes()).toEqual(changes);
});
