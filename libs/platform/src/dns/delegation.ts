import type { Resolver } from 'node:dns/promises';
import { isRefusedAddress } from '../egress/index.js';
import { askAuthority } from './ask-authority.js';
import { mostAddresses, mostServers, serversAbove, addressesOf } from './zone-servers.js';

export interface DelegationPorts {
  readonly resolver: Resolver;
  readonly signal: AbortSignal;
  readonly port: number;
  /** Thrown again when the parent cannot tell either. */
  readonly failure: unknown;
}

/**
 * Whom its parent zone delegates a domain to, as the parent's own name servers say. Lower case, without dots at the end; none when the
 * domain is not delegated. Source: RFC 1034, 4.3.2: a referral stands in the authority section.
 */
export async function delegationOf(name: string, ports: DelegationPorts): Promise<readonly string[]> {
  const { resolver, signal, port, failure } = ports;
  for (const server of (await serversAbove(name, resolver)).slice(0, mostServers)) {
    for (const address of (await addressesOf(server, resolver)).slice(0, mostAddresses)) {
      if (signal.aborted) throw failure;
      const told = isRefusedAddress(address) ? undefined : await askAuthority({ address, port, name, signal });
      if (told !== undefined) return told;
    }
  }
  throw failure;
}
