import { describe, expect, it } from '@jest/globals';
import { failureOf, type FaultKind } from '@hostwright/sdk-testing';
import { Stage, username } from '../test/stage.js';
import { WhmClient } from './client.js';
import { provisioning } from './provisioning.js';

/*
 * What the contract with WHM warns of and no other test names. What it marks as unconfirmed is seen through either way.
 */

const calls = (stage: Stage, name: string): number => stage.asked().filter((one) => one === name).length;
/** A WHM that answers every call with that reason. */
const refusing = (reason: string) => {
  const text = JSON.stringify({ metadata: { version: 1, command: 'any', result: 0, reason } });
  const fetch = () => Promise.resolve(new Response(text));
  return new WhmClient({ fetch }, { host: 'whm.example', port: 2087, user: 'root', token: 'token' });
};
const wanted = { username, domain: 'a.example', contact: 'a@b.example', package: 'basic', password: 'x', takesLeftoverZone: false };

describe('createacct may run minutes', () => {
  it.each<[string, FaultKind]>([
    ['a timeout', 'lost_reply'],
    ['a CDN’s 524', 'error_after'],
  ])('after %s accountsummary is asked before anything else, and the account is not made again', async (_what, kind) => {
    const stage = await Stage.empty();
    stage.sandbox.fault({ kind, path: '/createacct$' });
    await stage.create();
    const asked = stage.asked();
    expect(asked[asked.indexOf('createacct') + 1]).toBe('accountsummary');
    expect(calls(stage, 'createacct')).toBe(1);
  });

  it('so it and removeacct are waited for 240 s', async () => {
    const stage = await Stage.start();
    await stage.run('terminate');
    const slow = stage.sent.filter(({ url }) => /createacct|removeacct/.test(url));
    expect(slow.map(({ request }) => request.timeoutMs)).toEqual([240_000, 240_000]);
  });
});

describe('the database prefix is the first 8 characters of the username, or up to 16', () => {
  it.each([
    ['8 characters', 8, `${username}_site`],
    ['up to 16', 16, `${username}_site`],
    ['switched off, when names are those of the whole server', 0, `${username}_site`],
  ])('%s', async (_what, prefixLength, name) => {
    const stage = await Stage.empty();
    // The shortest names of users that a MySQL takes.
    await stage.control('/databases', { prefixLength, maxUserLength: 16 });
    await stage.create();
    expect(stage.properties).toMatchObject({ database: name, databaseUser: name });
    expect(stage.details('database', name)).toMatchObject({ users: [name] });
  });

  it('a name that is too long for the server is the seller’s to mend, and nothing of it is made', async () => {
    const stage = await Stage.empty();
    await stage.control('/databases', { maxUserLength: 12 });
    expect(await failureOf(stage.create())).toMatchObject({ code: 'invalid_config', cause: { field: 'database' } });
    expect(stage.changes()).not.toContain('Mysql/create_database');
  });
});

describe('showbw search and listaccts search are regular expressions', () => {
  it('so what is searched for is anchored, and its dots are dots', async () => {
    const stage = await Stage.empty();
    await new WhmClient(stage.ctx, stage.server).listAccounts('ac.me');
    expect(new URL(stage.sent[0]!.url).searchParams.get('search')).toBe('^ac\\.me$');
  });
});

describe('what a reseller uses', () => {
  it('is what all his accounts do, also those that were removed this month', async () => {
    const stage = await Stage.start({ account: 'reseller' });
    for (const user of ['client1', 'client2', 'other']) {
      await stage.control('/accounts', { user, domain: `${user}.example`, owner: user === 'other' ? 'root' : username });
      await stage.control('/traffic', { user, bytes: 1_000 });
    }
    await stage.control('/traffic', { user: username, bytes: 5 });
    await stage.control('/removed', { user: 'client2' });
    const used = await provisioning.usage!({ ctx: stage.ctx, server: stage.server });
    const of = (user: string) => used.find(({ remoteId }) => remoteId === user);
    expect(of(username)).toMatchObject({ diskBytes: 2 * 14 * 2 ** 20, trafficBytes: 2_005 });
    expect(of('client1')).toMatchObject({ diskBytes: 14 * 2 ** 20, trafficBytes: 1_000 });
  });
});

describe('already suspended: suspendacct succeeds or says so', () => {
  it.each([true, false])('what was suspended, or lifted, by somebody meanwhile is done; it says so: %s', async (refusesRepeats) => {
    const stage = await Stage.start();
    await stage.control('/switches', { refusesRepeats });
    for (const [verb, name, suspended] of [
      ['suspend', 'suspendacct', true],
      ['unsuspend', 'unsuspendacct', false],
    ] as const) {
      stage.before = async (asked) => {
        if (asked === name) await stage.control('/account', { user: username, change: { suspended } });
      };
      await stage.run(verb);
      expect(stage.details()).toMatchObject({ suspended });
    }
  });
});

describe('a locked suspension: unsuspend fails for a reseller', () => {
  it.each([true, false])('and stays; with what to do where accounts tell that they are locked: %s', async (tellsLocked) => {
    const stage = await Stage.start();
    await stage.control('/account', { user: username, change: { suspended: true, locked: true, owner: 'reseller1' } });
    await stage.control('/user', { user: 'reseller1' });
    await stage.control('/switches', { tellsLocked });
    stage.server = { ...stage.server, user: 'reseller1' };
    const failed = await failureOf(stage.run('unsuspend'));
    expect(failed).toMatchObject({ code: 'rejected', message: expect.stringContaining('locked') });
    expect(failed.message.includes('unlock it as root')).toBe(tellsLocked);
    expect(stage.details()).toMatchObject({ suspended: true });
  });
});

