import { afterEach, describe, expect, it } from '@jest/globals';
import { failureOf, type FaultKind } from '@hostwright/sdk-testing';
import { owner, siteName, Stage } from '../test/stage.js';
import { PressableClient } from './client.js';
import { provisioning } from './provisioning.js';
import { Sites } from './sites.js';

/*
 * What the contract with Pressable warns of and no other test names. What it marks as unconfirmed is seen through either way.
 */

let stage: Stage;
afterEach(() => stage.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });
const puts = (end: string) => stage.changes().filter((call) => call.startsWith('PUT') && call.endsWith(end));
/** Reads follow changes late enough to be seen through. */
const slow = { speed: 0.02 };

describe('final live value is live, a disabled one disabled (both unconfirmed)', () => {
  it.each([
    ['live', 'disabled'],
    ['running', 'disabled'],
    ['live', 'paused'],
    ['running', 'paused'],
  ])('a site that is %s, and then %s, is suspended and resumed, each by a call', async (liveState, disabledState) => {
    stage = await Stage.start({ behaviour: { liveState, disabledState } });
    await stage.run('suspend');
    expect(stage.site()).toMatchObject({ state: disabledState });
    await stage.run('unsuspend');
    expect(stage.site()).toMatchObject({ state: liveState });
    expect([puts('/disable').length, puts('/enable').length]).toEqual([1, 1]);
  });

  it.each([true, false])('a lost reply is no failure, a second call accepted or not: %s', async (acceptsRepeats) => {
    stage = await Stage.start({ behaviour: { acceptsRepeats }, ...slow });
    for (const [verb, state] of [
      ['suspend', 'disabled'],
      ['unsuspend', 'live'],
    ] as const) {
      stage.sandbox.fault({ kind: 'lost_reply', method: 'PUT' });
      await stage.run(verb);
      expect(stage.site()).toMatchObject({ state });
    }
  });
});

describe('convert toggles', () => {
  const plain = { product: { primaryDomain: 'none' }, behaviour: { namesConversions: false }, ...slow } as const;

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_after', 'malformed'])(
    'so after %s it is waited for until it shows, not asked for once more',
    async (kind) => {
      stage = await Stage.start(plain);
      stage.sandbox.fault({ kind, method: 'PUT', path: '/convert$' });
      await stage.change({ staging: true });
      expect(stage.site()).toMatchObject({ staging: true });
      expect(puts('/convert')).toHaveLength(1);
    },
  );

  it('and what did not show after two minutes did not happen', async () => {
    stage = await Stage.start(plain);
    stage.sandbox.fault({ kind: 'error_before', method: 'PUT', path: '/convert$' });
    stage.before = (method) => {
      if (method === 'GET') stage.laterMs += 50_000;
    };
    await stage.change({ staging: true });
    expect(stage.site()).toMatchObject({ staging: true });
    expect(puts('/convert')).toHaveLength(2);
  });
});

describe('a call that Pressable may not have (unconfirmed) is done without, whether its absence comes in the envelope or as a page', () => {
  const without = { namesConversions: false, listsRestores: false, logsInToWordpress: false };

  it.each(['envelope', 'page'])('%s', async (unknownCalls) => {
    stage = await Stage.start({
      product: { primaryDomain: 'none' },
      order: { adminEmail: 'customer@example.com' },
      behaviour: { ...without, unknownCalls },
    });
    await stage.change({ staging: true });
    expect(stage.site()).toMatchObject({ staging: true });
    expect((await stage.logIn()).url).toMatch(/_pma_login/);
    await stage.act('restoreBackup', { filesBackup: stage.properties.siteId * 10 + 2 });
    expect(stage.site()).toMatchObject({ restores: 1 });
  });
});

describe('terminate is asynchronous removal, and the name may stay reserved for a while (unconfirmed)', () => {
  it.each([true, false])('a name that is reserved is a definite no, and one that is not is given: %s', async (reservesNames) => {
    stage = await Stage.start({ behaviour: { reservesNames }, ...slow });
    await stage.run('terminate');
    expect(stage.names('site')).toEqual([]);
    if (reservesNames) expect(await failureOf(stage.create({ attempts: 2 }))).toMatchObject({ code: 'conflict' });
    else await stage.create();
    expect(stage.names('site')).toHaveLength(reservesNames ? 0 : 1);
  });
});

describe('name taken: 422', () => {
  it('also when it was free a moment before: nothing is made, and nothing of others is touched', async () => {
    stage = await Stage.empty();
    stage.before = async (method, path) => {
      if (method === 'POST' && path === '/v1/sites') await stage.put('/held', { name: siteName });
    };
    const failure = await failureOf(stage.create({ attempts: 3 }));
    expect(failure).toMatchObject({ code: 'conflict', message: expect.stringMatching(/already been taken/) });
    await failure.undo();
    expect(stage.names('site')).toEqual([]);
  });
});

describe('one service can own several sites', () => {
  it('terminate loops over them and reports a partial failure', async () => {
    stage = await Stage.start();
    await stage.put('/sites', { tags: [owner] });
    stage.sandbox.fault({ kind: 'error_before', method: 'DELETE', path: '/1630892$', times: 99 });
    const failure = await failureOf(stage.run('terminate', { attempts: 3 }));
    expect(failure.message).toMatch(/DELETE \/v1\/sites\/1630892/);
    expect(stage.names('site')).toEqual(['1630892']);
    stage.sandbox.clearFaults();
    await stage.run('terminate');
    expect(stage.names('site')).toEqual([]);
  });
});

describe('while it waits', () => {
  it.each([
    ['deploying', 3_000],
    ['cloning', 10_000],
  ])('a site that is %s is looked at every %i ms', async (state, afterMs) => {
    stage = await Stage.empty();
    await stage.put('/sites', { state });
    expect(await new Sites(stage.ctx, stage.server).liveState(1_630_891, stage.ctx.now())).toMatchObject({ state: 'pending', afterMs });
  });

  it('every call has 30 s', async () => {
    stage = await Stage.empty();
    const deadlines: unknown[] = [];
    const fetch: typeof stage.ctx.fetch = (url, request) => {
      deadlines.push(request?.timeoutMs);
      return stage.ctx.fetch(url, request);
    };
    await new PressableClient({ now: stage.ctx.now, fetch }, stage.server).sites();
    expect(new Set(deadlines)).toEqual(new Set([30_000]));
  });
});

describe('phpMyAdmin is a time-limited URL', () => {
  it('fetched on click and never stored', async () => {
    stage = await Stage.start();
    expect((await stage.logIn()).url).not.toBe((await stage.logIn()).url);
    expect(stage.sandbox.calls().filter(({ path }) => path.endsWith('/phpmyadmin'))).toHaveLength(2);
    expect(JSON.stringify(stage.properties)).not.toContain('_pma_login');
  });
});

describe('datacenters come with code and name, PHP versions and install options as plain strings', () => {
  const load = (list: string) => provisioning.choices!({ ctx: stage.ctx, server: stage.server, list });

  it('and are what the product form offers', async () => {
    stage = await Stage.empty();
    expect(await load('datacenters')).toContainEqual({ value: 'DFW', label: 'DFW, Dallas, TX, USA' });
    expect(await load('phpVersions')).toContainEqual({ value: '8.3', label: '8.3' });
    expect(await load('installs')).toContainEqual({ value: 'woocommerce', label: 'woocommerce' });
    await expect(load('sites')).rejects.toThrow(withCode('not_found'));
  });
});
