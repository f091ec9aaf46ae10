import { describe, expect, it } from '@jest/globals';
import type { DnsRecordInput, DnsRecordType } from '@hostwright/sdk';
import {
  failureOf,
  passingFaults,
  putControl,
  sandboxFetch,
  strangersMark,
  testCtx,
  type FaultKind,
  type RunningSandbox,
} from '@hostwright/sdk-testing';
import {
  aSandbox,
  byHand,
  countCalls,
  domain,
  ensureRecord,
  ensureZone,
  firstRecords,
  plantRecord,
  plantZone,
  recordsOf,
  removeRecord,
  settingsOf,
  site,
} from '../test/stage.js';
import { dns } from './dns.js';

/** With the test's zone in it, ours. */
async function aZone(): Promise<RunningSandbox> {
  const sandbox = await aSandbox();
  await ensureZone(sandbox);
  return sandbox;
}

/** What stands beside the zone's first records. */
const added = (sandbox: RunningSandbox): readonly string[] => recordsOf(sandbox).filter((record) => !firstRecords.includes(record));

describe('a record in our zone', () => {
  it('is made once, and answered as it stands', async () => {
    const sandbox = await aZone();
    const { output, finished, skipped } = await ensureRecord(sandbox);
    expect(output).toEqual({ ...site, zone: domain, remoteId: expect.stringMatching(/^\d+$/) });
    expect(finished).toEqual(['find zone', 'create record', 'wait for name servers']);
    expect(skipped).toEqual(['mark record']);
    expect(added(sandbox)).toEqual(['A shop 192.0.2.10']);
  });

  it('raises the serial, so that secondaries look', async () => {
    const sandbox = await aZone();
    const serial = (): number => Number(sandbox.ledger()[0]?.details?.['serial']);
    const before = serial();
    await ensureRecord(sandbox);
    expect(serial()).toBe(before + 1);
    await removeRecord(sandbox);
    expect(serial()).toBe(before + 2);
  });

  it('is adopted when it is already there', async () => {
    const sandbox = await aZone();
    const first = await ensureRecord(sandbox);
    expect((await ensureRecord(sandbox)).output.remoteId).toBe(first.output.remoteId);
    expect(added(sandbox)).toHaveLength(1);
  });

  it.each<[DnsRecordType, Partial<DnsRecordInput>, string]>([
    ['A', { content: 'PROXYSRV' }, 'A shop 203.0.113.10'],
    ['A', { name: `*.${domain}` }, 'A * 192.0.2.10'],
    ['AAAA', { content: '2001:DB8:0::1' }, 'AAAA shop 2001:db8::1'],
    ['CNAME', { content: 'Target.Example.org' }, 'CNAME shop target.example.org.'],
    ['MX', { name: domain, content: 'mail.example.net', priority: 10 }, `MX ${domain}. mail.example.net.`],
    ['NS', { content: 'ns1.example.org.' }, 'NS shop ns1.example.org.'],
    [
      'TXT',
      { name: `_acme-challenge.${domain}`, content: 'v=spf1 include:example.org -all' },
      'TXT _acme-challenge v=spf1 include:example.org -all',
    ],
  ])('of type %s is made and recognised: %j', async (type, input, stored) => {
    const sandbox = await aZone();
    const first = await ensureRecord(sandbox, { type, ...input });
    const second = await ensureRecord(sandbox, { type, ...input });
    expect(second.output).toEqual(first.output);
    expect(added(sandbox)).toEqual([stored]);
    if (type === 'MX') expect(sandbox.ledger().at(-1)?.details?.['aux']).toBe('10');
  });

  it.each([
    ['absolute', `shop.${domain}.`, `target.${domain}.`],
    ['relative', 'SHOP', 'target'],
  ])('is recognised where a person wrote its names %s', async (_how, name, data) => {
    const sandbox = await aZone();
    const id = await plantRecord(sandbox, 42, name, 'CNAME', data);
    const { output } = await ensureRecord(sandbox, { type: 'CNAME', content: `target.${domain}` });
    expect(output.remoteId).toBe(String(id));
  });

  it('may be an IPv4 and an IPv6 address at once', async () => {
    const sandbox = await aZone();
    await ensureRecord(sandbox);
    await ensureRecord(sandbox, { type: 'AAAA', content: '2001:db8::1' });
    expect(added(sandbox)).toHaveLength(2);
  });

  it.each<[string, Partial<DnsRecordInput>]>([
    ['another address', { content: '192.0.2.11' }],
    ['an alias', { type: 'CNAME', content: 'elsewhere.example.org' }],
  ])('is a conflict, and changes nothing, where the name already leads elsewhere and %s is wanted', async (_how, input) => {
    const sandbox = await aZone();
    await ensureRecord(sandbox);
    expect((await failureOf(ensureRecord(sandbox, input))).cause).toMatchObject({ code: 'conflict' });
    expect(added(sandbox)).toHaveLength(1);
  });

  it.each<[string, Partial<DnsRecordInput>, string]>([
    ['that is no name', { name: `shop..${domain}` }, 'name'],
    ['at a name kept for marks', { name: `_hostwright.${domain}`, type: 'TXT', content: 'x' }, 'name'],
    ['below a name kept for marks', { name: `a._hostwright-a.${domain}` }, 'name'],
    ['with an address that is none', { content: '192.0.2.256' }, 'content'],
    ['with the proxy as an alias', { type: 'CNAME', content: 'PROXYSRV!' }, 'content'],
    ['with a line break in its text', { type: 'TXT', content: 'a\nevil 300 IN A 192.0.2.66' }, 'content'],
    ['with a quote in its text', { type: 'TXT', content: 'a" "b' }, 'content'],
    ['with a text that is too long', { type: 'TXT', content: 'k'.repeat(256) }, 'content'],
    ['with a TTL too short', { ttl: 59 }, 'ttl'],
    ['of type MX without priority', { type: 'MX', content: 'mail.example.net' }, 'priority'],
    ['of an unknown type', { type: 'SRV' as DnsRecordType }, 'type'],
  ])('%s is refused before anything is asked', async (_how, input, field) => {
    const sandbox = await aSandbox();
    expect((await failureOf(ensureRecord(sandbox, input))).cause).toMatchObject({ code: 'invalid_input', field });
    expect(sandbox.calls()).toEqual([]);
  });

  it('with a longer name than ISPConfig keeps is refused, and nothing is made', async () => {
    const sandbox = await aZone();
    const name = `${'a'.repeat(40)}.${'b'.repeat(40)}.${domain}`;
    expect((await failureOf(ensureRecord(sandbox, { name }))).cause).toMatchObject({ code: 'invalid_input', field: 'name' });
    expect(added(sandbox)).toEqual([]);
  });

  it.each<FaultKind>([...passingFaults, 'late_success'])('ends with exactly one record after %s', async (kind) => {
    for (const input of [{}, { type: 'TXT', content: 'one' }] as const) {
      const sandbox = await aZone();
      sandbox.fault({ kind, path: 'dns_(a|txt)_add$', delayMs: 60 });
      const made = await ensureRecord(sandbox, input);
      if (kind === 'late_success') await new Promise((resolve) => setTimeout(resolve, 120));
      await made.sweep();
      expect(added(sandbox)).toHaveLength(1);
      await made.undo();
      await made.undo();
      expect(recordsOf(sandbox)).toEqual(firstRecords);
    }
  });

  it('is not made in a zone that was deleted meanwhile, and leaves nothing', async () => {
    const sandbox = await aZone();
    const fetch = sandboxFetch();
    let looks = 0;
    const racing: typeof fetch = async (...call) => {
      if (call[0].endsWith('?dns_rr_get_all_by_zone') && (looks += 1) === 2) await byHand(sandbox, 'dns_zone_delete', { primary_id: 42 });
      return fetch(...call);
    };
    const failed = await failureOf(ensureRecord(sandbox, {}, { fetch: racing }));
    expect(failed.cause).toMatchObject({ code: 'rejected', message: expect.stringContaining('was deleted') });
    await failed.undo();
    expect(added(sandbox)).toEqual([]);
  });

  it('is adopted after a crash between the call and the journal', async () => {
    const sandbox = await aZone();
    await ensureRecord(sandbox, { type: 'TXT', content: 'one' }, { crashAfterCall: 'create record' });
    expect(added(sandbox)).toEqual(['TXT shop one']);
  });

  it('is not done before the server has carried it out', async () => {
    const sandbox = await aZone();
    await putControl(sandbox, '/cron', { stopped: true });
    const before = countCalls(sandbox, 'monitor_jobqueue_count');
    let isDone = false;
    const ensured = ensureRecord(sandbox).then(() => (isDone = true));
    while (countCalls(sandbox, 'monitor_jobqueue_count') < before + 3) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isDone).toBe(false);
    await putControl(sandbox, '/cron', { stopped: false });
    await ensured;
  });
});

