import type { ValidationRecord } from '@hostwright/sdk';
import { baseName, requestDigest } from '@hostwright/sdk-certificates';

/**
 * What shows that the names of a request are ours: a CNAME per name, made from the digests of the request's DER, SHA-256 in two labels since
 * one holds 63 characters at most. With `once` in it no two orders have the same, which would make the first one fail.
 */
export function validationRecords(csr: string, once: string, names: readonly string[]): readonly ValidationRecord[] {
  const md5 = requestDigest(csr, 'md5');
  const sha = requestDigest(csr, 'sha256');
  return [...new Set(names.map(baseName))].map((name) => ({
    name: `_${md5}.${name}`,
    type: 'CNAME',
    content: `${sha.slice(0, 32)}.${sha.slice(32)}.${once}.sectigo.com`,
  }));
}
