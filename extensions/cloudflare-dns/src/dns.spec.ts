import { describe, expect, it } from '@jest/globals';
import type { DnsRecordInput, DnsRecordType } from '@hostwright/sdk';
import { failureOf, passingFaults, runOperation, strangersMark, testCtx } from '@hostwright/sdk-testing';
import { aSandbox, ensure, mark, plant, remove, serverOf, site } from '../test/stage.js';
import { dns } from './dns.js';

describe('a record that is wanted', () => {
  it('is made once, marked, and answered as it stands', async () => {
    const sandbox = await aSandbox();
    const { output, finished } = await ensure(sandbox);
    expect(output).toEqual({ ...site, zone: 'example.net', remoteId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(finished).toEqual(['find zone', 'create record']);
    expect(sandbox.ledger()).toEqual([expect.objectContaining({ kind: 'dns-record', owner: mark, id: output.remoteId })]);
  });

  it('is adopted when it is already there and ours', async () => {
    const sandbox = await aSandbox();
    const first = await ensure(sandbox);
    const second = await ensure(sandbox);
    expect(second.output.remoteId).toBe(first.output.remoteId);
    expect(sandbox.ledger()).toHaveLength(1);
  });

  it('is adopted after a crash between the call and the journal', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox, {}, { crashAfterCall: 'create record' });
    expect(sandbox.ledger()).toHaveLength(1);
  });

  it('is not taken from somebody else, though it is the very same', async () => {
    const sandbox = await aSandbox();
    await plant(sandbox, { name: 'shop', type: 'A', content: '192.0.2.10', ttl: 300, comment: 'by hand' });
    expect((await failureOf(ensure(sandbox))).cause).toMatchObject({ code: 'not_owned' });
    expect(sandbox.ledger()).toEqual([expect.objectContaining({ owner: 'by hand' })]);
  });

  it.each([
    ['longer by a digit', `${mark}1`],
    ['in capitals', mark.toUpperCase()],
    ['with a word after it', `${mark} shop`],
  ])('is not adopted on a mark %s', async (_how, comment) => {
    const sandbox = await aSandbox();
    await plant(sandbox, { name: 'shop', type: 'A', content: '192.0.2.10', ttl: 300, comment });
    expect((await failureOf(ensure(sandbox))).cause).toMatchObject({ code: 'not_owned' });
  });

  it.each([
    ['A', '198.51.100.7'],
    ['AAAA', '2001:db8::7'],
    ['CNAME', 'elsewhere.example.org'],
  ])('is refused where a stranger’s %s already says where the name leads', async (type, content) => {
    const sandbox = await aSandbox();
    await plant(sandbox, { name: site.name, type, content, comment: strangersMark });
    expect((await failureOf(ensure(sandbox))).cause).toMatchObject({ code: 'not_owned' });
    expect(sandbox.ledger()).toHaveLength(1);
  });

  it('lives beside a stranger’s record that answers another question', async () => {
    const sandbox = await aSandbox();
    await plant(sandbox, { name: site.name, type: 'TXT', content: 'v=spf1 -all' });
    await ensure(sandbox);
    await ensure(sandbox, { type: 'TXT', content: 'validation=1' });
    expect(sandbox.ledger()).toHaveLength(3);
  });

  it('is a conflict, and changes nothing, where our own record leads elsewhere', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    expect((await failureOf(ensure(sandbox, { content: '192.0.2.11' }))).cause).toMatchObject({ code: 'conflict' });
    expect(sandbox.ledger()).toHaveLength(1);
  });

  it('may be an IPv4 and an IPv6 address of one service', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await ensure(sandbox, { type: 'AAAA', content: '2001:DB8:0::1' });
    const again = await ensure(sandbox, { type: 'AAAA', content: '2001:db8::1' });
    expect(again.output.content).toBe('2001:db8::1');
    expect(sandbox.ledger()).toHaveLength(2);
  });

  it.each<[DnsRecordType, string, Partial<DnsRecordInput>]>([
    ['TXT', 'say "hi" \\ bye', {}],
    ['TXT', 'k'.repeat(600), {}],
    ['CNAME', 'Target.Example.org', {}],
    ['MX', 'mail.example.net', { priority: 10 }],
    ['NS', 'ns1.example.org', {}],
  ])('of type %s is recognised in the form Cloudflare answers it (%s)', async (type, content, more) => {
    const sandbox = await aSandbox();
    const first = await ensure(sandbox, { type, content, ...more });
    const second = await ensure(sandbox, { type, content, ...more });
    expect(second.output).toEqual(first.output);
    expect(sandbox.ledger()).toHaveLength(1);
    if (type === 'TXT') expect(first.output.content).toBe(content);
  });

  it.each<[string, Partial<DnsRecordInput>, string]>([
    ['outside the zone', { name: 'shop.example.org' }, 'name'],
    ['whose zone only ends alike', { name: 'shop.notexample.net' }, 'name'],
    ['that is no name', { name: 'shop..example.net' }, 'name'],
    ['with an address that is none', { content: '192.0.2.256' }, 'content'],
    ['with a TTL too short', { ttl: 59 }, 'ttl'],
    ['of type MX without priority', { type: 'MX', content: 'mail.example.net' }, 'priority'],
    ['of an unknown type', { type: 'SRV' as DnsRecordType }, 'type'],
  ])('%s is refused before anything is asked of Cloudflare', async (_how, input, field) => {
    const sandbox = await aSandbox();
    expect((await failureOf(ensure(sandbox, input))).cause).toMatchObject({ code: 'invalid_input', field });
    expect(sandbox.calls()).toEqual([]);
  });
});

