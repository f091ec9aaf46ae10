import { createHash } from 'node:crypto';

/** Whether the record of a request, with that code in it, stands for that name. */
export type Looker = (csr: string, code: string, name: string) => Promise<boolean>;

/** Sectigo's: from the request in DER, so that every request has its own. */
export function recordOf(csr: string, code: string, name: string): { readonly name: string; readonly value: string } {
  const der = Buffer.from(csr.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const md5 = createHash('md5').update(der).digest('hex');
  const sha = createHash('sha256').update(der).digest('hex');
  const value = [sha.slice(0, 32), sha.slice(32), ...(code === '' ? [] : [code.toLowerCase()]), 'sectigo.com'].join('.');
  return { name: `_${md5}.${name.replace(/^\*\./, '')}`, value };
}

/** In one line, as GoGetSSL tells it. */
export function dcvRecord(csr: string, code: string, name: string): string {
  const record = recordOf(csr, code, name);
  return `${record.name} CNAME ${record.value}`;
}
