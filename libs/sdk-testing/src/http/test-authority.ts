// @peculiar/x509 asks for this before it is loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';

const crypto = webcrypto as never;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const keyPair = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
type Keys = Awaited<ReturnType<typeof keyPair>>;
const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2046-01-01T00:00:00Z') };

export interface SignOptions {
  /** Default: those of the request. */
  readonly names?: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** An authority that signs, for sandboxes of those who sell certificates: a root, and one under it that does the work. */
export class TestAuthority {
  private constructor(
    private readonly root: X509Certificate,
    private readonly middle: X509Certificate,
    private readonly keys: Keys,
  ) {}

  static async make(name = 'Sandbox'): Promise<TestAuthority> {
    const [rootKeys, keys] = await Promise.all([keyPair(), keyPair()]);
    const ca = { signingAlgorithm: algorithm, extensions: [new BasicConstraintsExtension(true, undefined, true)], ...validity };
    const root = await X509CertificateGenerator.createSelfSigned({ name: `CN=${name} root`, keys: rootKeys as never, ...ca }, crypto);
    const middle = await X509CertificateGenerator.create(
      {
        subject: `CN=${name} authority`,
        issuer: root.subject,
        publicKey: keys.publicKey as never,
        signingKey: rootKeys.privateKey as never,
        ...ca,
      },
      crypto,
    );
    return new TestAuthority(root, middle, keys);
  }

  /** PEM. */
  get rootPem(): string {
    return `${this.root.toString('pem')}\n`;
  }

  /** Of the one that signs. PEM. */
  get chainPem(): string {
    return `${this.middle.toString('pem')}\n`;
  }

  /** A certificate for a request in PEM, as PEM. Throws an `Error` for what is no request, and for one that is not signed with its key. */
  async sign(csr: string, { names, notBefore, notAfter }: SignOptions): Promise<string> {
    const request = new Pkcs10CertificateRequest(csr);
    if (!(await request.verify())) throw new Error('the request is not signed with its own key');
    const certificate = await X509CertificateGenerator.create(
      {
        subject: request.subject,
        issuer: this.middle.subject,
        publicKey: request.publicKey,
        signingKey: this.keys.privateKey as never,
        signingAlgorithm: algorithm,
        extensions: [new SubjectAlternativeNameExtension((names ?? namesOfRequest(csr)).map((value) => ({ type: 'dns' as const, value })))],
        notBefore,
        notAfter,
      },
      crypto,
    );
    return `${certificate.toString('pem')}\n`;
  }
}

/** The names a request in PEM asks for, its common name first. Throws an `Error` for what is no request. */
export function namesOfRequest(csr: string): string[] {
  const request = new Pkcs10CertificateRequest(csr);
  const alternatives = request.extensions.find((one) => one instanceof SubjectAlternativeNameExtension);
  const names = alternatives?.names.items.flatMap(({ type, value }) => (type === 'dns' ? [value] : [])) ?? [];
  return [...new Set([...request.subjectName.getField('CN'), ...names])];
}
