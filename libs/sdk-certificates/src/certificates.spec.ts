import { createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { done, fields, PanelError, type IssuedCertificate, type Json, type ValidationRecord } from '@hostwright/sdk';
import { failureOf, runOperation, testCtx, type Run, type RunOptions } from '@hostwright/sdk-testing';
import { AuthorityInMemory } from '../test/authority-in-memory.js';
import {
  certificateModule,
  certificateNames,
  certificateProduct,
  certificateProductFields,
  keyTypes,
  makeKeyAndRequest,
  readIssued,
  requestDigest,
  requestNames,
  sameRequest,
  type CertificateAuthority,
  type Ordering,
} from './index.js';

let authority: AuthorityInMemory;
beforeEach(async () => {
  authority = await AuthorityInMemory.make();
});
const record: ValidationRecord = { name: '_v.example.com', type: 'CNAME', content: 'v.authority.example' };

describe('names of a certificate', () => {
  it('are taken in lower case, each once, in the order given', () => {
    expect(certificateNames(['Shop.example.com.', '*.example.com', 'shop.example.com'])).toEqual(['shop.example.com', '*.example.com']);
  });

  it.each([
    '',
    'localhost',
    'a..example.com',
    '*.*.example.com',
    'www.*.com',
    '-a.example.com',
    '192.0.2.1',
    'exa mple.com',
    'a_b.example.com',
    `${'a'.repeat(64)}.com`,
  ])('are refused by the field they came in: "%s"', (name) => {
    expect(() => certificateNames([name], { field: 'order.names' })).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: 'order.names' }) as unknown as Error,
    );
  });

  it('are refused when there are none, or too many', () => {
    expect(() => certificateNames([])).toThrow(/needs a name/);
    expect(() => certificateNames(['a.example.com', 'b.example.com'], { most: 1 })).toThrow(/at most 1/);
  });
});

