import { describe, expect, it } from '@jest/globals';
import { Stage } from '../test/stage.js';
import { WhmClient } from './client.js';

const row = (user: string) => ({ user, domain: `${user}.example`, owner: 'root', plan: '', email: '', ip: '192.0.2.10', suspended: 0 });

describe('a list in chunks', () => {
  it('asks for the total, and is none when an account went between two of them and another was skipped for it', async () => {
    const stage = await Stage.empty();
    for (let n = 0; n < 502; n += 1) await stage.control('/accounts', { user: `more${n}x`, domain: `more${n}.example` });
    let chunks = 0;
    stage.after = async (name) => {
      if (name === 'listaccts' && (chunks += 1) === 1) await stage.control('/removed', { user: 'more0x' });
    };
    const list = () => new WhmClient(stage.ctx, stage.server).listAccounts();
    await expect(list()).rejects.toMatchObject({ code: 'unknown_outcome', message: 'listaccts: 500 of 501 accounts were listed' });
    expect(await list()).toHaveLength(501);
  });

  it('comes to an end where a host tells the same ones whatever it is asked', async () => {
    const acct = Array.from({ length: 500 }, (_, n) => row(`user${n}`));
    const answer = JSON.stringify({ metadata: { version: 1, command: 'listaccts', result: 1, reason: 'OK' }, data: { acct } });
    let asked = 0;
    const fetch = () => ((asked += 1), Promise.resolve(new Response(answer)));
    const whm = new WhmClient({ fetch }, { host: 'whm.example', port: 2087, user: 'root', token: 'token' });
    expect(await whm.listAccounts()).toHaveLength(500);
    expect(asked).toBe(2);
  });
});
