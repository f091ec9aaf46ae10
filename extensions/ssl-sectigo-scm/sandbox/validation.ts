import { createHash } from 'node:crypto';
import { Resolver } from 'node:dns/promises';

/** Whether the record of a request stands for that name. */
export type Looker = (csr: string, name: string) => Promise<boolean>;

/** A request in DER, whatever its text looks like. */
export function derOf(csr: string): Buffer {
  return Buffer.from(csr.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}

/** What Sectigo computes from a request: the name of the record, and what it has to point to. */
export function recordOf(csr: string, name: string): { readonly name: string; readonly value: string } {
  const der = derOf(csr);
  const md5 = createHash('md5').update(der).digest('hex');
  const sha = createHash('sha256').update(der).digest('hex');
  const value = `${sha.slice(0, 32)}.${sha.slice(32)}.sectigo.com`;
  return { name: `_${md5}.${name.replace(/^\*\./, '')}`, value: value.toLowerCase() };
}

/** Looks records up at one name server, `127.0.0.1:PORT`. Without one nothing is ever found. */
export function lookerAt(server: () => string | undefined): Looker {
  return async (csr, name) => {
    const address = server();
    if (address === undefined) return false;
    const resolver = new Resolver({ timeout: 500, tries: 2 });
    resolver.setServers([address]);
    const record = recordOf(csr, name);
    try {
      return (await resolver.resolveCname(record.name)).some((value) => value.toLowerCase() === record.value);
    } catch {
      return false; // not there yet
    }
  };
}