describe('a key and its request', () => {
  it.each(keyTypes)('of type %s belong together and name what was asked for', async (keyType) => {
    const { privateKey, csr } = await makeKeyAndRequest(['example.com', '*.example.com'], keyType);
    expect(await requestNames(csr)).toEqual(['example.com', '*.example.com']);
    const pem = await authority.sign(csr);
    expect(new X509Certificate(pem).checkPrivateKey(createPrivateKey(privateKey.$secret))).toBe(true);
  });

  it('name what is too long for a common name all the same', async () => {
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}.example.com`;
    expect(await requestNames((await makeKeyAndRequest([name], 'ecdsa-p256')).csr)).toEqual([name]);
  });

  it('are told apart from others, however the text is wrapped', async () => {
    const [one, other] = await Promise.all([
      makeKeyAndRequest(['a.example.com'], 'ecdsa-p256'),
      makeKeyAndRequest(['a.example.com'], 'ecdsa-p256'),
    ]);
    const body = one.csr.replace(/-----[^-]+-----|\s/g, '');
    expect(sameRequest(one.csr, `-----BEGIN CERTIFICATE REQUEST-----\r\n${body}\r\n-----END CERTIFICATE REQUEST-----`)).toBe(true);
    expect(sameRequest(one.csr, other.csr)).toBe(false);
    expect(sameRequest(one.csr, 'nothing')).toBe(false);
    expect(requestDigest(one.csr, 'md5')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('are refused when they are none, or not signed with their own key', async () => {
    const { csr } = await makeKeyAndRequest(['a.example.com'], 'ecdsa-p256');
    const bytes = Buffer.from(csr.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----`;
    for (const wrong of ['', 'no request', forged]) await expect(requestNames(wrong)).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('what an authority gives out', () => {
  it('is read in any order, without the root', async () => {
    const { csr } = await makeKeyAndRequest(['a.example.com'], 'ecdsa-p256');
    const answered = await authority.asAuthority().issued({ orderId: '1' }, csr);
    expect(answered.state).toBe('pending');
    const files = await authority.asAuthority().issued({ orderId: '1' }, csr);
    if (files.state !== 'done') throw new Error(files.state);
    const issued = readIssued([files.output.pems.join('\n')], csr, ['a.example.com']);
    expect(new X509Certificate(issued.certificate).verify(new X509Certificate(issued.chain).publicKey)).toBe(true);
    expect(issued.chain.match(/BEGIN/g)).toHaveLength(1);
    expect([issued.validFrom, issued.validTo]).toEqual(['2026-01-01T00:00:00.000Z', '2036-01-01T00:00:00.000Z']);
  });

  it('is no answer when it is of another key, lacks a name, or cannot be read', async () => {
    const [{ csr }, other] = await Promise.all([
      makeKeyAndRequest(['a.example.com'], 'ecdsa-p256'),
      makeKeyAndRequest(['a.example.com'], 'ecdsa-p256'),
    ]);
    const pem = await authority.sign(csr);
    const unknown = expect.objectContaining({ code: 'unknown_outcome' }) as unknown as Error;
    expect(() => readIssued([pem], other.csr, ['a.example.com'])).toThrow(unknown);
    expect(() => readIssued([pem], csr, ['b.example.com'])).toThrow(unknown);
    expect(() => readIssued(['<html>'], csr, ['a.example.com'])).toThrow(unknown);
    expect(() => readIssued(['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'], csr, ['a.example.com'])).toThrow(unknown);
  });
});

describe('the certificate module of an authority', () => {
  const obtain = (options: RunOptions = {}, records = [record]): Promise<Run<IssuedCertificate>> => {
    const { obtain: operation } = certificateModule({ server: fields({}), authority: () => authority.asAuthority(records) });
    return runOperation(operation, { ctx: testCtx(), server: {}, input: { names: ['a.example.com'] } } as never, options) as Promise<
      Run<IssuedCertificate>
    >;
  };

  it('publishes what the authority wants to see, waits, and takes it back', async () => {
    const { output, asked, finished } = await obtain();
    expect(output).toMatchObject({
      orderId: '1',
      names: ['a.example.com'],
      validTo: '2036-01-01T00:00:00.000Z',
      paidTo: '2036-01-01T00:00:00.000Z',
    });
    expect([...asked.values()].map(({ operation, input }) => [operation, (input as { name: string }).name])).toEqual([
      ['ensureRecord', record.name],
      ['removeRecord', record.name],
    ]);
    expect(finished.at(-1)).toBe(`withdraw validation / ${record.name} 1`);
  });

  it.each(['make key', 'order certificate', 'await certificate'])('orders once when the panel dies after the call of "%s"', async (at) => {
    const { output } = await obtain({ crashAfterCall: at });
    expect(new X509Certificate(output.certificate).checkPrivateKey(createPrivateKey(output.privateKey.$secret))).toBe(true);
    expect([...authority.orders.keys()]).toEqual(['1']);
  });

  const obtainFrom = (change: Partial<CertificateAuthority>, options: RunOptions = {}) => {
    const { obtain: operation } = certificateModule({
      server: fields({}),
      authority: () => ({ ...authority.asAuthority(), ...change }),
    });
    return runOperation(operation, { ctx: testCtx(), server: {}, input: { names: ['a.example.com'] } } as never, options);
  };

  it('of an authority that cannot look orders up is left to a person after a lost answer, and not ordered again', async () => {
    let times = 0;
    const run = () => {
      times += 1;
      return Promise.reject(new PanelError('unknown_outcome', 'it broke off'));
    };
    const failure = await failureOf(obtainFrom({ order: { strength: 'blind', run, undo: () => Promise.resolve() } }));
    expect([failure.code, times]).toEqual(['unknown_outcome', 1]);
  });

  it('gives each order a word of its own, the same after a crash', async () => {
    const words: string[] = [];
    const order = (): Ordering => ({
      run: ({ once }) => {
        words.push(once);
        return Promise.resolve({ orderId: String(words.length) });
      },
      undo: () => Promise.resolve(),
    });
    await obtainFrom({ order: order() }, { crashAfterCall: 'order certificate' });
    expect([words.length, new Set(words).size]).toEqual([2, 1]);
    expect(words[0]).toMatch(/^[0-9a-f]{20}$/);
  });

  it('fetches by itself what is there but did not come with the wait, and again when it is not to be had yet', async () => {
    let times = 0;
    const { finished } = await obtainFrom({
      issued: () => Promise.resolve(done({ pems: [] })),
      collect: {
        permit: 'collect',
        run: async (_order, csr) => {
          times += 1;
          if (times === 1) throw new PanelError('unavailable', 'not yet', { retryAfterMs: 1 });
          return { pems: [await authority.sign(csr)] };
        },
      },
    });
    expect(finished).toContain('collect certificate');
    expect(times).toBe(2);
  });

  it('withdraws the order when it is undone', async () => {
    const { undo } = await obtain();
    await undo();
    await undo();
    expect(authority.withdrawn).toEqual(['1']);
  });
});

describe('a certificate that is sold', () => {
  const product = certificateProduct({
    server: fields({}),
    product: certificateProductFields,
    authority: () => authority.asAuthority([record]),
  });
  const sold = { keyType: 'ecdsa-p256', validation: 'always automatic', install: false };
  // Whoever makes the records himself makes those that he is told to.
  const ctx = () => testCtx({ resolve: () => Promise.resolve([...authority.orders.values()].map(({ once }) => once)) });
  const create = (change: object = {}, order: Json = { names: 'a.example.com, b.example.com' }) =>
    runOperation(product.create, { ctx: ctx(), server: {}, product: { ...sold, ...change }, order } as never) as Promise<
      Run<Record<string, unknown>>
    >;

  it('is left on the service with its key, which is marked as secret and shown to nobody', async () => {
    const { output } = await create();
    expect(output).toMatchObject({
      remoteId: '1',
      orderId: '1',
      names: 'a.example.com, b.example.com',
      privateKey: { $secret: expect.stringContaining('PRIVATE KEY') as unknown },
    });
    expect(product.properties['privateKey']).toMatchObject({ type: 'secret' });
    expect(product.properties['privateKey']).not.toHaveProperty('shownTo');
  });

  it('is installed on the site that the service is for, key and all', async () => {
    const { asked } = await create({ install: true });
    expect(asked.get('install certificate')).toMatchObject({
      kind: 'site',
      operation: 'installCertificate',
      input: { names: ['a.example.com', 'b.example.com'] },
    });
  });

  it('of a customer who makes the records himself touches no DNS', async () => {
    const { asked, skipped } = await create({ validation: 'by the customer' });
    expect(asked.size).toBe(0);
    expect(skipped).toEqual(expect.arrayContaining(['publish validation', 'withdraw validation']));
  });

  it('of a customer with a key of his own is issued for his request, and we have no key', async () => {
    const { csr } = await makeKeyAndRequest(['b.example.com', 'a.example.com'], 'rsa-2048');
    const { output, skipped, asked } = await create(
      { validation: 'automatic', install: true },
      { names: 'a.example.com b.example.com', csr },
    );
    expect(output['privateKey']).toBeUndefined();
    expect(skipped).toContain('install certificate');
    // He shows himself that the names are his: with his key he could otherwise pass for whoever else has a name in our zones.
    expect(asked.size).toBe(0);
    const wired = await create({ validation: 'always automatic' }, { names: 'a.example.com b.example.com', csr });
    expect([...wired.asked.values()].map(({ operation }) => operation)).toEqual(['ensureRecord', 'removeRecord']);
    expect(readIssued([output['certificate'] as string], csr, []).names).toContain('a.example.com');
  });

  it.each([
    ['names something else', async () => (await makeKeyAndRequest(['other.example.com'], 'ecdsa-p256')).csr],
    ['is none', () => Promise.resolve('no request')],
  ])('is not ordered for a request of the customer’s that %s', async (_what, request) => {
    const failure = await failureOf(create({}, { names: 'a.example.com', csr: await request() }));
    expect(failure.code).toBe('invalid_input');
    expect(authority.orders.size).toBe(0);
  });

  it('is not ordered for what is no name', async () => {
    expect((await failureOf(create({}, { names: 'a.example.com, localhost' }))).code).toBe('invalid_input');
    expect(authority.orders.size).toBe(0);
  });

  it('that is issued again is paid for as long as before; one that is renewed as long as the authority says', async () => {
    const { output } = await create();
    const { remoteId, ...left } = output;
    const properties = { ...left, paidTo: '2040-01-01T00:00:00.000Z' };
    const later = { ctx: testCtx(), server: {}, product: sold, order: { names: 'a.example.com' }, remoteId, properties } as never;
    const again = (await runOperation(product.actions!['reissue']!, later)).output;
    expect(again).toMatchObject({ $leaves: { paidTo: '2040-01-01T00:00:00.000Z' } });
    expect((await runOperation(product.renew!, later)).output).toMatchObject({ paidTo: '2036-01-01T00:00:00.000Z' });
  });

  it('is renewed, issued again and ended by its order', async () => {
    const { output } = await create();
    const { remoteId, ...properties } = output;
    const later = { ctx: testCtx(), server: {}, product: sold, order: { names: 'a.example.com' }, remoteId, properties } as never;
    const renewed = (await runOperation(product.renew!, later)).output as { orderId: string };
    expect(renewed).toMatchObject({ orderId: '2', names: 'a.example.com' });
    const again = (await runOperation(product.actions!['reissue']!, later)).output as { $leaves: object; answer: object };
    expect(again).toMatchObject({ $leaves: { orderId: '3' }, answer: { names: 'a.example.com' } });
    expect(JSON.stringify(again.answer)).not.toContain('PRIVATE');
    await runOperation(product.terminate as never, later);
    await runOperation(product.terminate as never, later);
    expect(authority.withdrawn).toEqual(['1']);
  });
});
