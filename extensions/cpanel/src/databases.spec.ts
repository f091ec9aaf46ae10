import { describe, expect, it } from '@jest/globals';
import { Stage, username } from '../test/stage.js';
import { Databases, inAccount } from './databases.js';
import { WhmClient } from './client.js';

describe('what is looked for inside an account', () => {
  it('is absent when the account is gone, as after the undo of its creation: there is nothing more to be taken back', async () => {
    const stage = await Stage.empty();
    const databases = new Databases(stage.ctx, stage.server, username);
    for (const found of [databases.findDatabase('a'), databases.findUser('a'), databases.findGrant('a')])
      expect(await found).toEqual({ state: 'absent' });
    expect(await inAccount(new WhmClient(stage.ctx, stage.server).mailboxes(username))).toEqual([]);
  });

  it('is unknown when WHM does not answer', async () => {
    const stage = await Stage.start();
    stage.sandbox.fault({ kind: 'ghost_success', path: 'list_databases' });
    await expect(new Databases(stage.ctx, stage.server, username).findDatabase('a')).rejects.toMatchObject({ code: 'unknown_outcome' });
  });
});
