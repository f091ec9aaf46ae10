import { describe, expect, it } from '@jest/globals';
import { RunFailed } from '@hostwright/sdk-testing';
import { owner, pem, reserved, Stage, username } from '../test/stage.js';

const failure = async (stage: Stage, options = {}): Promise<RunFailed> => {
  try {
    await stage.create(options);
  } catch (error) {
    if (error instanceof RunFailed) return error;
    throw error;
  }
  throw new Error('it did not fail');
};

describe('a new account that goes wrong', () => {
  it('is not made of a package that WHM does not have, and nothing was begun', async () => {
    const stage = await Stage.empty({ package: 'gone' });
    expect(await failure(stage)).toMatchObject({ code: 'invalid_config', cause: { field: 'package' } });
    expect(stage.changes()).toEqual([]);
  });

  it('leaves the account alone that somebody else made with that name', async () => {
    const stage = await Stage.empty();
    await stage.control('/accounts', { user: username, domain: 'other.example' });
    expect(await failure(stage)).toMatchObject({ code: 'conflict' });
    expect(stage.changes()).toEqual([]);
    expect(stage.details()).toMatchObject({ domain: 'other.example' });
  });

  it('leaves the account alone that somebody else made with that name at the last moment', async () => {
    const stage = await Stage.empty();
    // The call is lost before it arrives, and in the meantime somebody else takes the name.
    stage.sandbox.fault({ kind: 'error_before', path: '/json-api/createacct$' });
    const creating = failure(stage, { pauseMs: 300 });
    while (!stage.changes().includes('createacct')) await new Promise((resolve) => setTimeout(resolve, 5));
    await stage.control('/accounts', { user: username, domain: 'shop.example.net' });
    const failed = await creating;
    expect(failed.code).toBe('not_owned');
    await failed.undo();
    expect(stage.details()).toMatchObject({ domain: 'shop.example.net' });
  });

  it('is not begun when another account begins with the same eight characters, which their databases would share', async () => {
    const stage = await Stage.empty();
    await stage.control('/accounts', { user: `${username}2`, domain: 'other.example' });
    expect(await failure(stage)).toMatchObject({ code: 'conflict', message: expect.stringContaining('same initial 8') });
    expect(stage.changes()).toEqual([]);
    // A server whose prefixes are longer does not mind, and one of another name for them is not to be told from ours.
    await stage.control('/databases', { prefixLength: 16 });
    expect(await failure(stage)).toMatchObject({ code: 'conflict', message: expect.stringContaining('databases would collide') });
  });

  it('takes over a leftover zone only where the product says so', async () => {
    const refused = await Stage.empty();
    await refused.control('/zone', { domain: 'shop.example.net' });
    expect(await failure(refused)).toMatchObject({ message: expect.stringContaining('DNS entry') });
    const taken = await Stage.empty({ forceDns: true });
    await taken.control('/zone', { domain: 'shop.example.net' });
    await taken.create();
    expect(taken.details('zone', 'shop.example.net')).toEqual({ user: username });
  });

  it('is told why when the reseller may make no more', async () => {
    const stage = await Stage.empty();
    await stage.control('/limit', { most: 0 });
    expect(await failure(stage)).toMatchObject({ code: 'rejected', message: expect.stringContaining('maximum number') });
  });

  it('is taken down with all that is in it when something in it fails', async () => {
    const stage = await Stage.empty({ certificate: 'installed' }, { ...pem, certificate: 'no PEM' }, { recorded: false });
    const failed = await failure(stage);
    expect(failed).toMatchObject({ code: 'rejected', message: expect.stringContaining('certificate is not valid') });
    await failed.undo();
    expect(stage.sandbox.ledger()).toEqual([]);
    await failed.undo();
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it('of a reseller is taken down when the answer to one call of that is lost, and it is made again', async () => {
    const product = { account: 'reseller', certificate: 'installed' } as const;
    const stage = await Stage.empty(product, { ...pem, certificate: 'no PEM' }, { recorded: false });
    const failed = await failure(stage);
    expect(stage.details()).toMatchObject({ reseller: true });
    stage.sandbox.fault({ kind: 'lost_reply', path: 'unsetupreseller' });
    await failed.undo();
    expect(stage.changes().filter((name) => name === 'unsetupreseller')).toHaveLength(2);
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('says which setting is missing when the product installs a certificate that the server does not have', async () => {
    const stage = await Stage.empty({ certificate: 'installed' });
    expect(await failure(stage)).toMatchObject({ code: 'invalid_config', cause: { field: 'certificate' } });
  });

  it('is not begun when the address for notices has no room for the mark', async () => {
    const stage = await Stage.empty({}, { noticeAddress: `${'a'.repeat(60)}@example.net` });
    expect(await failure(stage)).toMatchObject({ code: 'invalid_config', cause: { field: 'noticeAddress' } });
    expect(stage.sandbox.calls()).toEqual([]);
  });
});

describe('a new account', () => {
  it('has its mailbox, its database with a user, its zone and a certificate', async () => {
    const stage = await Stage.start();
    expect(stage.properties).toEqual({
      username,
      domain: 'shop.example.net',
      address: '192.0.2.10',
      madeAt: expect.any(Number),
      account: 'hosting',
      dns: 'cpanel',
      nameServers: 'ns1.example.net,ns2.example.net',
      certificate: 'issued',
      mailbox: 'info@shop.example.net',
      mailboxPassword: reserved.mailboxPassword,
      database: `${username}_site`,
      databaseUser: `${username}_site`,
      databasePassword: reserved.databasePassword,
    });
    const ledger = stage.sandbox.ledger();
    expect(ledger.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      `account ${username}`,
      'mailbox info@shop.example.net',
      `database ${username}_site`,
      `database-user ${username}_site`,
      'zone shop.example.net',
    ]);
    expect(ledger[0]).toMatchObject({ owner, details: { certificate: 'autossl', plan: 'basic', owner: 'root' } });
    expect(stage.details('database', `${username}_site`)).toMatchObject({ users: [`${username}_site`] });
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it('sends no secret in an address, where servers log it, and none to the log', async () => {
    const stage = await Stage.start({ certificate: 'installed' }, pem);
    const secrets = [reserved.accountPassword, reserved.mailboxPassword, reserved.databasePassword].map(({ $secret }) => $secret);
    for (const secret of [...secrets, stage.server.token, 'PRIVATE KEY']) {
      expect(stage.sent.filter(({ url }) => decodeURIComponent(url).includes(secret))).toEqual([]);
      expect(stage.ctx.logged.join()).not.toContain(secret);
    }
    expect(stage.details()).toMatchObject({ certificate: 'installed' });
  });

  it('asks api.version=1 of every function: others answer in legacy shapes', async () => {
    const stage = await Stage.start();
    expect(stage.sent.filter(({ url }) => !new URL(url).searchParams.has('api.version', '1'))).toEqual([]);
  });

  it('is nothing but the account where the product asks for no more', async () => {
    const stage = await Stage.empty({ certificate: 'none' });
    const { mailbox: _m, database: _d, ...plain } = stage.product;
    stage.product = plain;
    const { skipped } = await stage.create();
    expect(skipped).toContain('grant database');
    expect(stage.sandbox.ledger().map(({ kind }) => kind)).toEqual(['account', 'zone']);
    expect(stage.properties).not.toHaveProperty('certificate');
  });

  it('is delivered while its domain leads elsewhere; AutoSSL tries again by itself', async () => {
    const stage = await Stage.empty();
    await stage.control('/domains', { leadHere: false });
    await stage.create();
    expect(stage.properties.certificate).toBe('waiting');
    expect(stage.ctx.logged.join()).toContain('does not resolve');
  });

  it('tells the customer of what cPanel notices where the server has no address for it', async () => {
    const stage = await Stage.empty();
    const { noticeAddress: _none, ...server } = stage.server;
    stage.server = server;
    await stage.create();
    expect(stage.sandbox.ledger()[0]?.owner).toBeUndefined();
    await stage.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('has its records in the connected DNS, and loses them with it', async () => {
    const stage = await Stage.empty({ dns: 'connected' });
    const { asked } = await stage.create();
    const made = [...asked.values()].map(({ operation, input }) => [operation, input]);
    expect(made).toEqual([
      ['ensureRecord', { name: 'shop.example.net', type: 'A', content: '192.0.2.10', ttl: 3600 }],
      ['ensureRecord', { name: 'www.shop.example.net', type: 'A', content: '192.0.2.10', ttl: 3600 }],
      ['ensureRecord', { name: 'shop.example.net', type: 'MX', content: 'shop.example.net', ttl: 3600, priority: 0 }],
    ]);
    const ended = await stage.run('terminate');
    expect([...ended.asked.values()].map(({ operation }) => operation)).toEqual(['removeRecord', 'removeRecord', 'removeRecord']);
  });

  it('that is a reseller owns itself, so that what is his can be told', async () => {
    const stage = await Stage.start({ account: 'reseller' });
    expect(stage.details()).toMatchObject({ reseller: true, owner: username });
  });

  it('made with the token of a reseller is his, whatever might be asked: an owner is not asked for', async () => {
    const stage = await Stage.empty({}, { user: 'reseller1' });
    await stage.control('/user', { user: 'reseller1' });
    await stage.create();
    expect(stage.details()).toMatchObject({ owner: 'reseller1' });
    expect(stage.sent.filter(({ request }) => /(?:^|&)owner=/.test(request.body ?? ''))).toEqual([]);
    await stage.run('suspend');
    await stage.run('terminate');
    expect([stage.sandbox.ledger(), stage.sandbox.violations()]).toEqual([[], []]);
  });
});
