import { describe, expect, it } from '@jest/globals';
import { Stage } from '../test/stage.js';
import { WhmClient } from './client.js';

const row = (user: string) => ({ user, domain: `${user}.example`, owner: 'root', plan: '', email: '', ip: '192.0.2.10', suspended: 0 });

describe('a list in chunks', () => {
  it('is none when an account went between two of them, for which another was skipped', async () => {
    const stage = await Stage.empty();
    for (let n = 0; n < 502; n += 1) await stage.control('/accounts', { user: `more${n}x`, domain: `more${n}.example` });
    let chunks = 0;
    stage.after = async (name) => {
      if (name === 'listaccts' && (chunks += 1) === 1) await stage.control('/removed', { user: 'more0x' });
    };
    const list = () => new WhmClient(stage.ctx, stage.server).listAccounts();
    await expect(list()).rejects.toMatchObject({ code: 'unknown_outcome', message: expect.stringContaining('added or removed') });
    expect(await list()).toHaveLength(501);
  });

  it.each([
    [undefined, 500],
    [700, 500],
    [700, 1],
  ])('is none where a host tells the same whatever it is asked, with a total of %s and %s of them', async (records, length) => {
    const acct = Array.from({ length }, (_, n) => row(`user${n}`));
    const metadata = { version: 1, command: 'listaccts', result: 1, reason: 'OK', chunk: { records } };
    const fetch = () => Promise.resolve(new Response(JSON.stringify({ metadata, data: { acct } })));
    const whm = new WhmClient({ fetch }, { host: 'whm.example', port: 2087, user: 'root', token: 'token' });
    await expect(whm.listAccounts()).rejects.toMatchObject({ code: 'unknown_outcome' });
  });

  it('is whole where it is empty, or its end is that of a chunk', async () => {
    for (const count of [0, 1, 500, 501, 999]) {
      const all = Array.from({ length: count }, (_, n) => row(`user${n}`));
      for (const told of [true, false]) {
        const fetch = (url: string) => {
          const start = Number(new URL(url).searchParams.get('api.chunk.start'));
          const metadata = { version: 1, command: 'listaccts', result: 1, reason: 'OK', ...(told ? { chunk: { records: count } } : {}) };
          return Promise.resolve(new Response(JSON.stringify({ metadata, data: { acct: all.slice(start - 1, start + 499) } })));
        };
        const whm = new WhmClient({ fetch }, { host: 'whm.example', port: 2087, user: 'root', token: 'token' });
        expect(await whm.listAccounts()).toHaveLength(count);
      }
    }
  });
});
