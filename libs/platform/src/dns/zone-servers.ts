import { Resolver } from 'node:dns/promises';
import { isRefusedAddress } from '../egress/index.js';

/** Of a zone's name servers, and of their addresses, so many are asked at the most. */
export const mostServers = 4;
export const mostAddresses = 6;

/** How long one name server has for its first answer, and how often each is asked. */
export const patience = { timeout: 2_000, tries: 2 };

/** Asks a resolver for one type of record. */
export type Ask = (resolver: Resolver, name: string) => Promise<readonly string[]>;

export interface OwnServersPorts {
  readonly resolver: Resolver;
  readonly signal: AbortSignal;
  readonly port: number;
}

/** The name servers of the nearest zone above a name. */
export async function serversAbove(name: string, resolver: Resolver): Promise<readonly string[]> {
  for (let above = name.indexOf('.'); above >= 0; above = name.indexOf('.', above + 1)) {
    const servers = await orNone(resolver.resolveNs(name.slice(above + 1)));
    if (servers.length > 0) return servers;
  }
  return [];
}

export function addressesOf(server: string, resolver: Resolver): Promise<readonly string[]> {
  return resolver.resolve4(server).catch(() => []);
}

/** What all name servers say that answer for the zone a name is in; undefined when none of them does. */
export async function askOwnServers(
  name: string,
  ask: Ask,
  { resolver, signal, port }: OwnServersPorts,
): Promise<readonly string[] | undefined> {
  const servers = await serversAbove(name, resolver).catch(() => []);
  const told = await Promise.all(
    servers.slice(0, mostServers).map(async (server) => {
      const address = (await addressesOf(server, resolver)).find((one) => !isRefusedAddress(one));
      return address === undefined || signal.aborted ? undefined : askAt(`${address}:${port}`, name, ask, signal);
    }),
  );
  const answers = told.filter((one) => one !== undefined);
  return answers[0]?.filter((value) => answers.every((one) => one.includes(value)));
}

/** Undefined for no definite answer. */
async function askAt(address: string, name: string, ask: Ask, signal: AbortSignal): Promise<readonly string[] | undefined> {
  const own = new Resolver(patience);
  own.setServers([address]);
  const stop = (): void => own.cancel();
  signal.addEventListener('abort', stop);
  try {
    return await orNone(ask(own, name));
  } catch {
    return undefined;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Of a name that is not there, or has none of the type, none. */
export async function orNone(asked: Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await asked;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    throw error;
  }
}
