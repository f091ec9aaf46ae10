import { afterEach, expect } from '@jest/globals';
import type { Operation, OperationShape, ProxyHost, ProxyHostInput } from '@hostwright/sdk';
import {
  runOperation,
  testCtx,
  type LedgerEntry,
  type Run,
  type RunningSandbox,
  type RunOptions,
  type TestCtxOptions,
} from '@hostwright/sdk-testing';
import sandboxDefinition from '../sandbox/index.js';
import type { ServerConfig } from '../src/config.js';
import { proxy } from '../src/proxy.js';

export const mark = 'hw-test-42';
export const site: ProxyHostInput = {
  domain: 'shop.example.net',
  forwardHost: '10.0.0.15',
  forwardPort: 80,
  forwardScheme: 'http',
  certificate: 'letsencrypt',
  http2: true,
  caching: true,
  websockets: true,
};
export const allSteps = ['create proxy host', 'issue certificate', 'attach certificate', 'check proxy host'];

let sandboxes: RunningSandbox[] = [];
afterEach(async () => {
  await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
  sandboxes = [];
});

export async function aSandbox(options: { version?: string; speed?: number } = {}): Promise<RunningSandbox> {
  const sandbox = await sandboxDefinition.start({ speed: 0, ...options });
  sandboxes.push(sandbox);
  return sandbox;
}

export type Options = RunOptions & TestCtxOptions;

export function run<Shape extends OperationShape>(
  sandbox: RunningSandbox,
  operation: Operation<Shape>,
  input: unknown,
  options: Options = {},
): Promise<Run<Shape['output']>> {
  const ctx = testCtx({ owner: mark, ...options });
  return runOperation(operation, { ctx, server: sandbox.server, input } as unknown as Parameters<typeof runOperation<Shape>>[1], options);
}

export const ensure = (sandbox: RunningSandbox, input: Partial<ProxyHostInput> = {}, options: Options = {}): Promise<Run<ProxyHost>> =>
  run(sandbox, proxy.ensureHost, { ...site, ...input }, options);
export const key = { domain: site.domain, forwardHost: site.forwardHost };
export const remove = (sandbox: RunningSandbox, options: Options = {}): Promise<Run<undefined>> =>
  run(sandbox, proxy.removeHost, key, options);

/** One call as a person would make it. */
export async function byHand(sandbox: RunningSandbox, method: string, path: string, body?: unknown): Promise<{ id: number }> {
  const { baseUrl, identity, secret } = sandbox.server as ServerConfig;
  const json = { 'content-type': 'application/json', connection: 'close' };
  const login = await fetch(`${baseUrl}/api/tokens`, { method: 'POST', headers: json, body: JSON.stringify({ identity, secret }) });
  const { token } = (await login.json()) as { token: string };
  const answer = await fetch(`${baseUrl}/api${path}`, {
    method,
    headers: { ...json, authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  return (await answer.json()) as { id: number };
}

export const aHost = {
  domain_names: [site.domain],
  forward_scheme: 'http',
  forward_host: site.forwardHost,
  forward_port: site.forwardPort,
};

export function kinds(sandbox: RunningSandbox): readonly string[] {
  return sandbox.ledger().map((entry) => entry.kind);
}

/** One host of ours with its certificate, served, and nothing else. */
export function expectExactlyOne(sandbox: RunningSandbox): void {
  const [host, certificate, ...others] = sandbox.ledger() as [LedgerEntry, LedgerEntry];
  expect(others).toEqual([]);
  expect(host).toMatchObject({ kind: 'proxy-host', owner: mark, details: { served: true, certificateId: Number(certificate.id) } });
  expect(certificate).toMatchObject({ kind: 'certificate', details: { domains: [site.domain] } });
}