describe('a creation whose outcome is unknown', () => {
  it.each(passingFaults)('ends with exactly one record after %s', async (kind) => {
    const sandbox = await aSandbox();
    sandbox.fault({ kind, method: 'POST' });
    const { output } = await ensure(sandbox);
    expect(sandbox.ledger()).toEqual([expect.objectContaining({ id: output.remoteId, owner: mark })]);
  });

  it('ends with exactly one record when it takes effect after it was tried again', async () => {
    const sandbox = await aSandbox();
    sandbox.fault({ kind: 'late_success', method: 'POST', delayMs: 120 });
    await ensure(sandbox);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sandbox.ledger()).toHaveLength(1);
  });

  it('adopts what took effect between the look and the call', async () => {
    const sandbox = await aSandbox();
    sandbox.fault({ kind: 'error_before', method: 'POST' });
    // The look before the second call is answered without the record, which then stands when the call arrives.
    const inner = testCtx({ owner: mark });
    let posts = 0;
    const ctx = {
      ...inner,
      fetch: async (...[url, request]: Parameters<typeof inner.fetch>) => {
        if (request?.method === 'POST' && (posts += 1) === 2) await plant(sandbox, { ...site, comment: mark });
        return inner.fetch(url, request);
      },
    };
    const { output } = await runOperation(dns.ensureRecord, { ctx, server: serverOf(sandbox), input: site });
    expect(posts).toBe(2);
    expect(sandbox.ledger()).toEqual([expect.objectContaining({ id: output.remoteId })]);
  });

  it('is unknown, not failed, when Cloudflare stays silent', async () => {
    const sandbox = await aSandbox();
    sandbox.fault({ kind: 'hang', method: 'POST' });
    expect((await failureOf(ensure(sandbox, {}, { deadlineMs: 200, attempts: 1 }))).cause).toMatchObject({ code: 'unknown_outcome' });
  });

  it('is not adopted when what is read bears a stranger’s mark', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    sandbox.fault({ kind: 'wrong_owner', method: 'GET', path: 'dns_records$' });
    expect((await failureOf(ensure(sandbox))).cause).toMatchObject({ code: 'not_owned' });
  });
});

describe('undoing a creation', () => {
  it('deletes the record, and may be done twice', async () => {
    const sandbox = await aSandbox();
    const { undo } = await ensure(sandbox);
    await undo();
    await undo();
    expect(sandbox.ledger()).toEqual([]);
  });

  it('deletes nothing that no longer bears our mark', async () => {
    const sandbox = await aSandbox();
    const { undo } = await ensure(sandbox);
    sandbox.fault({ kind: 'wrong_owner', method: 'GET' });
    await expect(undo()).rejects.toMatchObject({ code: 'not_owned' });
    expect(sandbox.ledger()).toHaveLength(1);
  });
});

describe('a record that is to go', () => {
  it('goes, and going twice is fine', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await remove(sandbox);
    await remove(sandbox);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('takes with it all of ours of that name and type, and nothing else', async () => {
    const sandbox = await aSandbox();
    for (const content of ['one', 'two']) await ensure(sandbox, { type: 'TXT', content });
    await ensure(sandbox);
    await plant(sandbox, { name: site.name, type: 'TXT', content: 'three', comment: strangersMark });
    await remove(sandbox, site.name, 'TXT');
    expect(sandbox.ledger().map((entry) => [entry.owner, entry.details?.['type']])).toEqual([
      [mark, 'A'],
      [strangersMark, 'TXT'],
    ]);
  });

  it('goes alone when its content is named', async () => {
    const sandbox = await aSandbox();
    for (const content of ['one', 'two']) await ensure(sandbox, { type: 'TXT', content });
    await remove(sandbox, site.name, 'TXT', 'one');
    expect(sandbox.ledger().map((entry) => entry.details?.['content'])).toEqual(['"two"']);
  });

  it('counts as gone when the name is somebody else’s, who keeps it', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox, {}, { owner: 'hw-test-43' });
    await remove(sandbox);
    expect(sandbox.ledger()).toHaveLength(1);
  });

  it.each(passingFaults)('is gone after %s', async (kind) => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    sandbox.fault({ kind, method: 'DELETE' });
    await remove(sandbox);
    expect(sandbox.ledger()).toEqual([]);
  });
});

describe('listing the records of a name', () => {
  it('shows ours and everybody else’s, page after page', async () => {
    const sandbox = await aSandbox();
    for (let number = 0; number < 101; number += 1) await plant(sandbox, { name: 'many', type: 'TXT', content: `number ${number}` });
    await ensure(sandbox, { name: 'many.example.net', type: 'TXT', content: 'ours' });
    await plant(sandbox, { name: 'not-many', type: 'TXT', content: 'other name' });
    const records = await dns.listRecords({ ctx: testCtx(), server: serverOf(sandbox), name: 'many.example.net' });
    expect(records).toHaveLength(102);
    expect(records.at(-1)).toMatchObject({ content: 'ours', zone: 'example.net' });
  });
});
