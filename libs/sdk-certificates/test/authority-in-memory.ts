import { done, pending, type ValidationRecord } from '@hostwright/sdk';
import { TestAuthority } from '@hostwright/sdk-testing';
import type { CertificateAuthority, CertificateWish, PlacedOrder } from '../src/index.js';

const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };

/** An authority that signs, with a root and one authority under it, and remembers what it was asked. */
export class AuthorityInMemory {
  readonly orders = new Map<string, CertificateWish>();
  readonly withdrawn: string[] = [];
  /** How many orders there ever were. */
  placed = 0;
  private readonly looked = new Map<string, number>();

  private constructor(private readonly signer: TestAuthority) {}

  static async make(): Promise<AuthorityInMemory> {
    return new AuthorityInMemory(await TestAuthority.make());
  }

  /** As an extension would have it; `records`: what it wants to see for each order. A certificate is there at the second look. */
  asAuthority(records: readonly ValidationRecord[] = []): CertificateAuthority {
    return {
      keyType: 'ecdsa-p256',
      order: {
        strength: 'unique',
        find: (wish) => Promise.resolve(this.find(wish)),
        run: (wish) => {
          this.placed += 1;
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
        if (times === 1) return pending(undefined, 1);
        return done({ pems: [this.signer.rootPem, await this.sign(csr), this.signer.chainPem] });
      },
      revoke: () => Promise.resolve(),
      cancel: (orderId) => this.cancel(orderId),
      status: () => Promise.resolve({ state: 'issued', validations: [] }),
    };
  }

  sign(csr: string): Promise<string> {
    return this.signer.sign(csr, validity);
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
