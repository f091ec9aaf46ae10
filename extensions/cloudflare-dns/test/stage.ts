import { afterEach, expect } from '@jest/globals';
import type { DnsRecord, DnsRecordInput, DnsRecordType } from '@hostwright/sdk';
import { runOperation, testCtx, type Run, type RunningSandbox, type RunOptions, type TestCtxOptions } from '@hostwright/sdk-testing';
import sandboxDefinition from '../sandbox/index.js';
import type { ServerConfig } from '../src/config.js';
import { dns } from '../src/dns.js';

export const mark = 'hw-test-42';
export const site: DnsRecordInput = { name: 'shop.example.net', type: 'A', content: '192.0.2.10', ttl: 300 };

let running: RunningSandbox | undefined;
afterEach(async () => running?.stop());

export async function aSandbox(): Promise<RunningSandbox> {
  running = await sandboxDefinition.start({ speed: 0 });
  return running;
}

export function serverOf(sandbox: RunningSandbox): ServerConfig {
  return sandbox.server as ServerConfig;
}

export function ensure(
  sandbox: RunningSandbox,
  input: Partial<DnsRecordInput> = {},
  options: RunOptions & TestCtxOptions & { readonly server?: ServerConfig } = {},
): Promise<Run<DnsRecord>> {
  const ctx = testCtx({ owner: mark, ...options });
  return runOperation(dns.ensureRecord, { ctx, server: options.server ?? serverOf(sandbox), input: { ...site, ...input } }, options);
}

export function remove(
  sandbox: RunningSandbox,
  name = site.name,
  type: DnsRecordType = 'A',
  content?: string,
  server = serverOf(sandbox),
): Promise<Run<undefined>> {
  const input = { name, type, ...(content === undefined ? {} : { content }) };
  return runOperation(dns.removeRecord, { ctx: testCtx({ owner: mark }), server, input });
}

/** Makes a record as somebody else would, by hand. */
export async function plant(sandbox: RunningSandbox, record: Readonly<Record<string, unknown>>): Promise<void> {
  const { apiUrl, apiToken, zone } = serverOf(sandbox);
  const headers = { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json', connection: 'close' };
  const zones = (await (await fetch(`${apiUrl}/zones?name=${zone}`, { headers })).json()) as { result: { id: string }[] };
  const made = await fetch(`${apiUrl}/zones/${zones.result[0]!.id}/dns_records`, { method: 'POST', headers, body: JSON.stringify(record) });
  expect(made.status).toBe(200);
}
