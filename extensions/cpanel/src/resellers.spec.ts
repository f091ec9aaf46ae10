import { describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import { Stage, username } from '../test/stage.js';
import { provisioning } from './provisioning.js';

const sold = { account: 'reseller', resellerPrivileges: 'standard' } as const;
const standard = 'acct-summary create-acct kill-acct list-accts suspend-acct';

describe('a reseller', () => {
  it('may do what the list says that the product names, and has what it says', async () => {
    const stage = await Stage.start({ ...sold, resellerAccounts: 30, resellerDiskMib: 50_000, resellerTrafficMib: 900_000 });
    expect(stage.details()).toMatchObject({
      privileges: standard,
      limits: {
        enable_account_limit: '1',
        account_limit: '30',
        enable_resource_limits: '1',
        diskspace_limit: '50000',
        bandwidth_limit: '900000',
        enable_overselling: '0',
      },
    });
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it('has what WHM gives every new one where the product says nothing', async () => {
    const stage = await Stage.start({ account: 'reseller' });
    expect(stage.details()).toMatchObject({ privileges: 'acct-summary list-pkgs', limits: {} });
    expect(stage.changes().filter((name) => /setacls|limits/.test(name))).toEqual([]);
  });

  it.each([
    ['none', 'is none of WHM’s ACL lists'],
    ['everything', 'would make a reseller root'],
  ])('is not begun with a list that is no good: %s', async (resellerPrivileges, why) => {
    const stage = await Stage.empty({ ...sold, resellerPrivileges });
    expect(await failureOf(stage.create({ attempts: 1 }))).toMatchObject({
      code: 'invalid_config',
      cause: { field: 'resellerPrivileges' },
      message: expect.stringContaining(why),
    });
    expect(stage.changes()).toEqual([]);
  });

  it('is not begun with one of two limits that WHM sets together', async () => {
    const stage = await Stage.empty({ ...sold, resellerDiskMib: 5 });
    expect(await failureOf(stage.create({ attempts: 1 }))).toMatchObject({
      code: 'invalid_config',
      cause: { field: 'resellerTrafficMib' },
    });
    expect(stage.changes()).toEqual([]);
  });

  it('gets those of another product with its package, and is rid of the limits that it does not have', async () => {
    const stage = await Stage.start({ ...sold, resellerAccounts: 30 });
    const { resellerAccounts: _none, ...rest } = stage.product;
    await stage.run('changePackage', { product: { ...rest, package: 'large', resellerPrivileges: 'small' } });
    expect(stage.details()).toMatchObject({
      plan: 'large',
      privileges: 'acct-summary list-accts',
      limits: { enable_account_limit: '0', enable_resource_limits: '0' },
    });
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it('is asked nothing of it for a hosting account, whatever stands in the product', async () => {
    const stage = await Stage.start({ ...sold, account: 'hosting', resellerAccounts: 30 });
    await stage.run('changePackage', { product: { ...stage.product, package: 'large' } });
    expect(stage.asked().filter((name) => /acls|limits/.test(name))).toEqual([]);
  });
});

describe('a setupreseller that stopped half way', () => {
  it('is made good: he is a reseller already, and not yet his own owner', async () => {
    const stage = await Stage.empty(sold);
    stage.before = async (name) => {
      if (name !== 'setupreseller') return;
      stage.before = () => undefined;
      await stage.control('/account', { user: username, change: { reseller: true } });
    };
    await stage.create();
    expect(stage.details()).toMatchObject({ reseller: true, owner: username, privileges: standard });
  });
});

describe('the lists of privileges of a form', () => {
  it('are those that do not make a reseller root', async () => {
    const stage = await Stage.empty();
    const lists = await provisioning.choices!({ ctx: stage.ctx, server: stage.server, list: 'privileges' });
    expect(lists.map(({ value }) => value)).toEqual(['standard', 'small']);
  });
});
