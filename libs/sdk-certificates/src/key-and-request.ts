// @peculiar/x509 asks for this before it is loaded.
import 'reflect-metadata';
import { createHash, generateKeyPair, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { Pkcs10CertificateRequest, Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from '@peculiar/x509';
import { secret, type Secret } from '@hostwright/sdk';
import type { Organization } from './organization.js';

export const keyTypes = ['rsa-2048', 'rsa-4096', 'ecdsa-p256'] as const;
export type KeyType = (typeof keyTypes)[number];

/** A key that nobody else has, and the request for a certificate with it. */
export type KeyAndRequest = {
  /** PKCS #8, PEM. */
  readonly privateKey: Secret;
  /** PKCS #10, PEM. */
  readonly csr: string;
};

const algorithms = {
  'rsa-2048': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  'rsa-4096': { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  'ecdsa-p256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
} as const;

const generate = promisify(generateKeyPair) as unknown as (
  type: string,
  options: object,
) => Promise<{ readonly privateKey: Uint8Array; readonly publicKey: Uint8Array }>;
const der = { publicKeyEncoding: { type: 'spki', format: 'der' }, privateKeyEncoding: { type: 'pkcs8', format: 'der' } };

/** Makes a key and signs a request with it. The first name becomes the common name where it is short enough for one. */
export async function makeKeyAndRequest(names: readonly string[], keyType: KeyType, organization?: Organization): Promise<KeyAndRequest> {
  const made =
    keyType === 'ecdsa-p256'
      ? await generate('ec', { namedCurve: 'P-256', ...der })
      : await generate('rsa', { modulusLength: keyType === 'rsa-4096' ? 4096 : 2048, ...der });
  const algorithm = algorithms[keyType];
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('pkcs8', made.privateKey, algorithm, false, ['sign']),
    webcrypto.subtle.importKey('spki', made.publicKey, algorithm, true, ['verify']),
  ]);
  const [first = ''] = names;
  const request = await Pkcs10CertificateRequestGenerator.create(
    {
      name: [...(first.length <= 64 ? [{ CN: [first] }] : []), ...(organization ? subjectOf(organization) : [])],
      keys: { privateKey, publicKey } as never,
      signingAlgorithm: algorithm,
      extensions: [new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value })))],
    },
    webcrypto as never,
  );
  return { privateKey: secret(pem('PRIVATE KEY', made.privateKey)), csr: request.toString('pem') };
}

function subjectOf({ name, city, region, country }: Organization): Record<string, string[]>[] {
  return [{ O: [name] }, { L: [city] }, { ST: [region] }, { C: [country] }];
}

/** A request in DER. */
export function requestDer(csr: string): Buffer {
  return Buffer.from(new Pkcs10CertificateRequest(csr).rawData);
}

/** The public key of a request, SPKI in DER. */
export function requestedKey(csr: string): Buffer {
  return Buffer.from(new Pkcs10CertificateRequest(csr).publicKey.rawData);
}

/** Digests of a request in DER, lower-case hexadecimal: what some authorities make the validation from. */
export function requestDigest(csr: string, algorithm: 'md5' | 'sha256'): string {
  return createHash(algorithm).update(requestDer(csr)).digest('hex');
}

/** True for two requests that are the same to the byte, however their text is wrapped. */
export function sameRequest(one: string, other: string): boolean {
  try {
    return requestDigest(one, 'sha256') === requestDigest(other, 'sha256');
  } catch {
    return false;
  }
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
