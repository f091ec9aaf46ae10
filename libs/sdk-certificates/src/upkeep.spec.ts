import { beforeEach, describe, expect, it } from '@jest/globals';
import { fields, type JsonObject } from '@hostwright/sdk';
import { failureOf, runOperation, testCtx, type Run } from '@hostwright/sdk-testing';
import { AuthorityInMemory } from '../test/authority-in-memory.js';
import { certificateProduct, certificateProductFields, type CertificateAuthority } from './index.js';

let authority: AuthorityInMemory;
beforeEach(async () => {
  authority = await AuthorityInMemory.make();
});

const productOf = (more: { readonly free?: true; readonly reissues?: true } = {}) =>
  certificateProduct({
    server: fields({}),
    product: certificateProductFields,
    ...(more.free ? { free: true as const } : {}),
    authority: (): CertificateAuthority => {
      const made = authority.asAuthority();
      return more.reissues ? { ...made, reissue: made.order } : made;
    },
  });
const sold = { keyType: 'ecdsa-p256', validation: 'automatic', install: true } as const;
const paidTo = '2040-01-01T00:00:00.000Z';

async function aged(product: ReturnType<typeof productOf>) {
  const made = await runOperation(product.create, {
    ctx: testCtx(),
    server: {},
    product: sold,
    order: { names: 'a.example.com' },
  } as never);
  const { remoteId, ...properties } = (made as Run<JsonObject>).output;
  const later = { ctx: testCtx(), server: {}, product: sold, order: { names: 'a.example.com' }, remoteId, properties };
  return { later: { ...later, properties: { ...properties, paidTo } } as never, properties };
}

describe('a certificate that nears its end', () => {
  const dates = (product: ReturnType<typeof productOf>, until: string) =>
    product.dates!({
      product: sold,
      properties: { validFrom: '2026-01-01T00:00:00.000Z', validTo: '2026-03-31T00:00:00.000Z', paidTo: until } as never,
    });

  it('is seen to after two thirds of its life, as long as that costs nothing, and ends with what is paid', () => {
    const third = '2026-03-01T08:00:00.000Z';
    expect(dates(productOf({ free: true }), '2026-03-31T00:00:00.000Z')).toEqual({
      expiresAt: '2026-03-31T00:00:00.000Z',
      upkeepAt: '2026-03-01T08:00:00.000Z',
    });
    expect(dates(productOf({ reissues: true }), paidTo)).toEqual({ expiresAt: paidTo, upkeepAt: third });
    // The last of its term: another one would have to be paid for.
    expect(dates(productOf({ reissues: true }), '2026-03-31T12:00:00.000Z')).toEqual({ expiresAt: '2026-03-31T12:00:00.000Z' });
  });

  it.each([
    ['2026-06-30', 90, '2026-08-29'],
    ['2026-06-30', 45, '2026-07-30'],
    ['2026-06-30', 6, '2026-07-04'],
  ])('of %s is seen to after two thirds, whether it lasts %i days or another number of them', (from, days, seen) => {
    const validTo = new Date(Date.parse(from) + days * 86_400_000).toISOString();
    const properties = { validFrom: `${from}T00:00:00.000Z`, validTo, paidTo: validTo } as never;
    expect(productOf({ free: true }).dates!({ product: sold, properties }).upkeepAt).toBe(`${seen}T00:00:00.000Z`);
  });

  it('is issued again within the paid term, with a new key, and installed again', async () => {
    const product = productOf({ reissues: true });
    const { later, properties } = await aged(product);
    const { output, asked } = (await runOperation(product.upkeep!, later)) as Run<JsonObject>;
    expect(output).toMatchObject({ orderId: '2', names: 'a.example.com', paidTo });
    expect(output['privateKey']).not.toEqual(properties['privateKey']);
    expect(asked.get('install certificate')).toMatchObject({ kind: 'site', operation: 'installCertificate' });
  });

  it('is ordered anew where orders are free', async () => {
    const product = productOf({ free: true });
    const { later } = await aged(product);
    const { output } = (await runOperation(product.upkeep!, later)) as Run<JsonObject>;
    expect(output).toMatchObject({ orderId: '2', paidTo: output['validTo'] });
  });

  it('is never bought again by itself', async () => {
    const product = productOf();
    const { later } = await aged(product);
    expect((await failureOf(runOperation(product.upkeep!, later))).code).toBe('unsupported');
    expect(authority.orders.size).toBe(1);
  });
});
