import { describe, expect, it } from '@jest/globals';
import { failureOf, passingFaults, type RunningSandbox } from '@hostwright/sdk-testing';
import {
  aSandbox,
  domain,
  ensureRecord,
  ensureZone,
  mark,
  plantRecord,
  plantZone,
  recordsOf,
  removeRecord,
  removeZone,
} from '../test/stage.js';

describe('a record in a shared zone', () => {
  const shared = 'shared.example';
  const shop = { name: `shop.${shared}` };
  const server = { sharedZones: `other.example, ${shared}.` };

  async function aSharedZone(): Promise<RunningSandbox> {
    const sandbox = await aSandbox();
    await plantZone(sandbox, shared);
    return sandbox;
  }

  const markOf = (owner = mark): unknown => expect.stringMatching(new RegExp(`^TXT _hostwright-a\\.shop ${owner} [0-9a-f]{32}$`));

  it('is made with a mark beside it, and adopted', async () => {
    const sandbox = await aSharedZone();
    const first = await ensureRecord(sandbox, shop, { server });
    const second = await ensureRecord(sandbox, shop, { server });
    expect(second.output).toEqual(first.output);
    expect(recordsOf(sandbox)).toEqual(['A shop 192.0.2.10', markOf()]);
  });

  it('is not made unless the settings name the zone', async () => {
    const sandbox = await aSharedZone();
    expect((await failureOf(ensureRecord(sandbox, shop))).cause).toMatchObject({ code: 'not_owned' });
    expect(recordsOf(sandbox)).toEqual([]);
  });

  it.each([
    ['A', '192.0.2.10'],
    ['A', '198.51.100.7'],
    ['AAAA', '2001:db8::7'],
    ['CNAME', 'elsewhere.example.org.'],
  ])('is not made, nor marked, where a stranger’s %s %s stands', async (type, data) => {
    const sandbox = await aSharedZone();
    await plantRecord(sandbox, 42, 'shop', type, data);
    expect((await failureOf(ensureRecord(sandbox, shop, { server }))).cause).toMatchObject({ code: 'not_owned' });
    expect(recordsOf(sandbox)).toEqual([`${type} shop ${data}`]);
  });

  it('is not made beside another service’s, which stays', async () => {
    const sandbox = await aSharedZone();
    await ensureRecord(sandbox, shop, { server, owner: 'hw-test-43' });
    const before = recordsOf(sandbox);
    expect((await failureOf(ensureRecord(sandbox, shop, { server }))).cause).toMatchObject({ code: 'not_owned' });
    await removeRecord(sandbox, shop, { server });
    expect(recordsOf(sandbox)).toEqual(before);
  });

  it('is a conflict where our own record leads elsewhere', async () => {
    const sandbox = await aSharedZone();
    await ensureRecord(sandbox, shop, { server });
    expect((await failureOf(ensureRecord(sandbox, { ...shop, content: '192.0.2.11' }, { server }))).cause).toMatchObject({
      code: 'conflict',
    });
  });

  it('lives beside a stranger’s record that answers another question, which stays', async () => {
    const sandbox = await aSharedZone();
    await plantRecord(sandbox, 42, 'shop', 'TXT', 'v=spf1 -all');
    for (const content of ['one', 'two']) await ensureRecord(sandbox, { ...shop, type: 'TXT', content }, { server });
    await removeRecord(sandbox, { ...shop, type: 'TXT', content: 'one' }, { server });
    expect(recordsOf(sandbox)).toEqual([
      expect.stringMatching(/^TXT _hostwright-txt\.shop hw-test-42 /),
      'TXT shop two',
      'TXT shop v=spf1 -all',
    ]);
    await removeRecord(sandbox, { ...shop, type: 'TXT' }, { server });
    expect(recordsOf(sandbox)).toEqual(['TXT shop v=spf1 -all']);
  });

  it.each(['mark record', 'create record'])('is finished after a crash after "%s"', async (step) => {
    const sandbox = await aSharedZone();
    await ensureRecord(sandbox, shop, { server, crashAfterCall: step });
    expect(recordsOf(sandbox)).toEqual(['A shop 192.0.2.10', markOf()]);
  });

  it.each(passingFaults.flatMap((kind) => ['dns_a_add', 'dns_txt_add'].map((method) => [kind, method] as const)))(
    'ends single after %s at %s, and is undone to nothing',
    async (kind, method) => {
      const sandbox = await aSharedZone();
      sandbox.fault({ kind, path: `${method}$` });
      const made = await ensureRecord(sandbox, shop, { server });
      await made.sweep();
      expect(recordsOf(sandbox)).toEqual(['A shop 192.0.2.10', markOf()]);
      await made.undo();
      await made.undo();
      expect(recordsOf(sandbox)).toEqual([]);
    },
  );

  it.each(['dns_a_delete', 'dns_txt_delete'])('goes with its mark when its removal broke off at %s and is begun again', async (method) => {
    const sandbox = await aSharedZone();
    await ensureRecord(sandbox, shop, { server });
    sandbox.fault({ kind: 'hang', path: `${method}$` });
    await failureOf(removeRecord(sandbox, shop, { server, deadlineMs: 200, attempts: 1 }));
    await removeRecord(sandbox, shop, { server });
    expect(recordsOf(sandbox)).toEqual([]);
  });

  it('is not undone when its mark turned into another’s', async () => {
    const sandbox = await aSharedZone();
    const made = await ensureRecord(sandbox, shop, { server });
    sandbox.fault({ kind: 'wrong_owner', path: 'dns_rr_get_all_by_zone$' });
    await expect(made.undo()).rejects.toMatchObject({ code: 'not_owned' });
    expect(recordsOf(sandbox)).toHaveLength(2);
  });

  it('may stand for every name', async () => {
    const sandbox = await aSharedZone();
    const { undo } = await ensureRecord(sandbox, { name: `*.${shared}` }, { server });
    expect(recordsOf(sandbox)).toEqual(['A * 192.0.2.10', expect.stringMatching(/^TXT _hostwright-a\._any hw-test-42 /)]);
    await undo();
    expect(recordsOf(sandbox)).toEqual([]);
  });
});

