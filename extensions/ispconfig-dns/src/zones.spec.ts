import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@hostwright/sdk';
import { failureOf, passingFaults, putControl, strangersMark, testCtx } from '@hostwright/sdk-testing';
import {
  aNameServer,
  aSandbox,
  countCalls,
  domain,
  ensureZone,
  expectWholeZone,
  firstRecords,
  mark,
  nameServers,
  plantRecord,
  plantZone,
  recordsOf,
  settingsOf,
  standing,
  zonesOf,
  zoneSteps,
} from '../test/stage.js';
import { dns } from './dns.js';

describe('a zone whose domain does not lead here', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['is not delegated at all', [], /ns1\.example\.net, ns2\.example\.net are missing: it has none/],
    ['is delegated elsewhere', ['ns1.other.example', 'ns2.other.example'], /are missing: it has ns1\.other\.example, ns2\.other\.example/],
    ['lacks one of the name servers', ['ns1.example.net', 'ns2.other.example'], /; ns2\.example\.net is missing: /],
    ['has one whose name only ends alike', ['ns1.example.net', 'xns2.example.net'], /; ns2\.example\.net is missing: /],
  ])('that %s is refused by name, and nothing is made', async (_how, delegatedTo, says) => {
    const sandbox = await aSandbox();
    const failed = await failureOf(ensureZone(sandbox, { lookUp: await aNameServer(delegatedTo) }));
    expect(failed.cause).toMatchObject({ code: 'invalid_input', field: 'name', message: expect.stringMatching(says) });
    expect(sandbox.calls()).toEqual([]);
  });

  it('does not exist, and nothing is made', async () => {
    const sandbox = await aSandbox();
    const lookUp = await aNameServer();
    const failed = await failureOf(ensureZone(sandbox, { lookUp }, { name: 'other.example' }));
    expect(failed.cause).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('does not exist') });
    expect(sandbox.calls()).toEqual([]);
  });

  it.each(['fails', 'is silent'] as const)('is waited for while the name server %s', async (how) => {
    const sandbox = await aSandbox();
    const lookUp = await aNameServer();
    lookUp.fail(domain, how);
    const failed = await failureOf(ensureZone(sandbox, { lookUp, deadlineMs: 300, attempts: 1 }));
    expect(failed.cause).toMatchObject({ code: 'unavailable' });
    expect(sandbox.calls()).toEqual([]);
  });

  it('is made once it has the name servers, more of them included', async () => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox, { lookUp: await aNameServer(['NS2.Example.net', 'ns1.example.net', 'ns9.other.example']) });
    expectWholeZone(sandbox);
  });
});

