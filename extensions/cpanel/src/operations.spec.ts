import { describe, expect, it } from '@jest/globals';
import { secret } from '@hostwright/sdk';
import { RunFailed } from '@hostwright/sdk-testing';
import { reserved, Stage, username } from '../test/stage.js';
import { provisioning } from './provisioning.js';

type Name = Parameters<Stage['run']>[0];
const failure = async (stage: Stage, name: Name, more = {}): Promise<RunFailed> => {
  try {
    await stage.run(name, more);
  } catch (error) {
    if (error instanceof RunFailed) return error;
    throw error;
  }
  throw new Error('it did not fail');
};
const noNew = async (stage: Stage, act: () => Promise<unknown>): Promise<readonly string[]> => {
  const before = stage.changes().length;
  await act();
  return stage.changes().slice(before);
};
const aReseller = async () => {
  const stage = await Stage.start({ account: 'reseller' });
  await stage.control('/accounts', { user: 'client1', domain: 'client1.example', owner: username });
  await stage.control('/accounts', { user: 'other', domain: 'other.example' });
  return stage;
};

describe('a name that is somebody else’s by now', () => {
  it.each<Name>(['suspend', 'unsuspend', 'changePackage', 'changePassword', 'terminate'])(
    'is not touched by %s, though he wrote our mark into his contact address',
    async (name) => {
      const stage = await Stage.start();
      await stage.control('/removed', { user: username });
      await stage.control('/accounts', { user: username, domain: 'shop.example.net', contact: 'hosting+hw-test-7@example.net' });
      const changes = await noNew(stage, async () => {
        expect(await failure(stage, name, { password: secret('Chosen4567') })).toMatchObject({ code: 'not_owned' });
      });
      expect(changes).toEqual([]);
    },
  );

  it('is missing when it is asked after', async () => {
    const stage = await Stage.start();
    await stage.control('/removed', { user: username });
    await stage.control('/accounts', { user: username, domain: 'shop.example.net' });
    expect(await provisioning.inspect(stage.later())).toEqual({ state: 'missing' });
  });
});

describe('an account whose owner changed his contact address', () => {
  it('is still ours, by when it was made: he cannot evade a suspension so', async () => {
    const stage = await Stage.start();
    await stage.control('/account', { user: username, change: { contact: 'else@example.org' } });
    await stage.run('suspend');
    expect(stage.details()).toMatchObject({ suspended: true });
    await stage.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([]);
  });
});

describe('suspending', () => {
  it('tells why, and locks only where the server says so', async () => {
    const stage = await Stage.start();
    await stage.run('suspend');
    const { suspendReason } = stage.server;
    expect(stage.details()).toMatchObject({ suspended: true, locked: false, suspendReason });
    await stage.run('unsuspend');
    stage.server = { ...stage.server, lockSuspensions: true };
    await stage.run('suspend');
    expect(stage.details()).toMatchObject({ locked: true });
  });

  it('reads first whether it is suspended already', async () => {
    const stage = await Stage.start();
    await stage.control('/account', { user: username, change: { suspended: true } });
    expect(await noNew(stage, () => stage.run('suspend'))).toEqual([]);
  });

  it('of a reseller suspends his customers as well, and nobody else', async () => {
    const stage = await aReseller();
    expect(await noNew(stage, () => stage.run('suspend'))).toEqual(['suspendreseller']);
    expect([stage.details(), stage.details('account', 'client1'), stage.details('account', 'other')]).toMatchObject([
      { suspended: true },
      { suspended: true },
      { suspended: false },
    ]);
    await stage.run('unsuspend');
    expect(stage.details('account', 'client1')).toMatchObject({ suspended: false });
  });

  it('of a reseller whose own account alone is suspended is not done yet', async () => {
    const stage = await aReseller();
    await stage.control('/account', { user: username, change: { suspended: true } });
    expect(await noNew(stage, () => stage.run('suspend'))).toEqual(['suspendreseller']);
  });
});