describe('a record in the zone of the service that ours is added to', () => {
  const addon = { owner: 'hw-test-77', above: ['hw-test-50', mark] };
  const proof = { name: `_proof.${domain}`, type: 'TXT' as const, content: 'proof' };
  const strangers = { cause: expect.objectContaining({ code: 'not_owned' }) };

  it('is made with our mark, and goes without the zone or what is in it', async () => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox);
    const before = recordsOf(sandbox);
    await ensureRecord(sandbox, proof, addon);
    const added = recordsOf(sandbox).filter((record) => !before.includes(record));
    expect(added.sort()).toEqual(
      ['TXT _proof proof', expect.stringMatching(/^TXT _hostwright-txt\._proof hw-test-77 [0-9a-f]{32}$/)].sort(),
    );
    await removeRecord(sandbox, { name: proof.name, type: 'TXT' }, addon);
    expect(recordsOf(sandbox)).toEqual(before);
  });

  it('is not made where one of that service stands, which is not removed either', async () => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox);
    await ensureRecord(sandbox);
    const before = recordsOf(sandbox);
    expect(await failureOf(ensureRecord(sandbox, {}, addon))).toMatchObject(strangers);
    await removeRecord(sandbox, {}, addon);
    expect(recordsOf(sandbox)).toEqual(before);
  });

  it('is not made in the zone of a service that ours is not added to', async () => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox);
    const before = recordsOf(sandbox);
    expect(await failureOf(ensureRecord(sandbox, proof, { ...addon, above: ['hw-test-4', 'hw-test-421'] }))).toMatchObject(strangers);
    expect(recordsOf(sandbox)).toEqual(before);
  });

  it('does not make the zone ours: we neither finish nor remove it', async () => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox);
    const before = recordsOf(sandbox);
    expect(await failureOf(ensureZone(sandbox, addon))).toMatchObject(strangers);
    expect(await failureOf(removeZone(sandbox, addon))).toMatchObject(strangers);
    expect(recordsOf(sandbox)).toEqual(before);
  });
});
