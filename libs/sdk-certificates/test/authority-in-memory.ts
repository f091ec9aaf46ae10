import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import type { X509Certificate } from '@peculiar/x509';
import {
  BasicConstraintsExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { done, pending, type ValidationRecord } from '@hostwright/sdk';
import { requestNames, type CertificateAuthority, type CertificateWish, type PlacedOrder } from '../src/index.js';

const crypto = webcrypto as never;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const keyPair = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
type Keys = Awaited<ReturnType<typeof keyPair>>;

/** An authority that signs, with a root and one authority under it, and remembers what it was asked. */
export class AuthorityInMemory {
  readonly orders = new Map<string, CertificateWish>();
  readonly withdrawn: string[] = [];
  /** Looks at an order before its certificate is there. */
  looks = 1;
  private readonly looked = new Map<string, number>();

  private constructor(
    private readonly root: X509Certificate,
    private readonly middle: X509Certificate,
    private readonly keys: Keys,
  ) {}

  static async make(): Promise<AuthorityInMemory> {
    const [rootKeys, keys] = await Promise.all([keyPair(), keyPair()]);
    const ca = { signingAlgorithm: algorithm, extensions: [new BasicConstraintsExtension(true, undefined, true)], ...validity };
    const root = await X509CertificateGenerator.createSelfSigned({ name: 'CN=Test root', keys: rootKeys as never, ...ca }, crypto);
    const middle = await X509CertificateGenerator.create(
      {
        subject: 'CN=Test authority',
        issuer: root.subject,
        publicKey: keys.publicKey as never,
        signingKey: rootKeys.privateKey as never,
        ...ca,
      },
      crypto,
    );
    return new AuthorityInMemory(root, middle, keys);
  }

  /** As an extension would have it; `records`: what it wants to see for each order. */
  asAuthority(records: readonly ValidationRecord[] = []): CertificateAuthority {
    return {
      keyType: 'ecdsa-p256',
      order: {
        strength: 'unique',
        find: (wish) => Promise.resolve(this.find(wish)),
        run: (wish) => {
          const orderId = String(this.orders.size + 1);
          this.orders.set(orderId, wish);
          return Promise.resolve({ orderId });
        },
        undo: ({ orderId }) => this.cancel(orderId),
      },
      records: () => Promise.resolve(done(records)),
      issued: async ({ orderId }, csr) => {
        const times = (this.looked.get(orderId) ?? 0) + 1;
        this.looked.set(orderId, times);
        return times <= this.looks
          ? pending(undefined, 1)
          : done({ pems: [this.root.toString('pem'), await this.sign(csr), this.middle.toString('pem')] });
      },
      revoke: () => Promise.resolve(),
      cancel: (orderId) => this.cancel(orderId),
      status: () => Promise.resolve({ state: 'issued', validations: [] }),
    };
  }

  async sign(csr: string, names?: readonly string[]): Promise<string> {
    const request = new Pkcs10CertificateRequest(csr);
    const certificate = await X509CertificateGenerator.create(
      {
        subject: request.subject,
        issuer: this.middle.subject,
        publicKey: request.publicKey,
        signingKey: this.keys.privateKey as never,
        signingAlgorithm: algorithm,
        extensions: [
          new SubjectAlternativeNameExtension((names ?? (await requestNames(csr))).map((value) => ({ type: 'dns' as const, value }))),
        ],
        ...validity,
      },
      crypto,
    );
    return certificate.toString('pem');
  }

  private find(wish: CertificateWish): PlacedOrder | undefined {
    for (const [orderId, { csr }] of this.orders) if (csr === wish.csr) return { orderId };
    return undefined;
  }

  private cancel(orderId: string): Promise<void> {
    if (this.orders.delete(orderId)) this.withdrawn.push(orderId);
    return Promise.resolve();
  }
}

const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