describe('lifting a locked suspension', () => {
  it('is refused with what to do when the panel is a reseller there', async () => {
    const stage = await Stage.start();
    await stage.control('/account', { user: username, change: { suspended: true, locked: true, owner: 'reseller1' } });
    await stage.control('/user', { user: 'reseller1' });
    stage.server = { ...stage.server, user: 'reseller1' };
    const changes = await noNew(stage, async () => {
      const failed = await failure(stage, 'unsuspend');
      expect(failed).toMatchObject({ code: 'rejected', message: expect.stringMatching(/locked .*unlock it as root in WHM/) });
    });
    expect(changes).toEqual([]);
  });

  it('is done by root', async () => {
    const stage = await Stage.start();
    await stage.control('/account', { user: username, change: { suspended: true, locked: true } });
    await stage.run('unsuspend');
    expect(stage.details()).toMatchObject({ suspended: false });
  });
});

describe('terminating', () => {
  it('of what is not there is success', async () => {
    const stage = await Stage.start();
    await stage.control('/removed', { user: username });
    expect(await noNew(stage, () => stage.run('terminate'))).toEqual([]);
  });

  it('is not over when a reseller is only told that he has no access: the account may be another’s by now', async () => {
    const stage = await Stage.start();
    await stage.control('/user', { user: 'reseller1' });
    stage.server = { ...stage.server, user: 'reseller1' };
    expect(await failure(stage, 'terminate')).toMatchObject({
      code: 'not_owned',
      message: expect.stringContaining('that reseller1 does not see'),
    });
    await stage.control('/user', { user: 'root' });
    await stage.control('/removed', { user: username });
    await stage.control('/user', { user: 'reseller1' });
    await stage.run('terminate');
  });

  it('kills the zone, unless the product keeps it', async () => {
    const stage = await Stage.start({ keepDns: true });
    await stage.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([{ kind: 'zone', id: 'shop.example.net', details: { user: null } }]);
  });
});

describe('another package', () => {
  it('is looked for first', async () => {
    const stage = await Stage.start();
    const product = { ...stage.product, package: 'gone' };
    const changes = await noNew(stage, async () => {
      expect(await failure(stage, 'changePackage', { product })).toMatchObject({ code: 'invalid_config', cause: { field: 'package' } });
    });
    expect(changes).toEqual([]);
  });

  it('of a reseller may be called by its full name, as it is listed', async () => {
    const stage = await Stage.start();
    const product = { ...stage.product, package: 'reseller1_gold' };
    expect(await noNew(stage, () => stage.run('changePackage', { product }))).toEqual(['changepackage']);
    expect(await noNew(stage, () => stage.run('changePackage', { product }))).toEqual([]);
  });

  it('makes no reseller of a hosting account', async () => {
    const stage = await Stage.start();
    const from = stage.product;
    expect(() => provisioning.allowChange?.({ from, to: { ...from, account: 'reseller' } })).toThrow(
      expect.objectContaining({ code: 'conflict', field: 'account' }),
    );
    expect(provisioning.expects?.(from)).toEqual({ package: 'basic' });
  });
});

describe('another password', () => {
  it('is not that of the database user, whose old one stands in the site’s settings', async () => {
    const stage = await Stage.start();
    await stage.run('changePassword', { password: { ...secret('Chosen4567') } });
    expect(stage.details()).toMatchObject({ password: 'Chosen4567' });
    expect(stage.details('database-user', `${username}_site`)).toMatchObject({ password: reserved.databasePassword.$secret });
    expect(stage.sent.filter(({ url }) => url.includes('Chosen4567'))).toEqual([]);
  });

  it('that is too weak is the asker’s to mend', async () => {
    const stage = await Stage.start();
    expect(await failure(stage, 'changePassword', { password: { ...secret('abc') } })).toMatchObject({
      code: 'invalid_input',
      cause: { field: 'password' },
    });
  });
});
