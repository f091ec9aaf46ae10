import { describe, expect, it } from '@jest/globals';
import { failureOf, putControl, testCtx, type RunningSandbox } from '@hostwright/sdk-testing';
import { aSandbox, ensure, mark, remove, serverOf } from '../test/stage.js';
import type { ServerConfig } from './config.js';
import { dns } from './dns.js';

/** The customer's whom the services of `testCtx` belong to. */
const own = 'hw-test-c1';
const input = { name: 'www.shop.example' };

async function withZones(...zones: readonly (readonly [name: string, account: string])[]): Promise<RunningSandbox> {
  const sandbox = await aSandbox();
  await putControl(sandbox, '/zones', { zones: zones.map(([name, account]) => ({ name, account })) });
  return sandbox;
}

const noZone = (sandbox: RunningSandbox): ServerConfig => {
  const { zone: _, ...server } = serverOf(sandbox);
  return server as ServerConfig;
};
const make = (sandbox: RunningSandbox, name = input.name, options = {}) =>
  ensure(sandbox, { name }, { server: noZone(sandbox), ...options });
const take = (sandbox: RunningSandbox) => remove(sandbox, input.name, 'A', undefined, noZone(sandbox));
const zonesOf = (sandbox: RunningSandbox) => sandbox.ledger().map(({ details }) => details?.['zone']);

describe('a record of a server without a zone', () => {
  it('is made in the zone of the customer’s own account, and removed from it', async () => {
    const sandbox = await withZones(['else.example', 'hw-test-c2'], ['shop.example', own]);
    const { output } = await make(sandbox);
    expect(output).toMatchObject({ zone: 'shop.example', name: 'www.shop.example' });
    expect(sandbox.ledger()).toMatchObject([{ owner: mark }]);
    await take(sandbox);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('is made in the nearest of two, and at the zone’s own name', async () => {
    const sandbox = await withZones(['shop.example', own], ['www.shop.example', own]);
    await make(sandbox, 'a.www.shop.example');
    await make(sandbox, 'www.shop.example');
    await make(sandbox, '*.shop.example');
    expect(zonesOf(sandbox)).toEqual(['shop.example', 'www.shop.example', 'www.shop.example']);
  });

  it.each(['hw-test-c2', `${own}0`, `a copy of ${own}`, `${own}-closing`])(
    'is refused in a zone of the account %s, which is not exactly the customer’s',
    async (account) => {
      const sandbox = await withZones(['shop.example', account]);
      expect(await failureOf(make(sandbox))).toMatchObject({ code: 'not_owned', message: expect.stringContaining(account) });
      await take(sandbox);
      expect(sandbox.calls().filter(({ method }) => method !== 'GET')).toEqual([]);
    },
  );

  it('is refused below a zone of somebody else’s, though the customer has one above that', async () => {
    const sandbox = await withZones(['shop.example', own], ['www.shop.example', 'hw-test-c2']);
    expect((await failureOf(make(sandbox))).code).toBe('not_owned');
    expect(sandbox.ledger()).toEqual([]);
  });

  it('needs a zone, and says that it has to be ordered', async () => {
    const sandbox = await withZones(['else.example', own]);
    expect(await failureOf(make(sandbox))).toMatchObject({ code: 'not_found', message: expect.stringContaining('ordered first') });
  });

  it('is gone with its zone', async () => {
    const sandbox = await withZones(['shop.example', own]);
    await make(sandbox);
    await putControl(sandbox, '/zones', { zones: [] });
    expect((await take(sandbox)).skipped).toEqual(['remove records']);
  });

  it('is made once although the panel died, or the answer was lost', async () => {
    const sandbox = await withZones(['shop.example', own]);
    await make(sandbox, input.name, { crashAfterCall: 'create record' });
    sandbox.fault({ kind: 'lost_reply', method: 'POST', path: '/dns_records$' });
    await make(sandbox, 'shop.example', { deadlineMs: 400, pauseMs: 5 });
    expect(sandbox.ledger()).toHaveLength(2);
  });

  it('is listed, of whichever zone', async () => {
    const sandbox = await withZones(['shop.example', own]);
    await make(sandbox);
    const list = (name: string) => dns.listRecords({ ctx: testCtx({ owner: 'hw-test-0' }), server: noZone(sandbox), name });
    expect(await list(input.name)).toMatchObject([{ zone: 'shop.example' }]);
    expect(await list('www.nowhere.example')).toEqual([]);
  });
});

describe('the connection of a server without a zone', () => {
  const test = (sandbox: RunningSandbox) => dns.testConnection!({ ctx: testCtx(), server: noZone(sandbox) });

  it('works', async () => {
    expect(await test(await withZones(['shop.example', own]))).toEqual({ version: 'Cloudflare API v4', warnings: [] });
  });

  it('works while nobody has a zone, and says so', async () => {
    expect(await test(await withZones())).toMatchObject({ warnings: ['the API token sees no zone yet'] });
  });

  it.each([{ mayEdit: false }, { status: 'expired' }, { ownedByAccount: true }])('needs a token of another kind than %j', async (token) => {
    const sandbox = await withZones(['shop.example', own]);
    await putControl(sandbox, '/token', token);
    await expect(test(sandbox)).rejects.toMatchObject({ code: 'invalid_config', field: 'apiToken' });
  });
});
