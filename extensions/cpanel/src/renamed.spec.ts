import { describe, expect, it } from '@jest/globals';
import { failureOf } from '@hostwright/sdk-testing';
import { secret } from '@hostwright/sdk';
import { Stage, username } from '../test/stage.js';
import { provisioning } from './provisioning.js';

/** Another user name, as WHM's "Modify an Account" gives one: when it was made and its domain stay. */
const renamed = async (more: object = {}) => {
  const stage = await Stage.start();
  await stage.control('/renamed', { user: username, to: 'newname' });
  await stage.control('/account', { user: 'newname', change: more as never });
  return stage;
};

describe('an account that was given another user name by hand', () => {
  it.each(['suspend', 'unsuspend', 'changePassword', 'terminate'] as const)(
    'does not count as gone when it is asked to %s: it is told what it is called now, and nothing is done',
    async (verb) => {
      const stage = await renamed();
      const before = stage.changes().length;
      expect(await failureOf(stage.run(verb, { password: secret('Chosen4567') }))).toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/shopk3x9 is called newname.*give it its name back in WHM, Modify an Account/),
      });
      expect(stage.changes().slice(before)).toEqual([]);
    },
  );

  it('is missing under its name when it is inspected, which says what it is called now', async () => {
    expect(await provisioning.inspect((await renamed()).later())).toEqual({ state: 'missing', details: { calledNow: 'newname' } });
  });

  it('logs nobody in', async () => {
    const stage = await renamed();
    await expect(provisioning.singleSignOn!(stage.later())).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is gone where what has its domain now was made at another time, or bears another’s mark', async () => {
    const stage = await renamed({ contact: 'hosting+hw-test-8@example.net' });
    await stage.run('terminate');
    const later = await Stage.start();
    await later.control('/removed', { user: username });
    await later.control('/accounts', { user: 'another', domain: 'shop.example.net' });
    await later.run('terminate');
    expect(later.sandbox.ledger().filter(({ kind }) => kind === 'account')).toHaveLength(1);
  });
});

describe('an account that the token does not see any more', () => {
  const limitedRoot = async () => {
    const stage = await Stage.start();
    await stage.control('/user', { user: 'root', without: ['all'] });
    return stage;
  };

  it('is not gone: a token of root’s that is limited sees only what root owns', async () => {
    const stage = await limitedRoot();
    await stage.control('/account', { user: username, change: { owner: 'reseller1' } });
    expect(await failureOf(stage.run('terminate'))).toMatchObject({ code: 'not_owned', message: expect.stringContaining('another owner') });
    await stage.control('/account', { user: username, change: { owner: 'root' } });
    await stage.run('terminate');
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('is gone although its name cannot be taken again: another begins like it, or a group of that name was left', async () => {
    for (const reason of ['group', 'prefix']) {
      const stage = await Stage.empty({}, { user: 'reseller1' });
      await stage.control('/user', { user: 'reseller1' });
      await stage.create();
      await stage.control('/removed', { user: username });
      await stage.control(reason === 'group' ? '/group' : '/accounts', {
        user: `${username}${reason === 'group' ? '' : '2'}`,
        domain: 'next.example',
      });
      const left = stage.sandbox.ledger();
      await stage.run('terminate');
      expect(stage.sandbox.ledger()).toEqual(left);
    }
  });

  it('is not known to be gone where its name is none that could be asked after, and root has to look', async () => {
    const stage = await Stage.start();
    await stage.control('/removed', { user: username });
    await stage.control('/user', { user: 'reseller1' });
    stage.server = { ...stage.server, user: 'reseller1' };
    stage.properties = { ...stage.properties, username: 'test1' };
    expect(await failureOf(stage.run('terminate'))).toMatchObject({ code: 'rejected', message: expect.stringContaining('look as root') });
    await stage.control('/user', { user: 'root' });
    stage.server = { ...stage.server, user: 'root' };
    await stage.run('terminate');
  });
});
