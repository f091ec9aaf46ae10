import { describe, expect, it } from '@jest/globals';
import { sandboxFetch } from '@hostwright/sdk-testing';
import { owner, pem, Stage, username } from '../test/stage.js';
import type { ServerConfig } from './config.js';
import { provisioning } from './provisioning.js';

const about = ({ ctx, server }: Stage) => ({ ctx, server });
/** The customer's browser. */
const visit = (url: string) => sandboxFetch({ recorded: false })(url);

describe('logging a customer in', () => {
  it('makes a session at the click, on the server’s own name, that serves once', async () => {
    const stage = await Stage.start();
    const { url, expiresAt } = await provisioning.singleSignOn!(stage.later());
    expect([new URL(url).hostname, stage.server.host]).toEqual(['localhost', '127.0.0.1']);
    expect(expiresAt).toBe('2026-11-20T12:00:00.000Z');
    expect((await visit(url)).status).toBe(200);
    expect((await visit(url)).status).toBe(401);
    expect((await provisioning.singleSignOn!(stage.later())).url).not.toBe(url);
  });

  it('logs a reseller in to WHM', async () => {
    const stage = await Stage.start({ account: 'reseller' });
    await provisioning.singleSignOn!(stage.later());
    expect(stage.sent.at(-1)?.request.body).toContain('service=whostmgrd');
  });

  it('opens no account that is somebody else’s by now', async () => {
    const stage = await Stage.start();
    await stage.control('/removed', { user: username });
    await expect(provisioning.singleSignOn!(stage.later())).rejects.toMatchObject({ code: 'not_found' });
    await stage.control('/accounts', { user: username, domain: 'shop.example.net' });
    await expect(provisioning.singleSignOn!(stage.later())).rejects.toMatchObject({ code: 'not_owned' });
    expect(stage.changes()).not.toContain('create_user_session');
  });
});

describe('the list of accounts', () => {
  it('is whole, however many there are and whether WHM tells how many or not', async () => {
    const stage = await Stage.start();
    for (let n = 0; n < 520; n += 1) await stage.control('/accounts', { user: `more${n}x`, domain: `more${n}.example` });
    for (const chunkTotal of [true, false]) {
      await stage.control('/switches', { chunkTotal });
      const accounts = await provisioning.listAccounts!(about(stage));
      expect(new Set(accounts.map(({ remoteId }) => remoteId)).size).toBe(521);
    }
    const listed = stage.sent.filter(({ url }) => url.includes('/listaccts'));
    expect(listed.map(({ url }) => new URL(url).searchParams.get('api.chunk.start'))).toEqual(['1', '500', '1', '500']);
  });

  it('tells what is ours, its package, whether it is suspended, and by what it is known again', async () => {
    const stage = await Stage.start();
    await stage.control('/accounts', { user: 'other', domain: 'other.example' });
    await stage.run('suspend');
    const { madeAt } = stage.properties;
    expect(await provisioning.listAccounts!(about(stage))).toEqual([
      { remoteId: username, name: 'shop.example.net', state: 'stopped', package: 'basic', owner, proof: { username, madeAt } },
      {
        remoteId: 'other',
        name: 'other.example',
        state: 'running',
        package: 'basic',
        proof: { username: 'other', madeAt: expect.any(Number) },
      },
    ]);
  });

  it('is read alike when numbers come as texts', async () => {
    const stage = await Stage.start();
    const plain = await provisioning.listAccounts!(about(stage));
    await stage.control('/switches', { asText: true });
    expect(await provisioning.listAccounts!(about(stage))).toEqual(plain);
  });

  it.each(['denied', 'unauthorized', 'log-in page', 'licence page'])('is an error and not empty when WHM answers: %s', async (gate) => {
    const stage = await Stage.start();
    await stage.control('/gate', { gate });
    const code = gate === 'licence page' ? 'unknown_outcome' : 'invalid_config';
    await expect(provisioning.listAccounts!(about(stage))).rejects.toMatchObject({ code });
  });
});

