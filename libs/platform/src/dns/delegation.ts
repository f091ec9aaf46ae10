import type { Resolver } from 'node:dns/promises';
import { isRefusedAddress } from '../egress/index.js';
import { askAuthority } from './ask-authority.js';

export interface DelegationPorts {
  readonly resolver: Resolver;
  readonly signal: AbortSignal;
  readonly port: number;
  /** Thrown again when the parent cannot tell either. */
  readonly failure: unknown;
}

/** Of a parent's name servers, and of their addresses, so many are asked at the most. */
const mostServers = 4;
const mostAddresses = 6;

/**
 * Whom its parent zone delegates a domain to, as the parent's own name servers say. Lower case, without dots at the end; none when the
 * domain is not delegated. Source: RFC 1034, 4.3.2: a referral stands in the authority section.
 */
export async function delegationOf(name: string, ports: DelegationPorts): Promise<readonly string[]> {
  const { resolver, signal, port, failure } = ports;
  for (const server of (await parentServers(name, resolver)).slice(0, mostServers)) {
    for (const address of (await addressesOf(server, resolver)).slice(0, mostAddresses)) {
      if (signal.aborted) throw failure;
      const told = isRefusedAddress(address) ? undefined : await askAuthority({ address, port, name, signal });
      if (told !== undefined) return told;
    }
  }
  throw failure;
}

/** The name servers of the nearest zone above a name. */
async function parentServers(name: string, resolver: Resolver): Promise<readonly string[]> {
  for (let above = name.indexOf('.'); above >= 0; above = name.indexOf('.', above + 1)) {
    const servers = await orNone(resolver.resolveNs(name.slice(above + 1)));
    if (servers.length > 0) return servers;
  }
  return [];
}

function addressesOf(server: string, resolver: Resolver): Promise<readonly string[]> {
  return resolver.resolve4(server).catch(() => []);
}

async function orNone(asked: Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await asked;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    throw error;
  }
}
