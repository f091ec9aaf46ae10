import { beforeEach, describe, expect, it } from '@jest/globals';
import { fields, type JsonObject } from '@hostwright/sdk';
import { failureOf, runOperation, testCtx, type Run } from '@hostwright/sdk-testing';
import { AuthorityInMemory } from '../test/authority-in-memory.js';
import { certificateProduct, certificateProductFields, type CertificateAuthority } from './index.js';

let authority: AuthorityInMemory;
let cancelled: string[];
beforeEach(async () => {
  authority = await AuthorityInMemory.make();
  cancelled = [];
});

const sold = { keyType: 'ecdsa-p256', validation: 'always automatic', install: false } as const;
const productOf = (more: { readonly free?: true; readonly revocationEnds?: string } = {}, change: Partial<CertificateAuthority> = {}) =>
  certificateProduct({
    server: fields({}),
    product: certificateProductFields,
    ...more,
    authority: (): CertificateAuthority => ({
      ...authority.asAuthority(),
      cancel: async (orderId) => void cancelled.push(orderId),
      ...change,
    }),
  });
type Product = ReturnType<typeof productOf>;

const at = (hours: number) => () => new Date(Date.parse('2026-11-26T12:00:00Z') + hours * 3_600_000).toISOString();
const args = (left: JsonObject | undefined, hours = 0) => {
  const given = { ctx: testCtx({ now: at(hours) }), server: {}, product: sold, order: { names: 'a.example.com' } };
  if (!left) return given as never;
  const { remoteId, ...properties } = left;
  return { ...given, remoteId, properties } as never;
};
const make = async (product: Product) => ((await runOperation(product.create, args(undefined))) as Run<JsonObject>).output;
const renew = async (product: Product, left: JsonObject, hours: number) => ({
  ...left,
  ...((await runOperation(product.renew!, args(left, hours))) as Run<JsonObject>).output,
});

describe('a renewal', () => {
  it('is refused for an hour after the one before, with the time of that, and orders nothing', async () => {
    const product = productOf();
    const renewed = await renew(product, await make(product), 0);
    const failure = await failureOf(renew(product, renewed, 0.9));
    expect([failure.code, failure.message]).toEqual(['conflict', expect.stringContaining('2026-11-26T12:00:00.000Z')]);
    expect(authority.orders.size).toBe(2);
    expect(await renew(product, renewed, 1.1)).toMatchObject({ orderId: '3' });
  });

  it('remembers the orders that it took the place of, and they end with the service', async () => {
    const product = productOf();
    const twice = await renew(product, await renew(product, await make(product), 0), 2);
    expect(twice).toMatchObject({ orderId: '3', earlierOrders: '1, 2' });
    await runOperation(product.terminate as never, args(twice));
    expect(cancelled).toEqual(['3', '1', '2']);
  });

  it('remembers none where orders are free and end by themselves', async () => {
    const product = productOf({ free: true });
    const renewed = await renew(product, await make(product), 0);
    expect(renewed['earlierOrders']).toBeUndefined();
    await runOperation(product.terminate as never, args(renewed));
    expect(cancelled).toEqual(['2']);
  });

  it('that is undone leaves the order before it as it was', async () => {
    const product = productOf();
    const left = await make(product);
    const { undo } = await runOperation(product.renew!, args(left));
    await undo();
    expect([authority.withdrawn, [...authority.orders.keys()]]).toEqual([['2'], ['1']]);
  });
});

describe('a request of the customer’s own', () => {
  it('is looked for by nothing that another order may have too, where the authority goes by the request', async () => {
    await make(productOf());
    const { csr } = authority.orders.get('1')!;
    let placed = 0;
    const blind = {
      strength: 'blind' as const,
      run: async () => ({ orderId: `blind ${(placed += 1)}` }),
      undo: () => Promise.resolve(),
    };
    const product = productOf({}, { order: { ...authority.asAuthority().order, ofCustomersRequest: blind } });
    const order = { names: 'a.example.com', csr };
    const own = await runOperation(product.create, { ...(args(undefined) as object), order } as never);
    expect(own.output).toMatchObject({ orderId: 'blind 1' });
    // With a key of ours nothing changes.
    expect(await make(product)).toMatchObject({ orderId: '2' });
  });
});

describe('a revocation', () => {
  it('that ends more than the certificate has to be agreed to', () => {
    expect(productOf().actions!['revoke']!.confirm).toBeUndefined();
    expect(productOf({ revocationEnds: 'The order ends too.' }).actions!['revoke']!.confirm).toBe('The order ends too.');
  });
});