describe('a record where we have no zone', () => {
  it('is not found without any zone', async () => {
    expect((await failureOf(ensureRecord(await aSandbox()))).cause).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining(site.name),
    });
  });

  it.each([
    ['in somebody else’s zone', domain],
    ['in somebody else’s zone below ours', `shop.${domain}`],
  ])('is not made %s', async (_how, name) => {
    const sandbox = await aSandbox();
    if (name !== domain) await ensureZone(sandbox);
    await plantZone(sandbox, name);
    const before = recordsOf(sandbox);
    expect((await failureOf(ensureRecord(sandbox, { name: `www.shop.${domain}` }))).cause).toMatchObject({ code: 'not_owned' });
    expect(recordsOf(sandbox)).toEqual(before);
  });

  it('counts as removed there, and everything is left alone', async () => {
    const sandbox = await aSandbox();
    await removeRecord(sandbox);
    await plantRecord(sandbox, await plantZone(sandbox), 'shop', 'A', '192.0.2.10');
    await removeRecord(sandbox);
    expect(recordsOf(sandbox)).toEqual(['A shop 192.0.2.10']);
  });
});

describe('a record that is to go from our zone', () => {
  it('goes with all of its name and type, and nothing else', async () => {
    const sandbox = await aZone();
    for (const content of ['one', 'two']) await ensureRecord(sandbox, { type: 'TXT', content });
    await ensureRecord(sandbox);
    await removeRecord(sandbox, { type: 'TXT' });
    await removeRecord(sandbox, { type: 'TXT' });
    expect(added(sandbox)).toEqual(['A shop 192.0.2.10']);
  });

  it('goes alone when its content is named', async () => {
    const sandbox = await aZone();
    for (const content of ['one', 'two']) await ensureRecord(sandbox, { type: 'TXT', content });
    await removeRecord(sandbox, { type: 'TXT', content: 'one' });
    expect(added(sandbox)).toEqual(['TXT shop two']);
    await removeRecord(sandbox, { name: `www.${domain}`, content: 'PROXYSRV' });
    expect(recordsOf(sandbox)).not.toContain('A www 203.0.113.10');
  });

  it('goes alone when another MX names the same exchange', async () => {
    const sandbox = await aZone();
    const mx = { type: 'MX', content: 'mail.example.net' } as const;
    for (const priority of [10, 20]) await ensureRecord(sandbox, { ...mx, priority });
    await removeRecord(sandbox, { ...mx, priority: 10 });
    expect(added(sandbox)).toEqual(['MX shop mail.example.net.']);
    expect(sandbox.ledger().at(-1)?.details?.['aux']).toBe('20');
    await removeRecord(sandbox, mx);
    expect(added(sandbox)).toEqual([]);
  });

  it('stays when it is a name server of the zone itself', async () => {
    const sandbox = await aZone();
    await ensureRecord(sandbox, { name: domain, type: 'NS', content: 'ns9.example.org' });
    expect((await failureOf(removeRecord(sandbox, { name: domain, type: 'NS' }))).cause).toMatchObject({
      code: 'invalid_input',
      field: 'name',
    });
    expect(added(sandbox)).toHaveLength(1);
    await removeRecord(sandbox, { name: domain, type: 'NS', content: 'ns9.example.org' });
    expect(recordsOf(sandbox)).toEqual(firstRecords);
  });

  it.each(passingFaults)('is gone after %s', async (kind) => {
    const sandbox = await aZone();
    await ensureRecord(sandbox);
    sandbox.fault({ kind, path: 'dns_a_delete$' });
    await removeRecord(sandbox);
    expect(added(sandbox)).toEqual([]);
  });

  it('stays when the zone turns out to be somebody else’s', async () => {
    const sandbox = await aZone();
    await ensureRecord(sandbox);
    sandbox.fault({ kind: 'wrong_owner', path: 'dns_rr_get_all_by_zone$', after: 1 });
    expect((await failureOf(removeRecord(sandbox))).cause).toMatchObject({ code: 'not_owned' });
    expect(added(sandbox)).toHaveLength(1);
  });
});

describe('listing the records of a name', () => {
  const list = (sandbox: RunningSandbox, name: string): Promise<readonly unknown[]> =>
    dns.listRecords({ ctx: testCtx(), server: settingsOf(sandbox), name });

  it('shows ours and everybody else’s', async () => {
    const sandbox = await aSandbox();
    const zone = await plantZone(sandbox);
    await plantRecord(sandbox, zone, 'shop', 'TXT', strangersMark);
    await plantRecord(sandbox, zone, `shop.${domain}.`, 'MX', 'mail', 5);
    await plantRecord(sandbox, zone, 'shop2', 'A', '192.0.2.9');
    expect(await list(sandbox, site.name)).toEqual([
      expect.objectContaining({ name: site.name, zone: domain, type: 'TXT', content: strangersMark }),
      expect.objectContaining({ type: 'MX', content: `mail.${domain}`, priority: 5 }),
    ]);
  });

  it('shows none where there is no zone', async () => {
    expect(await list(await aSandbox(), site.name)).toEqual([]);
  });
});