describe('a zone that is wanted', () => {
  it('is made with its first records, marked, and served', async () => {
    const sandbox = await aSandbox();
    const { output, finished } = await ensureZone(sandbox);
    expect(output).toEqual({ remoteId: '42', name: domain, nameServers });
    expect(finished).toEqual(zoneSteps);
    expectWholeZone(sandbox);
    expect(zonesOf(sandbox)[0]?.details).toMatchObject({ ns: 'ns1.example.net.', mbox: `hostmaster.${domain}.` });
  });

  it('names the hostmaster and the name servers that were asked for', async () => {
    const sandbox = await aSandbox();
    const asked = ['ns7.example.org', 'NS8.example.org.'];
    const lookUp = await aNameServer(['ns7.example.org', 'ns8.example.org']);
    const { output } = await ensureZone(sandbox, { lookUp, server: { hostmaster: 'dns@Example.net' } }, { nameServers: asked });
    expect(output.nameServers).toEqual(['ns7.example.org', 'ns8.example.org']);
    expect(zonesOf(sandbox)[0]?.details).toMatchObject({ ns: 'ns7.example.org.', mbox: 'dns.example.net.' });
    expect(recordsOf(sandbox)).toContain(`NS ${domain}. ns8.example.org.`);
  });

  it('is seen by no name server before it is whole', async () => {
    const sandbox = await aSandbox();
    sandbox.fault({ kind: 'hang', path: 'dns_ns_add$' });
    await failureOf(ensureZone(sandbox, { deadlineMs: 800, attempts: 1 }));
    expect(zonesOf(sandbox)).toEqual([
      expect.objectContaining({
        owner: mark,
        details: expect.objectContaining({ active: 'N', served: false, mbox: `${mark}.${domain}.` }),
      }),
    ]);
  });

  it('is not done before the server has carried everything out', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/cron', { stopped: true });
    let isDone = false;
    const ensured = ensureZone(sandbox).then(() => (isDone = true));
    while (countCalls(sandbox, 'monitor_jobqueue_count') < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isDone).toBe(false);
    expect(zonesOf(sandbox)[0]?.details).toMatchObject({ active: 'Y', served: false });
    await putControl(sandbox, '/cron', { stopped: false });
    await ensured;
    expectWholeZone(sandbox);
  });

  it('is adopted as it is when it is already there and ours', async () => {
    const sandbox = await aSandbox();
    const first = await ensureZone(sandbox);
    const [www] = sandbox.ledger().filter(({ details }) => details?.['name'] === 'www');
    await plantRecord(sandbox, 42, 'blog', 'A', '192.0.2.77');
    const again = await ensureZone(sandbox);
    expect(again.output).toEqual(first.output);
    expect(again.skipped).toEqual(['create records']);
    expect(recordsOf(sandbox)).toEqual([...firstRecords, 'A blog 192.0.2.77'].sort());
    expect(sandbox.ledger()).toContainEqual(www);
    // It was not this operation that made it, so it is not this operation's to destroy.
    await again.undo();
    expect(recordsOf(sandbox)).toHaveLength(6);
  });

  it.each<[string, JsonObject]>([
    ['active', {}],
    ['inactive', { active: 'N' }],
    ['another mark as its hostmaster', { active: 'N', mbox: `${strangersMark}.${domain}.` }],
    ['our mark as its hostmaster, but active', { mbox: `${mark}.${domain}.` }],
    ['a longer mark as its hostmaster', { active: 'N', mbox: `${mark}1.${domain}.` }],
    ['on another server', { server_id: 2 }],
  ])('is not taken from somebody else whose zone is there, %s', async (_how, more) => {
    const sandbox = await aSandbox();
    await plantZone(sandbox, domain, more);
    const before = standing(sandbox);
    const failed = await failureOf(ensureZone(sandbox));
    expect(failed.cause).toMatchObject({ code: 'not_owned', message: expect.stringContaining(domain) });
    await failed.undo();
    expect(standing(sandbox)).toEqual(before);
  });

  it.each([
    ['another mark', [strangersMark]],
    ['a longer mark', [`${mark}0`]],
    ['our mark in capitals', [mark.toUpperCase()]],
    ['our mark and another', [mark, strangersMark]],
  ])('is not adopted with %s in its TXT record', async (_how, marks) => {
    const sandbox = await aSandbox();
    const zone = await plantZone(sandbox);
    for (const each of marks) await plantRecord(sandbox, zone, '_hostwright', 'TXT', each);
    expect((await failureOf(ensureZone(sandbox))).cause).toMatchObject({ code: 'not_owned' });
    expect(recordsOf(sandbox)).toHaveLength(marks.length);
  });

  it('has nothing to do with a zone whose name only begins alike', async () => {
    const sandbox = await aSandbox();
    await plantZone(sandbox, `${domain}.net`);
    await ensureZone(sandbox);
    expect(zonesOf(sandbox)).toHaveLength(2);
  });

  it.each<[string, JsonObject, string]>([
    ['no domain', { name: 'customer' }, 'name'],
    ['a domain that is not in ASCII', { name: 'kündin.example' }, 'name'],
    ['an address', { name: '192.0.2.1' }, 'name'],
    ['one name server', { nameServers: ['ns1.example.net'] }, 'nameServers'],
    ['one name server twice', { nameServers: ['ns1.example.net', 'NS1.example.net.'] }, 'nameServers'],
    ['a name server that is none', { nameServers: ['ns1.example.net', 'ns2 example'] }, 'nameServers'],
  ])('with %s is refused before anything is asked', async (_how, input, field) => {
    const sandbox = await aSandbox();
    expect((await failureOf(ensureZone(sandbox, {}, input))).cause).toMatchObject({ code: 'invalid_input', field });
    expect(sandbox.calls()).toEqual([]);
  });
});

