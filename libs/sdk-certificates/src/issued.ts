import { X509Certificate } from 'node:crypto';
import { PanelError, type CertificateFiles } from '@hostwright/sdk';
import { requestedKey } from './key-and-request.js';

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** What an authority gave out, checked. */
export interface ReadCertificate extends Pick<CertificateFiles, 'certificate' | 'chain'> {
  /** Lower case. */
  readonly names: readonly string[];
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  /** Hexadecimal, as the certificate has it. */
  readonly serialNumber: string;
}

/**
 * Reads a certificate and those that lead to the root from PEM texts in any order; which is the certificate itself is told by the key of the
 * request.
 * Throws `unknown_outcome` for what cannot be read, and for a certificate of another key or without one of the names: an authority that
 * answers those has not answered.
 */
export function readIssued(pems: readonly string[], csr: string, names: readonly string[]): ReadCertificate {
  const all = pems.flatMap((text) => text.match(block) ?? []).map(parsed);
  const key = requestedKey(csr);
  const leaf = all.find((one) => keyOf(one).equals(key));
  if (!leaf) throw new PanelError('unknown_outcome', 'the authority answered no certificate of our key');
  const has = (leaf.subjectAltName ?? '').split(', ').flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice(4).toLowerCase()] : []));
  const missing = names.find((name) => !has.includes(name));
  if (missing !== undefined) throw new PanelError('unknown_outcome', `the authority answered a certificate without ${missing}`);
  return {
    certificate: pemOf(leaf),
    chain: chainOf(
      leaf,
      all.filter((one) => one !== leaf),
    )
      .map(pemOf)
      .join(''),
    names: has,
    validFrom: new Date(leaf.validFrom).toISOString(),
    validTo: new Date(leaf.validTo).toISOString(),
    serialNumber: leaf.serialNumber.toLowerCase(),
  };
}

/** True for a certificate in PEM of the key that signed the request. */
export function isOfRequest(certificate: string, csr: string): boolean {
  try {
    return keyOf(new X509Certificate(certificate)).equals(requestedKey(csr));
  } catch {
    return false;
  }
}

const keyOf = (one: X509Certificate): Buffer => one.publicKey.export({ type: 'spki', format: 'der' });

/** Those that lead from the certificate towards the root, the nearest first; the root itself is left out, since everybody has it. */
function chainOf(leaf: X509Certificate, others: readonly X509Certificate[]): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let at = leaf; ;) {
    const issuer = others.find((one) => !chain.includes(one) && at.checkIssued(one) && at.verify(one.publicKey));
    if (!issuer || issuer.checkIssued(issuer)) return chain;
    chain.push(issuer);
    at = issuer;
  }
}

function parsed(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new PanelError('unknown_outcome', 'the authority answered a certificate that cannot be read', { cause: error });
  }
}

const pemOf = (one: X509Certificate): string => one.toString();
