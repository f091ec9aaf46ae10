import { describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import { owner, Stage, username } from '../test/stage.js';

const calls = (stage: Stage, name: string): number => stage.asked().filter((one) => one === name).length;
/** As it is asked for: what the first call is still making. */
const ours = { user: username, domain: 'shop.example.net', contact: `hosting+${owner}@example.net` };

describe('a createacct that was not answered and is still at work', () => {
  it.each([
    ['the name is taken', false],
    ['there is only its zone yet', true],
  ])('is not made again: when the next is refused because %s, it is looked for once more', async (_what, zoneFirst) => {
    const stage = await Stage.empty();
    stage.sandbox.fault({ kind: 'error_before', path: '/createacct$' });
    const appear = async () => stage.control('/accounts', ours);
    let asked = 0;
    stage.before = async (name) => {
      if (name !== 'createacct' || (asked += 1) !== 2) return;
      await (zoneFirst ? stage.control('/zone', { domain: ours.domain }) : appear());
    };
    stage.after = async (name) => {
      if (zoneFirst && name === 'createacct' && asked === 2) await appear();
    };
    await stage.create();
    expect(calls(stage, 'createacct')).toBe(2);
    expect(stage.details()).toMatchObject({ domain: ours.domain });
  });
});

describe('a domain that is taken', () => {
  it('by another account ends the order at once, and names the account and what to do', async () => {
    const stage = await Stage.empty();
    await stage.control('/accounts', { user: 'other', domain: 'shop.example.net' });
    expect(await failureOf(stage.create())).toMatchObject({
      code: 'rejected',
      message: expect.stringMatching(/shop\.example\.net is the domain of the account other.*remove it there.*or order another domain/),
    });
    expect(calls(stage, 'createacct')).toBe(1);
  });

  it('by a leftover zone says so, and how the seller has it taken over', async () => {
    const stage = await Stage.empty();
    await stage.control('/zone', { domain: 'shop.example.net' });
    expect(await failureOf(stage.create())).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/DNS entry.*remove what is left of it in WHM, or let the product take over a leftover zone/),
    });
    expect(stage.sandbox.ledger().filter(({ kind }) => kind === 'account')).toEqual([]);
  });

  it('by a leftover zone that is to be taken over waits for a token that may, since only one of root’s does', async () => {
    const stage = await Stage.empty({ forceDns: true }, { user: 'reseller1' });
    await stage.control('/user', { user: 'reseller1' });
    await stage.control('/zone', { domain: 'shop.example.net' });
    expect(await failureOf(stage.create({ attempts: 1 }))).toMatchObject({
      code: 'invalid_config',
      cause: { field: 'token' },
      message: expect.stringMatching(/forcedns.*token that may do everything/),
    });
  });
});

describe('what a product promises and its package leaves out', () => {
  it.each([
    ['autossl', 'SSL/start_autossl_check'],
    ['mysql', 'Mysql/get_restrictions'],
    ['popaccts', 'Email/list_pops'],
  ])('waits for the seller, who is told which feature to switch on: %s', async (feature, name) => {
    const stage = await Stage.empty();
    await stage.control('/features', { without: [feature] });
    expect(await failureOf(stage.create({ attempts: 1 }))).toMatchObject({
      code: 'invalid_config',
      cause: { field: 'package' },
      message: expect.stringMatching(new RegExp(`^${name}: .*“${feature}”.*feature list of the package`)),
    });
  });
});

describe('a suspension that fails', () => {
  it('says why, which WHM tells beside a reason that tells nothing', async () => {
    const stage = await Stage.start();
    await stage.control('/account', { user: username, change: { stuck: true } });
    expect(await failureOf(stage.run('suspend'))).toMatchObject({
      code: 'rejected',
      message: 'suspendacct: Failed to suspend account. (The account “shopk3x9” is locked by a transfer.)',
    });
  });
});
