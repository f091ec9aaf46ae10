import { afterEach, describe, expect, it } from '@jest/globals';
import type { DnsRecordInput } from '@hostwright/sdk';
import { failureOf, runOperation, testCtx, type RunningSandbox } from '@hostwright/sdk-testing';
import sandboxDefinition from '../sandbox/index.js';
import type { ServerConfig } from './config.js';
import { dns } from './dns.js';

/*
 * What the contract with Cloudflare warns of with records, and no other test names.
 */

const owner = 'hw-test-42';
const site: DnsRecordInput = { name: 'shop.example.net', type: 'A', content: '192.0.2.10', ttl: 300 };

let sandbox: RunningSandbox;
afterEach(() => sandbox.stop());

const server = () => sandbox.server as ServerConfig;
/** As somebody else, by hand. */
async function byHand(method: string, path: string, body?: object): Promise<{ readonly result: readonly { readonly id: string }[] }> {
  const { apiUrl, apiToken } = server();
  const headers = { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json', connection: 'close' };
  const answer = await fetch(`${apiUrl}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  expect(answer.status).toBe(200);
  return answer.json() as Promise<{ readonly result: readonly { readonly id: string }[] }>;
}
const zonePath = async () => `/zones/${(await byHand('GET', '/zones?name=example.net')).result[0]!.id}`;

/** Something happens between the look and the call. */
function ctxWith(method: string, meanwhile: () => Promise<unknown>) {
  const inner = testCtx({ owner });
  let isDone = false;
  return {
    ...inner,
    fetch: async (...[url, request]: Parameters<typeof inner.fetch>) => {
      if (!isDone && request?.method === method) {
        isDone = true;
        await meanwhile();
      }
      return inner.fetch(url, request);
    },
  };
}

describe('81053 and 81054 are a real conflict, not idempotent success', () => {
  it.each<[string, Partial<DnsRecordInput>, object]>([
    ['81053, an A, AAAA, or CNAME record with that host', {}, { type: 'CNAME', content: 'else.example.org' }],
    ['81054, a CNAME clashes with another type', { type: 'CNAME', content: 'ours.example.org' }, { type: 'TXT', content: 'theirs' }],
  ])('%s', async (_what, input, theirs) => {
    sandbox = await sandboxDefinition.start({ speed: 0 });
    const zone = await zonePath();
    const ctx = ctxWith('POST', () => byHand('POST', `${zone}/dns_records`, { name: 'shop', ttl: 300, comment: 'by hand', ...theirs }));
    const failure = await failureOf(runOperation(dns.ensureRecord, { ctx, server: server(), input: { ...site, ...input } }));
    expect(failure.cause).toMatchObject({ code: 'not_owned' });
    expect(sandbox.ledger()).toMatchObject([{ owner: 'by hand' }]);
  });
});

describe('81044 on delete is already gone', () => {
  it('also when somebody else deleted it a moment before', async () => {
    sandbox = await sandboxDefinition.start({ speed: 0 });
    const made = await runOperation(dns.ensureRecord, { ctx: testCtx({ owner }), server: server(), input: site });
    const path = `${await zonePath()}/dns_records/${made.output.remoteId}`;
    const ctx = ctxWith('DELETE', () => byHand('DELETE', path));
    await runOperation(dns.removeRecord, { ctx, server: server(), input: { name: site.name, type: 'A' } });
    expect(sandbox.ledger()).toEqual([]);
  });
});

describe('same-name records with different content are legal', () => {
  it('one is adopted by type, name and content, never by name alone', async () => {
    sandbox = await sandboxDefinition.start({ speed: 0 });
    const ensure = (content: string) =>
      runOperation(dns.ensureRecord, { ctx: testCtx({ owner }), server: server(), input: { ...site, type: 'TXT', content } });
    const [one, two, again] = [await ensure('one'), await ensure('two'), await ensure('one')];
    expect(again.output.remoteId).toBe(one.output.remoteId);
    expect(two.output.remoteId).not.toBe(one.output.remoteId);
    expect(sandbox.ledger()).toHaveLength(2);
  });
});
