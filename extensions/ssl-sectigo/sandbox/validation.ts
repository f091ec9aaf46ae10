import { createHash } from 'node:crypto';

/** Whether the record of a request, with that unique value in it, stands for that name. */
export type Looker = (csr: string, unique: string, name: string) => Promise<boolean>;

/** A request in DER, whatever its text looks like. */
export function derOf(csr: string): Buffer {
  return Buffer.from(csr.replace(/-----[^-]+-----|\s/g, ''), 'base64');
}

/** What Sectigo computes from a request: the name of the record, and what it has to point to. */
export function recordOf(csr: string, unique: string, name: string): { readonly name: string; readonly value: string } {
  const der = derOf(csr);
  const md5 = createHash('md5').update(der).digest('hex');
  const sha = createHash('sha256').update(der).digest('hex');
  const value = [sha.slice(0, 32), sha.slice(32), ...(unique ? [unique] : []), 'sectigo.com'].join('.');
  return { name: `_${md5}.${name.replace(/^\*\./, '')}`, value: value.toLowerCase() };
}