describe('what accounts use', () => {
  it('is disk in MiB and traffic in bytes, both told in bytes', async () => {
    const stage = await Stage.start();
    await stage.control('/traffic', { user: username, bytes: 52428800 });
    expect(await provisioning.usage!(about(stage))).toEqual([
      { remoteId: username, owner, diskBytes: 14 * 2 ** 20, trafficBytes: 52428800, trafficSince: '2026-11' },
    ]);
  });

  it('is asked for the calendar month that it is', async () => {
    const stage = await Stage.start();
    stage.now = '2026-12-31T23:59:59.000Z';
    await provisioning.usage!(about(stage));
    const asked = new URL(stage.sent.at(-1)!.url).searchParams;
    expect([asked.get('year'), asked.get('month'), asked.get('search')]).toEqual(['2026', '12', null]);
  });

  it('is not what a removed account of the same name used', async () => {
    const stage = await Stage.start();
    await stage.control('/traffic', { user: username, bytes: 999 });
    await stage.control('/removed', { user: username });
    await stage.control('/accounts', { user: username, domain: 'shop.example.net' });
    expect(await provisioning.usage!(about(stage))).toEqual([expect.objectContaining({ remoteId: username, trafficBytes: 0 })]);
  });

  it('of a reseller’s customers are searched by an anchored expression, since a search finds parts', async () => {
    const stage = await Stage.start({ account: 'reseller' });
    await stage.control('/accounts', { user: 'client1', domain: 'client1.example', owner: `${username}2` });
    await stage.run('suspend');
    await stage.run('suspend');
    expect(stage.details('account', 'client1')).toMatchObject({ suspended: false });
    expect(stage.sent.some(({ url }) => new URL(url).searchParams.get('search') === `^${username}$`)).toBe(true);
  });
});

