import { afterEach, expect } from '@jest/globals';
import type {
  DnsRecord,
  DnsRecordInput,
  DnsRecordType,
  DnsZone,
  DnsZoneInput,
  JsonObject,
  Operation,
  OperationShape,
} from '@hostwright/sdk';
import {
  runOperation,
  startNameServer,
  testCtx,
  type LedgerEntry,
  type NameServer,
  type Run,
  type RunningSandbox,
  type RunOptions,
  type TestCtxOptions,
} from '@hostwright/sdk-testing';
import sandboxDefinition from '../sandbox/index.js';
import type { ServerConfig } from '../src/config.js';
import { dns } from '../src/dns.js';

export const mark = 'hw-test-42';
export const domain = 'customer.example';
export const nameServers = ['ns1.example.net', 'ns2.example.net'];
export const zoneSteps = ['check name servers', 'create zone', 'mark zone', 'create records', 'activate zone', 'wait for name servers'];

let running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
});

export async function aSandbox(): Promise<RunningSandbox> {
  const sandbox = await sandboxDefinition.start({ speed: 0 });
  running.push(sandbox);
  return sandbox;
}

/** A name server that says the test's domain is delegated to ours. */
export async function aNameServer(delegatedTo: readonly string[] = nameServers): Promise<NameServer> {
  const server = await startNameServer();
  running.push(server);
  server.set(domain, 'NS', delegatedTo);
  for (const name of nameServers) server.set(name, 'A', ['192.0.2.53']);
  return server;
}

export function settingsOf(sandbox: RunningSandbox, more: Partial<ServerConfig> = {}): ServerConfig {
  return { ...(sandbox.server as ServerConfig), ...more };
}

/** `server`: settings that differ from the sandbox's. `lookUp`: who answers look-ups. */
export type Options = RunOptions & TestCtxOptions & { readonly server?: Partial<ServerConfig>; readonly lookUp?: NameServer };

export function run<Shape extends OperationShape>(
  sandbox: RunningSandbox,
  operation: Operation<Shape> | undefined,
  input: unknown,
  { server, lookUp, ...options }: Options = {},
): Promise<Run<Shape['output']>> {
  const ctx = testCtx({ owner: mark, ...(lookUp ? { dnsServers: [lookUp.address] } : {}), ...options });
  const args = { ctx, server: settingsOf(sandbox, server), input } as unknown as Parameters<typeof runOperation<Shape>>[1];
  return runOperation(operation!, args, options);
}

/** Makes the test's zone; its domain is delegated as it should be unless `lookUp` says otherwise. */
export async function ensureZone(sandbox: RunningSandbox, options: Options = {}, input: Partial<DnsZoneInput> = {}): Promise<Run<DnsZone>> {
  const lookUp = options.lookUp ?? (await aNameServer());
  return run(sandbox, dns.ensureZone, { name: domain, ...input }, { ...options, lookUp });
}

export const removeZone = (sandbox: RunningSandbox, options: Options = {}): Promise<Run<undefined>> =>
  run(sandbox, dns.removeZone, { name: domain }, options);

export const site: DnsRecordInput = { name: `shop.${domain}`, type: 'A', content: '192.0.2.10', ttl: 300 };

export const ensureRecord = (
  sandbox: RunningSandbox,
  input: Partial<DnsRecordInput> = {},
  options: Options = {},
): Promise<Run<DnsRecord>> => run(sandbox, dns.ensureRecord, { ...site, ...input }, options);

export const removeRecord = (
  sandbox: RunningSandbox,
  input: { readonly name?: string; readonly type?: DnsRecordType; readonly content?: string; readonly priority?: number } = {},
  options: Options = {},
): Promise<Run<undefined>> => run(sandbox, dns.removeRecord, { name: site.name, type: 'A', ...input }, options);

/** One call as a person's script would make it. */
export async function byHand(sandbox: RunningSandbox, method: string, body: JsonObject): Promise<unknown> {
  const { panelUrl, username, password } = settingsOf(sandbox);
  const call = async (name: string, given: JsonObject): Promise<{ code: string; message: string; response: unknown }> => {
    const headers = { 'content-type': 'application/json', connection: 'close' };
    const answer = await fetch(`${panelUrl}/remote/json.php?${name}`, { method: 'POST', headers, body: JSON.stringify(given) });
    return (await answer.json()) as { code: string; message: string; response: unknown };
  };
  const { response: sessionId } = await call('login', { username, password });
  const { code, message, response } = await call(method, { session_id: sessionId as string, client_id: 0, ...body });
  expect({ method, code, message }).toEqual({ method, code: 'ok', message: '' });
  return response;
}

const times = { refresh: 7200, retry: 540, expire: 604_800, minimum: 3600, ttl: 3600 };

/** A zone that somebody else made. Answers its id. */
export async function plantZone(sandbox: RunningSandbox, name = domain, more: JsonObject = {}): Promise<number> {
  const mbox = `hostmaster.${name}.`;
  const params = { server_id: 1, origin: `${name}.`, ns: 'ns1.example.net.', mbox, serial: 2026112001, ...times, active: 'Y', ...more };
  return (await byHand(sandbox, 'dns_zone_add', { params })) as number;
}

/** A record that somebody else made. Answers its id. */
export async function plantRecord(
  sandbox: RunningSandbox,
  zone: number,
  name: string,
  type: string,
  data: string,
  aux = 0,
): Promise<number> {
  const params = { server_id: 1, zone, name, type, data, aux, ttl: 3600, active: 'Y', stamp: '2026-11-20 12:00:00', serial: 1 };
  return (await byHand(sandbox, `dns_${type.toLowerCase()}_add`, { params, update_serial: true })) as number;
}

export const zonesOf = (sandbox: RunningSandbox): readonly LedgerEntry[] => sandbox.ledger().filter(({ kind }) => kind === 'dns-zone');

/** Everything there is, but for what the name servers know of it by now. */
export function standing(sandbox: RunningSandbox): readonly LedgerEntry[] {
  return sandbox.ledger().map((entry) => ({ ...entry, details: { ...entry.details, served: null } }));
}

/** Every record as `type name data`, sorted. */
export function recordsOf(sandbox: RunningSandbox): readonly string[] {
  const records = sandbox.ledger().filter(({ kind }) => kind === 'dns-record');
  return records.map(({ details }) => `${String(details?.['type'])} ${String(details?.['name'])} ${String(details?.['data'])}`).sort();
}

/** What a zone of ours begins with. */
export const firstRecords = [
  `A ${domain}. 203.0.113.10`,
  'A www 203.0.113.10',
  `NS ${domain}. ns1.example.net.`,
  `NS ${domain}. ns2.example.net.`,
  `TXT _hostwright ${mark}`,
];

/** One zone of ours, served, with its first records, and nothing else. */
export function expectWholeZone(sandbox: RunningSandbox): void {
  expect(zonesOf(sandbox)).toEqual([
    expect.objectContaining({ owner: mark, details: expect.objectContaining({ origin: `${domain}.`, active: 'Y', served: true }) }),
  ]);
  expect(recordsOf(sandbox)).toEqual(firstRecords);
}

/** How often a method was called. */
export function countCalls(sandbox: RunningSandbox, method: string): number {
  return sandbox.calls().filter(({ path }) => path.endsWith(`?${method}`)).length;
}
