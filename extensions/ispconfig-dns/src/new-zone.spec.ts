import { describe, expect, it } from '@jest/globals';
import { failureOf, testCtx } from '@hostwright/sdk-testing';
import { aSandbox, domain, ensureRecord, ensureZone, mark, nameServers, settingsOf } from '../test/stage.js';
import { dns } from './dns.js';

describe('a new zone', () => {
  it.each([
    [undefined, [['A', '203.0.113.10']]],
    [['198.51.100.7'], [['A', '198.51.100.7']]],
    [
      ['198.51.100.7', '2001:DB8:0::7'],
      [
        ['A', '198.51.100.7'],
        ['AAAA', '2001:db8::7'],
      ],
    ],
    [[], []],
  ] as const)('leads to %j at its own name and at www', async (addresses, expected) => {
    const sandbox = await aSandbox();
    const { output } = await ensureZone(sandbox, {}, addresses === undefined ? {} : { addresses });
    const { records } = (await dns.listZones!({ ctx: testCtx({ owner: mark }), server: settingsOf(sandbox) }))[0]!;
    for (const name of [domain, `www.${domain}`])
      expect(records.filter((record) => record.name === name && record.type !== 'NS').map(({ type, content }) => [type, content])).toEqual(
        expected,
      );
    expect(output).toEqual({ remoteId: expect.any(String), name: domain, nameServers });
  });

  it('takes the same records again from whoever asked for it, and does not where it leads elsewhere', async () => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox, {}, { addresses: ['198.51.100.7'] });
    for (const name of [domain, `www.${domain}`]) await ensureRecord(sandbox, { name, content: '198.51.100.7' });
    expect((await failureOf(ensureRecord(sandbox, { name: domain, content: '203.0.113.10' }))).cause).toMatchObject({ code: 'conflict' });
  });

  it.each([['shop.example'], ['198.51.100.256'], ['2001:db8::7::1'], ['']])('does not lead to %j', async (address) => {
    const sandbox = await aSandbox();
    const failed = await failureOf(ensureZone(sandbox, {}, { addresses: [address] }));
    expect(failed.cause).toMatchObject({ code: 'invalid_input', field: 'addresses' });
    expect(sandbox.calls()).toEqual([]);
  });
});
