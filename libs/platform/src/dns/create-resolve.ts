import { Resolver } from 'node:dns/promises';
import { isPanelError, PanelError, type DnsRecordType, type HttpSignal, type Resolve } from '@hostwright/sdk';
import { delegationOf } from './delegation.js';
import { askOwnServers, orNone, patience, type Ask } from './zone-servers.js';

const defaultTimeoutMs = 10_000;
const longestTimeoutMs = 60_000;

export interface ResolveOptions {
  /** Who is asked, as addresses with or without a port. Undefined: the system's name servers. */
  readonly servers: readonly string[] | undefined;
  /** Ends every look-up: `unavailable`. */
  readonly signal?: HttpSignal;
  /** Where the name servers of parent zones listen. Default 53. */
  readonly authorityPort?: number;
}

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const fullName = new RegExp(`^(?:${label}\\.)*${label}$`);

const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** How each type is asked for, and what of an answer is its value. */
const asks: Readonly<Record<DnsRecordType, Ask>> = {
  A: (resolver, name) => resolver.resolve4(name),
  AAAA: (resolver, name) => resolver.resolve6(name),
  CNAME: async (resolver, name) => (await resolver.resolveCname(name)).map(plainName),
  NS: async (resolver, name) => (await resolver.resolveNs(name)).map(plainName),
  MX: async (resolver, name) => (await resolver.resolveMx(name)).map(({ priority, exchange }) => `${priority} ${plainName(exchange)}`),
  TXT: async (resolver, name) => (await resolver.resolveTxt(name)).map((parts) => parts.join('')),
};

/** The SDK's `Resolve`. It keeps the promises written there. */
export function createResolve({ servers, signal, authorityPort = 53 }: ResolveOptions): Resolve {
  return async (name, type, { timeoutMs = defaultTimeoutMs, fresh = false } = {}) => {
    const asked = checkedName(name);
    if (!Object.hasOwn(asks, type)) throw new PanelError('invalid_input', `records of type ${String(type)} are not looked up`);
    if (!(timeoutMs > 0 && timeoutMs <= longestTimeoutMs)) throw new TypeError(`timeoutMs must be over 0 and at most ${longestTimeoutMs}`);
    const what = `DNS ${type} ${asked}`;
    if (signal?.aborted) throw new PanelError('unavailable', `${what}: stopped before it was asked`);
    const resolver = new Resolver(patience);
    if (servers) resolver.setServers(servers);
    const ended = new AbortController();
    const end = (): void => {
      ended.abort();
      resolver.cancel();
    };
    const timer = setTimeout(end, timeoutMs);
    signal?.addEventListener('abort', end);
    try {
      const around = { signal: ended.signal, port: authorityPort };
      const told = fresh ? await askOwnServers(asked, asks[type], { ...around, resolver }) : undefined;
      return told ?? (await lookUp(resolver, asked, type, around));
    } catch (error) {
      if (isPanelError(error)) throw error;
      const reason =
        ended.signal.aborted && !signal?.aborted ? 'no answer in time' : (reasons[codeOf(error)] ?? `no answer (${codeOf(error)})`);
      throw new PanelError('unavailable', `${what}: ${reason}`, { cause: error });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  };
}

const reasons: Readonly<Record<string, string>> = {
  ESERVFAIL: 'the name server failed',
  EREFUSED: 'the name server refuses to answer',
  ETIMEOUT: 'no answer in time',
  ECONNREFUSED: 'no name server listens',
  ECANCELLED: 'stopped while waiting for the answer',
};

async function lookUp(
  resolver: Resolver,
  name: string,
  type: DnsRecordType,
  around: { readonly signal: AbortSignal; readonly port: number },
): Promise<readonly string[]> {
  try {
    return await orNone(asks[type](resolver, name));
  } catch (error) {
    // A domain that was delegated to servers which do not know it yet is a failure to every resolver; its parent can tell.
    if (type !== 'NS' || codeOf(error) !== 'ESERVFAIL' || around.signal.aborted) throw error;
    return delegationOf(name, { ...around, resolver, failure: error });
  }
}

function checkedName(name: string): string {
  const plain = plainName(name);
  if (plain.length > 253 || !fullName.test(plain))
    throw new PanelError('invalid_input', `"${name.slice(0, 100)}" is not a name of the DNS`);
  return plain;
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'unknown reason';
}
