import { beforeEach, describe, expect, it } from '@jest/globals';
import { fields, PanelError, type JsonObject, type ValidationRecord } from '@hostwright/sdk';
import { failureOf, runOperation, testCtx, type Run } from '@hostwright/sdk-testing';
import { AuthorityInMemory } from '../test/authority-in-memory.js';
import { certificateProduct, certificateProductFields } from './index.js';

let authority: AuthorityInMemory;
beforeEach(async () => {
  authority = await AuthorityInMemory.make();
});

const record: ValidationRecord = { name: '_v.shop.example', type: 'CNAME', content: 'v.authority.example' };
const product = certificateProduct({
  server: fields({}),
  product: certificateProductFields,
  authority: () => authority.asAuthority([record]),
});
const sold = { keyType: 'ecdsa-p256', validation: 'automatic', install: false };
const customer = (...domains: readonly string[]) => ({
  ctx: testCtx({ customer: () => Promise.resolve({ mark: 'hw-test-c1', others: [], domains }) }),
});
const given = (names: string, more: object = {}) => ({ ...customer(), server: {}, product: sold, order: { names }, ...more }) as never;
const create = (names: string, more: object = {}) => runOperation(product.create, given(names, more)) as Promise<Run<JsonObject>>;
const published = ({ asked }: Pick<Run<unknown>, 'asked'>) =>
  [...asked.values()].map(({ operation }) => operation).filter((one) => one !== 'checkNames' && one !== 'installCertificate');

describe('names that the customer typed', () => {
  it('and that nothing says are his get no record from us: a zone of ours may have them for another customer', async () => {
    const run = await create('victim.shop.example');
    expect(published(run)).toEqual([]);
    expect(run.skipped).toContain('publish validation');
  });

  it.each([
    ['the domain itself', 'shop.example', ['shop.example']],
    ['names below it', 'www.shop.example, *.shop.example', ['other.example', 'shop.example']],
    ['several domains', 'shop.example, a.other.example', ['other.example', 'shop.example']],
  ])('and that are his by a domain whose DNS he has shown to have are validated by us: %s', async (_what, names, domains) => {
    expect(published(await create(names, customer(...domains)))).toEqual(['ensureRecord', 'removeRecord']);
  });

  it.each([
    ['one of them is not', 'shop.example, victim.example'],
    ['it only ends like his', 'myshop.example'],
    ['it is above his', 'example.com, www.example.com'],
    ['a wildcard is above his', '*.example.com'],
  ])('are left to him when %s', async (_what, names) => {
    expect(published(await create(names, customer('shop.example', 'a.example.com')))).toEqual([]);
  });

  it('are validated by us where the seller says that all are his, and never where he says that none is', async () => {
    const always = { ...sold, validation: 'always automatic' };
    expect(published(await create('victim.example', { product: always }))).toEqual(['ensureRecord', 'removeRecord']);
    const byHim = { ...sold, validation: 'by the customer' };
    expect(published(await create('shop.example', { product: byHim, ...customer('shop.example') }))).toEqual([]);
  });

  it('are judged again with each renewal and reissue', async () => {
    const { remoteId, ...properties } = (await create('shop.example', customer('shop.example'))).output;
    const later = given('shop.example', { remoteId, properties });
    expect(published(await runOperation(product.renew!, later))).toEqual([]);
    expect(published(await runOperation(product.actions!['reissue']!, later))).toEqual([]);
    const still = given('shop.example', { remoteId, properties, ...customer('shop.example') });
    expect(published(await runOperation(product.renew!, still))).toEqual(['ensureRecord', 'removeRecord']);
  });
});

describe('names that the seller wired', () => {
  it('are validated by us', async () => {
    const run = await create('shop.example', { wired: ['names'] });
    expect(published(run)).toEqual(['ensureRecord', 'removeRecord']);
    expect(run.skipped).toContain('look whose names');
  });

  it('are not those of another field that he wired', async () => {
    expect(published(await create('shop.example', { wired: ['csr'] }))).toEqual([]);
  });
});

describe('a certificate that is to be installed', () => {
  const installed = { ...sold, install: true };

  it('is not ordered for a name that the site does not serve, wired or not', async () => {
    const refused = new PanelError('invalid_input', 'the site does not serve victim.example', { field: 'names' });
    for (const wired of [[], ['names']]) {
      const failure = await failureOf(
        runOperation(product.create, given('shop.example, victim.example', { product: installed, wired }), {
          answer({ operation, input }) {
            if (operation !== 'checkNames') return undefined;
            expect(input).toEqual({ names: ['shop.example', 'victim.example'] });
            throw refused;
          },
        }),
      );
      expect([failure.code, failure.message]).toEqual(['invalid_input', expect.stringContaining('victim.example')]);
    }
    expect(authority.orders.size).toBe(0);
  });

  it('asks no site where it is the customer’s to install', async () => {
    expect((await create('shop.example')).skipped).toContain('check site');
  });
});