describe('a zone whose making broke off', () => {
  it.each(['create zone', 'mark zone', 'create records', 'activate zone'])('is finished after a crash after "%s"', async (step) => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox, { crashAfterCall: step });
    expectWholeZone(sandbox);
  });

  const calls = ['dns_zone_add', 'dns_txt_add', 'dns_ns_add', 'dns_a_add', 'dns_zone_update'];
  it.each(calls.flatMap((method) => passingFaults.map((kind) => [kind, method] as const)))(
    'ends whole and single after %s at %s',
    async (kind, method) => {
      const sandbox = await aSandbox();
      sandbox.fault({ kind, path: `${method}$` });
      const made = await ensureZone(sandbox);
      await made.sweep();
      expectWholeZone(sandbox);
    },
  );

  it.each(calls)('ends whole and single when %s takes effect late', async (method) => {
    const sandbox = await aSandbox();
    sandbox.fault({ kind: 'late_success', path: `${method}$`, delayMs: 60 });
    const made = await ensureZone(sandbox);
    await new Promise((resolve) => setTimeout(resolve, 120));
    await made.sweep();
    expectWholeZone(sandbox);
  });

  it('is unknown, not failed, when ISPConfig stays silent', async () => {
    const sandbox = await aSandbox();
    sandbox.fault({ kind: 'hang', path: 'dns_zone_add$' });
    expect((await failureOf(ensureZone(sandbox, { deadlineMs: 800, attempts: 1 }))).cause).toMatchObject({ code: 'unknown_outcome' });
  });

  it.each(['create zone', 'mark zone', 'create records', 'activate zone', 'wait for name servers'])(
    'is undone to nothing after "%s"',
    async (step) => {
      const sandbox = await aSandbox();
      const later: Readonly<Record<string, string>> = {
        'create zone': 'dns_txt_add',
        'mark zone': 'dns_ns_add',
        'create records': 'dns_zone_update',
      };
      const stop = later[step] ?? 'monitor_jobqueue_count';
      sandbox.fault({ kind: 'hang', path: `${stop}$` });
      const failed = await failureOf(ensureZone(sandbox, { deadlineMs: 800, attempts: 1 }));
      await failed.undo();
      await failed.undo();
      expect(sandbox.ledger()).toEqual([]);
    },
  );

  it.each(['dns_txt_add', 'dns_ns_add'])(
    'leaves nothing when %s takes effect after the zone was undone, and it is looked for again',
    async (method) => {
      const sandbox = await aSandbox();
      sandbox.fault({ kind: 'late_success', path: `${method}$`, delayMs: 1_500 });
      const failed = await failureOf(ensureZone(sandbox, { attempts: 1 }));
      await failed.undo();
      while (sandbox.ledger().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(sandbox.ledger()).toEqual([
        expect.objectContaining({ kind: 'dns-record', details: expect.objectContaining({ zone: 'gone' }) }),
      ]);
      await failed.undo();
      expect(sandbox.ledger()).toEqual([]);
    },
  );

  it('is not undone when it no longer bears our mark', async () => {
    const sandbox = await aSandbox();
    const made = await ensureZone(sandbox);
    sandbox.fault({ kind: 'wrong_owner', path: 'dns_rr_get_all_by_zone$', times: 3 });
    await expect(made.undo()).rejects.toMatchObject({ code: 'not_owned' });
    expectWholeZone(sandbox);
  });
});

describe('listing zones', () => {
  const list = (sandbox: Awaited<ReturnType<typeof aSandbox>>, owner = mark): Promise<unknown> =>
    dns.listZones!({ ctx: testCtx({ owner }), server: settingsOf(sandbox) });

  it('shows ours with their records, without the marks, and nobody else’s', async () => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox);
    await plantRecord(sandbox, 42, '@', 'MX', 'mail', 10);
    await plantRecord(sandbox, 42, '_sip._tcp', 'SRV', '5 5060 sip.example.net.', 0);
    const other = await plantZone(sandbox, 'other.example');
    await plantRecord(sandbox, other, '_hostwright', 'TXT', `${mark}0`);
    expect(await list(sandbox)).toEqual([
      {
        remoteId: '42',
        name: domain,
        nameServers,
        records: expect.arrayContaining([
          { remoteId: expect.any(String), zone: domain, name: `www.${domain}`, type: 'A', content: '203.0.113.10', ttl: 3600 },
          { remoteId: expect.any(String), zone: domain, name: domain, type: 'MX', content: `mail.${domain}`, ttl: 3600, priority: 10 },
        ]),
      },
    ]);
    const [zone] = (await list(sandbox)) as { records: unknown[] }[];
    expect(zone?.records).toHaveLength(5);
    expect(await list(sandbox, 'hw-test-43')).toEqual([]);
  });

  it('shows none that is not finished', async () => {
    const sandbox = await aSandbox();
    sandbox.fault({ kind: 'hang', path: 'dns_zone_update$' });
    await failureOf(ensureZone(sandbox, { deadlineMs: 800, attempts: 1 }));
    expect(recordsOf(sandbox)).toEqual(firstRecords);
    expect(await list(sandbox)).toEqual([]);
  });
});
