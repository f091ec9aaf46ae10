import { createHash } from 'node:crypto';
import type { CertificateCalls, Ctx, DnsCalls, Json, JsonObject, ProxyCalls, Random, SiteCalls, Ssh, SubOperation } from '@hostwright/sdk';
import { sandboxFetch, type SandboxFetchOptions } from './sandbox-fetch.js';
import { sandboxResolve } from './sandbox-resolve.js';

export interface TestCtxOptions extends SandboxFetchOptions, Partial<Pick<Ctx, 'fetch' | 'resolve' | 'customer' | 'now'>> {
  /** Default: `hw-test-42`. */
  readonly owner?: string;
  /** Default: none. */
  readonly above?: readonly string[];
  /** Such as `sandboxSsh`. By default there is nothing to reach. */
  readonly ssh?: Ssh;
  /** Name servers, such as the `address` of one that `startNameServer` started. By default there are none. */
  readonly dnsServers?: readonly string[];
}

/** A `ctx` for tests, with what was logged through it: message and details in one line, secrets not masked. */
export interface TestCtx extends Ctx {
  readonly logged: readonly string[];
}

/**
 * A `ctx` that reaches sandboxes on this machine. The clock is the real one, unless `now` is given; the randomness is the same every
 * time; calls of connected modules are made up to be given to `step`. It works everywhere; `runOperation` confines it to steps.
 */
export function testCtx(options: TestCtxOptions = {}): TestCtx {
  const logged: string[] = [];
  const log = (message: string, details?: JsonObject): void => void logged.push(`${message} ${JSON.stringify(details ?? {})}`);
  const noSsh = (): never => {
    throw new Error('this ctx was given no SSH targets');
  };
  return {
    owner: options.owner ?? 'hw-test-42',
    above: options.above ?? [],
    signal: new AbortController().signal,
    logged,
    log: { info: log, warn: log, error: log },
    random: sameEveryTime(),
    fetch: options.fetch ?? sandboxFetch(options),
    ssh: options.ssh ?? { run: noSsh },
    resolve: options.resolve ?? sandboxResolve(options),
    customer: options.customer ?? (() => Promise.resolve({ mark: 'hw-test-c1', others: [], domains: [] })),
    now: options.now ?? (() => new Date().toISOString()),
    ...connected,
  };
}

const call =
  (kind: string, operation: string) =>
  (input: Json): SubOperation<never> => ({ kind, operation, input });
const connected: {
  readonly dns: DnsCalls;
  readonly proxy: ProxyCalls;
  readonly certificates: CertificateCalls;
  readonly site: SiteCalls;
} = {
  dns: {
    ensureRecord: call('dns', 'ensureRecord'),
    removeRecord: call('dns', 'removeRecord'),
    ensureZone: call('dns', 'ensureZone'),
    removeZone: call('dns', 'removeZone'),
  },
  proxy: {
    ensureHost: call('proxy', 'ensureHost'),
    enableHost: call('proxy', 'enableHost'),
    disableHost: call('proxy', 'disableHost'),
    readHost: call('proxy', 'readHost'),
    removeHost: call('proxy', 'removeHost'),
    checkNames: call('proxy', 'checkNames'),
    installCertificate: call('proxy', 'installCertificate'),
    removeCertificate: call('proxy', 'removeCertificate'),
  },
  certificates: {
    obtain: call('certificate', 'obtain'),
    reissue: call('certificate', 'reissue'),
    renew: call('certificate', 'renew'),
    revoke: call('certificate', 'revoke'),
    cancel: call('certificate', 'cancel'),
  },
  site: {
    checkNames: call('site', 'checkNames'),
    installCertificate: call('site', 'installCertificate'),
    removeCertificate: call('site', 'removeCertificate'),
  },
};

function sameEveryTime(): Random {
  let drawn = 0;
  const hex = (bytes: number): string => {
    let digits = '';
    while (digits.length < bytes * 2) digits += createHash('sha256').update(String(drawn++)).digest('hex');
    return digits.slice(0, bytes * 2);
  };
  return { hex, integer: (below) => parseInt(hex(6), 16) % below };
}
