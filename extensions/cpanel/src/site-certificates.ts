import { X509Certificate } from 'node:crypto';
import { PanelError, type CertificateFiles } from '@hostwright/sdk';
import type { InstalledCertificate } from './answers.js';

/** Whether one of the names is the domain, its `www`, or a wildcard of either. */
export function covers(names: readonly string[], domain: string): boolean {
  const served = [domain, `www.${domain}`];
  return names.some((name) => served.includes(name) || (name.startsWith('*.') && served.some((one) => wildcardOf(one) === name)));
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

function wildcardOf(name: string): string {
  return `*${name.slice(name.indexOf('.'))}`;
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new PanelError('invalid_input', 'the certificate cannot be read', { field: 'certificate', cause: error });
  }
}
