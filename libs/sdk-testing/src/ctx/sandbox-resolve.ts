import { Resolver } from 'node:dns/promises';
import { PanelError, type DnsRecordType, type Resolve } from '@hostwright/sdk';
import type { Deadline } from './sandbox-fetch.js';

export interface NameServers extends Deadline {
  /** Addresses on this machine, with their ports. Without any there is nothing to look up. */
  readonly dnsServers?: readonly string[];
}

const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, '');
const fullName = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

const asks: Readonly<Record<DnsRecordType, (resolver: Resolver, name: string) => Promise<readonly string[]>>> = {
  A: (resolver, name) => resolver.resolve4(name),
  AAAA: (resolver, name) => resolver.resolve6(name),
  CNAME: async (resolver, name) => (await resolver.resolveCname(name)).map(plainName),
  NS: async (resolver, name) => (await resolver.resolveNs(name)).map(plainName),
  MX: async (resolver, name) => (await resolver.resolveMx(name)).map(({ priority, exchange }) => `${priority} ${plainName(exchange)}`),
  TXT: async (resolver, name) => (await resolver.resolveTxt(name)).map((parts) => parts.join('')),
};

/**
 * What `ctx.resolve` promises, asked of name servers on this machine.
 * Throws: `invalid_input` for what is no name; `unavailable` when there is no definite answer in time (default 5 s); an `Error` when no
 * name servers were given.
 */
export function sandboxResolve({ dnsServers, deadlineMs = 5_000 }: NameServers = {}): Resolve {
  return async (name, type, { timeoutMs = deadlineMs } = {}) => {
    if (dnsServers === undefined) throw new Error('this ctx was given no name servers');
    const asked = plainName(name);
    if (!fullName.test(asked)) throw new PanelError('invalid_input', `"${name.slice(0, 100)}" is not a name of the DNS`);
    const resolver = new Resolver({ timeout: 1_000, tries: 2 });
    resolver.setServers(dnsServers);
    const timer = setTimeout(() => resolver.cancel(), Math.min(timeoutMs, deadlineMs));
    try {
      return await asks[type](resolver, asked);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
      throw new PanelError('unavailable', `DNS ${type} ${asked}: no answer (${code})`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };
}