describe('terminatereseller', () => {
  it.each([true, false])(
    'of a build that also wants a verify sentence (unconfirmed: %s) or not: nobody of his is left',
    async (wantsVerify) => {
      const stage = await Stage.start({ account: 'reseller' });
      await stage.control('/switches', { wantsVerify });
      await stage.control('/accounts', { user: 'client1', domain: 'client1.example', owner: username });
      await stage.run('terminate');
      expect(stage.sandbox.ledger()).toEqual([]);
    },
  );
});

describe('reseller packages are called reseller_plan', () => {
  it('a short name is checked by getpkginfo first, and where WHM takes it the account is known by the full one', async () => {
    const stage = await Stage.empty({ package: 'gold' }, { user: 'reseller1' });
    await stage.control('/user', { user: 'reseller1' });
    expect(await failureOf(stage.create())).toMatchObject({ code: 'invalid_config', cause: { field: 'package' } });
    await stage.control('/switches', { shortPackageNames: true });
    await stage.create();
    expect(stage.details()).toMatchObject({ plan: 'reseller1_gold' });
    await stage.run('changePackage', { product: stage.product });
    expect(stage.changes()).not.toContain('changepackage');
  });
});

describe('a reseller without a domain', () => {
  it('is listed by his name, and adopted as nobody’s service', async () => {
    const stage = await Stage.empty();
    await stage.control('/accounts', { user: 'plain', domain: 'plain.example' });
    await stage.control('/account', { user: 'plain', change: { domain: '', plan: '', owner: 'plain', reseller: true } });
    const about = { ctx: stage.ctx, server: stage.server };
    const [listed] = await provisioning.listAccounts!(about);
    expect([listed?.name, listed?.package]).toEqual(['plain', undefined]);
    const product = { ...stage.product, account: 'reseller' as const };
    await expect(provisioning.adopt!({ ...about, product, remoteId: 'plain' })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('WHM functions on 2083 or UAPI on 2087 fail', () => {
  it('so everything goes to WHM, and what is within an account by uapi_cpanel', async () => {
    const stage = await Stage.start();
    await provisioning.singleSignOn!(stage.later());
    await stage.run('terminate');
    const ports = new Set(stage.sent.map(({ url }) => new URL(url).port));
    expect([...ports]).toEqual([String(stage.server.port)]);
    expect(stage.asked().filter((name) => name.includes('/'))).toEqual([]);
    expect(stage.changes()).toContain('Email/add_pop');
  });
});

describe('brute-force protection may block the panel’s IP (unconfirmed shape)', () => {
  it.each(['denied', 'unauthorized', 'dropped'])(
    'as %s: it is nobody’s account that is missing, and nothing counts as done',
    async (shape) => {
      const stage = await Stage.start();
      if (shape === 'dropped') stage.sandbox.fault({ kind: 'refuse', times: 99 });
      else await stage.control('/gate', { gate: shape });
      const code = shape === 'dropped' ? expect.stringMatching(/^(unavailable|unknown_outcome)$/) : 'invalid_config';
      await expect(provisioning.inspect(stage.later())).rejects.toMatchObject({ code });
      for (const verb of ['suspend', 'terminate'] as const)
        expect(await failureOf(stage.run(verb, {}, { attempts: 1 }))).toMatchObject({ code });
      expect(stage.details()).toMatchObject({ suspended: false });
    },
  );
});

describe('conditions whose wording is unconfirmed', () => {
  it.each([
    ['The domain already exists.', 'conflict'],
    ['The domain is already configured.', 'conflict'],
    ['Sorry, a DNS entry is there.', 'rejected'],
    ['In use.', 'rejected'],
  ])('domain taken, as "%s": a definite no with its reason', async (reason, code) => {
    await expect(refusing(reason).createAccount(wanted)).rejects.toMatchObject({ code, message: expect.stringContaining(reason) });
  });

  it.each([
    'You do not have access to an account named “a”.',
    'You do not have a user named “a”.',
    'User a does not exist.',
    'Account does not exist.',
  ])('not found, as "%s": gone, and removed already', async (reason) => {
    expect(await refusing(reason).findAccount('a')).toBeUndefined();
    await refusing(reason).removeAccount('a', false);
  });

  it('any other words do not mean that an account is gone', async () => {
    await expect(refusing('It is not here.').findAccount('a')).rejects.toMatchObject({ code: 'rejected' });
    await expect(refusing('It is not here.').removeAccount('a', false)).rejects.toMatchObject({ code: 'rejected' });
  });
});

describe('forcedns=1 overrides only a leftover zone', () => {
  it('and not the domain of another account', async () => {
    const stage = await Stage.empty({ forceDns: true });
    await stage.control('/accounts', { user: 'other', domain: 'shop.example.net' });
    expect(await failureOf(stage.create())).toMatchObject({ code: 'rejected' });
    expect(stage.details('zone', 'shop.example.net')).toEqual({ user: 'other' });
  });
});

describe('create_user_session', () => {
  it('is asked for an existing cPanel user, and never for root (unconfirmed)', async () => {
    const stage = await Stage.start();
    await stage.control('/removed', { user: username });
    stage.properties = { ...stage.properties, username: 'root' };
    await expect(provisioning.singleSignOn!(stage.later())).rejects.toMatchObject({ code: 'not_found' });
    expect(calls(stage, 'create_user_session')).toBe(0);
  });
});
