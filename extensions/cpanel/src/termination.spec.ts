import { describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import { Stage, username } from '../test/stage.js';

const accounts = (stage: Stage) => stage.sandbox.ledger().flatMap(({ kind, id }) => (kind === 'account' ? [id] : []));
const change = (stage: Stage, user: string, what: object) => stage.control('/account', { user, change: what as never });
/** A reseller with two customers, and somebody else. */
const aReseller = async () => {
  const stage = await Stage.start({ account: 'reseller' });
  for (const user of ['client1', 'client2', 'other'])
    await stage.control('/accounts', { user, domain: `${user}.example`, owner: user === 'other' ? 'root' : username });
  return stage;
};

describe('the end of a reseller', () => {
  it('takes his customers one by one, each a step of its own, and him last', async () => {
    const stage = await aReseller();
    const { finished } = await stage.run('terminate');
    expect(finished).toEqual([
      'list customers',
      'remove customer account / client1',
      'remove customer account / client2',
      'remove account',
    ]);
    expect(accounts(stage)).toEqual(['other']);
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it('stops at a customer’s account that cannot go, names it, and goes on from there once it can', async () => {
    const stage = await aReseller();
    await change(stage, 'client1', { stuck: true });
    const failed = await failureOf(stage.run('terminate'));
    expect(failed).toMatchObject({ code: 'rejected', message: expect.stringContaining('“client1” is locked by a transfer') });
    expect(accounts(stage)).toContain(username);
    await change(stage, 'client1', { stuck: false });
    await stage.run('terminate');
    expect(accounts(stage)).toEqual(['other']);
  });

  it('is reached although he was none any more, as after a terminatereseller that stopped half way', async () => {
    const stage = await aReseller();
    // WHM makes him a plain account of root's before it removes the first one.
    await change(stage, username, { reseller: false, owner: 'root' });
    await stage.run('terminate');
    expect(accounts(stage)).toEqual(['other']);
  });

  it('is reached when the answer to each removal was lost', async () => {
    const stage = await aReseller();
    for (const path of ['/removeacct$', '/terminatereseller$']) stage.sandbox.fault({ kind: 'lost_reply', path });
    await stage.run('terminate');
    expect(accounts(stage)).toEqual(['other']);
  });

  it('leaves a customer’s account alone that went to another owner, or is a later one of the name, since he was asked after', async () => {
    const stage = await aReseller();
    stage.after = async (name) => {
      if (name !== 'listaccts') return;
      stage.after = () => undefined;
      await change(stage, 'client1', { owner: 'root' });
      await stage.control('/removed', { user: 'client2' });
      await stage.control('/accounts', { user: 'client2', domain: 'later.example', owner: 'root' });
    };
    await stage.run('terminate');
    expect(accounts(stage)).toEqual(expect.arrayContaining(['client1', 'client2', 'other']));
    expect(accounts(stage)).not.toContain(username);
  });

  it('is not reached while accounts of his are left that nobody knew of, and says what to do with them', async () => {
    const stage = await aReseller();
    await change(stage, 'client1', { owner: 'root' });
    await change(stage, 'client2', { owner: 'root' });
    await stage.control('/removed', { user: username });
    await change(stage, 'client1', { owner: username });
    expect(await failureOf(stage.run('terminate'))).toMatchObject({
      code: 'rejected',
      message: expect.stringMatching(/client1.*remove them in WHM or give them another owner/),
    });
  });
});

describe('the end of an account', () => {
  it('is reached when it went by itself while it was asked for, and that was refused', async () => {
    const stage = await Stage.start();
    // As after a call whose answer was lost and that is still at work: the next one finds it locked, and then it is gone.
    stage.before = async (name) => {
      if (name === 'removeacct') await change(stage, username, { stuck: true });
    };
    stage.after = async (name) => {
      if (name !== 'removeacct') return;
      await change(stage, username, { stuck: false });
      await stage.control('/removed', { user: username });
    };
    await stage.run('terminate');
    expect(accounts(stage)).toEqual([]);
  });

  it.each([true, false])(
    'of one who owns others’ accounts by now is not reached, whether removeacct blocks that or leaves them behind (%s)',
    async (keepsOwners) => {
      const stage = await Stage.start();
      await stage.control('/switches', { keepsOwners });
      await stage.control('/accounts', { user: 'client1', domain: 'client1.example', owner: username });
      expect(await failureOf(stage.run('terminate'))).toMatchObject({ code: 'rejected', message: expect.stringContaining('client1') });
      expect(accounts(stage)).toEqual([username, 'client1']);
    },
  );
});