describe('the test of a connection', () => {
  const test = (stage: Stage) => provisioning.testConnection!(about(stage));

  it('names the version, and changes nothing', async () => {
    const stage = await Stage.empty();
    await stage.control('/user', { user: 'reseller1' });
    stage.server = { ...stage.server, user: 'reseller1' };
    expect(await test(stage)).toEqual({ version: 'cPanel & WHM 11.136.0.5', warnings: [expect.stringContaining('is a reseller here')] });
    expect(stage.changes()).toEqual([]);
  });

  it.each([
    ['a certificate without its key', { certificateKey: undefined }, 'certificateKey'],
    ['a key without its certificate', { certificate: undefined }, 'certificate'],
    ['a key that is none', { certificateKey: 'no PEM' }, 'certificateKey'],
    ['a key with a passphrase', { certificateKey: pem.certificateKey.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE') }, 'certificateKey'],
  ])('fails for %s, names the field, and shows neither', async (_what, over, field) => {
    const stage = await Stage.empty({}, { ...pem, ...over } as Partial<ServerConfig>, { recorded: false });
    await expect(test(stage)).rejects.toMatchObject({ code: 'invalid_config', field, message: expect.not.stringContaining('PEM-----') });
    expect(stage.sandbox.calls()).toEqual([]);
  });

  it('takes a certificate with its key', async () => {
    expect(await test(await Stage.empty({}, pem))).toMatchObject({ version: 'cPanel & WHM 11.136.0.5' });
  });

  it('warns of a token that may do everything, and passes it', async () => {
    expect((await test(await Stage.empty())).warnings).toEqual([expect.stringContaining('may do everything on the host')]);
  });

  it('warns of privileges that are never used', async () => {
    const stage = await Stage.empty();
    await stage.control('/user', { user: 'reseller1', and: ['edit-dns', 'kill-dns', 'ssl-gencrt', 'restart'] });
    stage.server = { ...stage.server, user: 'reseller1' };
    expect((await test(stage)).warnings).toContain(
      'the API token may do more than is ever asked of it: edit-dns, kill-dns, ssl-gencrt and 1 more',
    );
  });

  it('fails for a token that may ask for the version and little else, and names what it lacks', async () => {
    const stage = await Stage.empty();
    await stage.control('/user', { user: 'reseller1', without: ['kill-acct', 'passwd'] });
    stage.server = { ...stage.server, user: 'reseller1' };
    await expect(test(stage)).rejects.toMatchObject({
      code: 'invalid_config',
      field: 'token',
      message: 'the API token lacks: Terminate Accounts (kill-acct), Change Passwords (passwd)',
    });
  });

  it('warns a reseller of what only root can', async () => {
    const stage = await Stage.empty({}, { lockSuspensions: true, user: 'reseller1' });
    await stage.control('/user', { user: 'reseller1' });
    expect((await test(stage)).warnings).toEqual([
      expect.stringContaining('reseller products and taking over leftover zones need root'),
      expect.stringContaining('suspensions are locked'),
    ]);
  });

  it('takes no limited token of root’s for a reseller', async () => {
    const stage = await Stage.empty({}, { lockSuspensions: true });
    await stage.control('/user', { user: 'root', without: [] });
    expect((await test(stage)).warnings).toEqual([
      expect.stringMatching(/token is limited: reseller products.*only what root owns/),
      'suspensions are locked, and such a token cannot lift one',
    ]);
  });

  it('refuses a version that is too old, and a token that is wrong', async () => {
    const stage = await Stage.empty();
    await stage.control('/switches', { version: '11.94.0.3' });
    await expect(test(stage)).rejects.toMatchObject({ code: 'unsupported' });
    stage.server = { ...stage.server, token: 'wrong' };
    await expect(test(stage)).rejects.toMatchObject({ code: 'invalid_config', field: 'token' });
  });
});

describe('the packages of a form', () => {
  it('are those the user may make accounts of', async () => {
    const stage = await Stage.empty();
    const packages = await provisioning.choices!({ ...about(stage), list: 'packages' });
    expect(packages).toEqual(['basic', 'large', 'reseller1_gold'].map((name) => ({ value: name, label: name })));
    expect(stage.sent[0]?.url).toContain('want=creatable');
    await expect(provisioning.choices!({ ...about(stage), list: 'users' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('adopting an account', () => {
  const adopt = (stage: Stage, remoteId: string) => provisioning.adopt!({ ...about(stage), product: stage.product, remoteId });

  it('reads it as a service that can be looked after, and changes nothing', async () => {
    const stage = await Stage.empty();
    await stage.control('/accounts', { user: 'handmade', domain: 'handmade.example', contact: 'me@example.org' });
    const { properties, order, state, owner: mark } = await adopt(stage, 'handmade');
    expect([order, state, mark]).toEqual([{ domain: 'handmade.example', email: 'me@example.org' }, 'active', undefined]);
    expect(stage.changes()).toEqual([]);
    stage.properties = properties;
    await stage.run('suspend');
    expect(stage.details('account', 'handmade')).toMatchObject({ suspended: true });
    await stage.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('tells whose mark it bears, and never takes that for a customer’s address', async () => {
    const stage = await Stage.start();
    expect(await adopt(stage, username)).toMatchObject({ owner, order: { domain: 'shop.example.net' } });
  });

  it('is not done for what is not there, or is of another kind than the product', async () => {
    const stage = await Stage.start({ account: 'reseller' });
    await expect(adopt(stage, 'nobody')).rejects.toMatchObject({ code: 'not_found' });
    stage.product = { ...stage.product, account: 'hosting' };
    await expect(adopt(stage, username)).rejects.toMatchObject({ code: 'conflict' });
  });
});

it('an account is inspected with its disk, its limit and whether its suspension is locked', async () => {
  const stage = await Stage.start();
  expect(await provisioning.inspect(stage.later())).toEqual({
    state: 'running',
    node: '127.0.0.1',
    diskBytes: 14 * 2 ** 20,
    diskLimitBytes: 1024 * 2 ** 20,
    details: { package: 'basic', locked: false },
  });
  await stage.control('/removed', { user: username });
  expect(await provisioning.inspect(stage.later())).toEqual({ state: 'missing' });
});
