import { X509Certificate } from 'node:crypto';
import { PanelError, type CertificateFiles } from '@hostwright/sdk';
import type { InstalledCertificate } from './answers.js';

/**
 * Whoever has the account may read the key of what is installed on it, so no name may be anybody else's: each is the account's domain or below
 * it. WHM lets nobody else have those. One has to be for the domain itself or its `www`. Throws `invalid_input`.
 */
export function requireServed(names: readonly string[], domain: string): void {
  const refused = (message: string): PanelError => new PanelError('invalid_input', message, { field: 'names' });
  const other = names.find((name) => name !== domain && !name.endsWith(`.${domain}`));
  if (other !== undefined)
    throw refused(`the account serves ${domain}, not ${other}, so a certificate for that name is not installed on it`);
  const served = [domain, `www.${domain}`, `*.${domain}`];
  if (!names.some((name) => served.includes(name))) throw refused(`the account serves ${domain}, for which the certificate is not`);
}

/** Whether it is that certificate, by its time, its names and, of RSA, its key. Throws `invalid_input` for what is no certificate. */
export function isInstalled({ certificate: pem }: Pick<CertificateFiles, 'certificate'>, now: InstalledCertificate): boolean {
  const ours = parse(pem);
  const seconds = (time: string): number => Date.parse(time) / 1000;
  if (seconds(ours.validFrom) !== now.notBefore || seconds(ours.validTo) !== now.notAfter) return false;
  const names = [...(ours.subjectAltName ?? '').matchAll(/DNS:([^,\s]+)/g)].map(([, name = '']) => name.toLowerCase());
  if (names.length > 0 && names.sort().join() !== [...now.domains].sort().join()) return false;
  const { n } = ours.publicKey.export({ format: 'jwk' });
  return n === undefined || now.modulus === undefined || Buffer.from(n, 'base64url').toString('hex') === now.modulus;
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new PanelError('invalid_input', 'the certificate cannot be read', { field: 'certificate', cause: error });
  }
}
