import { beforeEach, describe, expect, it } from '@jest/globals';
import { done, fields, isSecret, type Json, type JsonObject, type ServiceFiles, type ValidationRecord } from '@hostwright/sdk';
import { runOperation, testCtx, type Run } from '@hostwright/sdk-testing';
import { AuthorityInMemory } from '../test/authority-in-memory.js';
import { certificateProduct, certificateProductFields, makeKeyAndRequest, type CertificateAuthority } from './index.js';
import { proofs } from './proof.js';

let authority: AuthorityInMemory;
let asked: readonly ValidationRecord[];
let inDns: string[];
let lookedFor: string[];
beforeEach(async () => {
  authority = await AuthorityInMemory.make();
  asked = [{ name: '_acme-challenge.a.example.com', type: 'TXT', content: 'one' }];
  inDns = [];
  lookedFor = [];
});

const product = certificateProduct({
  server: fields({}),
  product: certificateProductFields,
  free: true,
  authority: (): CertificateAuthority => ({ ...authority.asAuthority(), records: () => Promise.resolve(done(asked)) }),
});
// The customer makes what he is told to.
const ctx = (domains: readonly string[] = []) =>
  testCtx({
    customer: () => Promise.resolve({ mark: 'hw-test-c1', others: [], domains }),
    resolve: (name) => {
      lookedFor.push(name);
      return Promise.resolve([...inDns, ...[...authority.orders.values()].map(({ once }) => once)]);
    },
  });
const sold = { keyType: 'ecdsa-p256', validation: 'automatic', install: false };
const given = (change: object = {}, order: Json = { names: 'a.example.com' }) => ({
  ctx: ctx(),
  server: {},
  product: sold,
  order,
  ...change,
});
const create = (change?: object, order?: Json) => runOperation(product.create, given(change, order) as never) as Promise<Run<JsonObject>>;
const filesOf = (properties: object) => product.files!({ properties: properties as never });
const texts = ({ files }: ServiceFiles) =>
  Object.fromEntries(files.map(({ name, content }) => [name, isSecret(content) ? content.$secret : content]));

describe('what the customer takes to his own server', () => {
  it('is nothing, said plainly, while nothing is issued', () => {
    expect(() => filesOf({})).toThrow(expect.objectContaining({ code: 'conflict', message: 'no certificate has been issued yet' }));
  });

  it('is the certificate, what leads to its root and the key, which is marked as secret', async () => {
    const { output, asked: calls } = await create();
    // The key will be his, so the names are his to show.
    expect(calls.size).toBe(0);
    const handed = filesOf(output);
    const { certificate, chain } = output as Record<string, string>;
    expect(texts(handed)).toEqual({
      'a.example.com.crt': certificate,
      'a.example.com.chain.pem': chain,
      'a.example.com.fullchain.pem': `${certificate!.trimEnd()}\n${chain}`,
      'a.example.com.key': expect.stringContaining('PRIVATE KEY'),
    });
    expect(handed.files.filter(({ content }) => isSecret(content)).map(({ name }) => name)).toEqual(['a.example.com.key']);
  });

  it.each(['reissue', 'renew', 'upkeep'] as const)('after %s is the new certificate with the new key', async (which) => {
    const { remoteId, ...made } = (await create()).output;
    const operation = which === 'reissue' ? product.actions!['reissue']! : product[which]!;
    const { output } = (await runOperation(operation as never, { ...given(), remoteId, properties: made } as never)) as Run<JsonObject>;
    const now = { ...made, ...((output['$leaves'] as JsonObject | undefined) ?? output) };
    const [before, after] = [texts(filesOf(made)), texts(filesOf(now))];
    expect(after['a.example.com.key']).toContain('PRIVATE KEY');
    expect(after['a.example.com.key']).not.toBe(before['a.example.com.key']);
    expect(after['a.example.com.crt']).not.toBe(before['a.example.com.crt']);
  });

  it('with a request of his own is certificate and chain alone', async () => {
    const { csr } = await makeKeyAndRequest(['a.example.com'], 'ecdsa-p256');
    const handed = filesOf((await create({}, { names: 'a.example.com', csr })).output);
    expect([Object.keys(texts(handed)).map((name) => name.split('.').at(-1)), handed.note]).toEqual([
      ['crt', 'pem', 'pem'],
      'The key is your own: it has never been here.',
    ]);
  });

  it.each([
    ['the seller says so of all', { product: { ...sold, validation: 'always automatic' } }],
    ['he wired them', { wired: ['names'] }],
    ['they are within a domain that he has shown to have', { ctx: ctx(['example.com']) }],
    ['they are, and it is installed too', { product: { ...sold, install: true }, wired: ['names'] }],
  ])('has the key where the names are known to be the customer’s, as we then show them: %s', async (_what, change) => {
    const { output, asked: calls } = await create(change);
    expect([...calls.values()].map(({ operation }) => operation)).toContain('ensureRecord');
    expect(Object.keys(texts(filesOf(output)))).toContain('a.example.com.key');
  });

  it('is without the key where nothing says that the names were shown to be his, until it is issued again', async () => {
    const handed = filesOf({ ...(await create()).output, namesShown: undefined });
    expect(JSON.stringify(handed)).not.toContain('PRIVATE');
    expect(handed.note).toContain('not handed out');
  });
});

describe('names that the authority does not ask about, since somebody has shown them before', () => {
  it('are shown by the customer all the same, at his first order and not again', async () => {
    asked = [];
    const { remoteId, ...made } = (await create()).output;
    expect(lookedFor).toEqual(['_hostwright-challenge.a.example.com']);
    await runOperation(product.upkeep!, { ...given(), remoteId, properties: made } as never);
    expect(lookedFor).toHaveLength(1);
  });

  it('are shown again where the order before says nothing of them, installed by us or not', async () => {
    asked = [];
    const { remoteId, ...made } = (await create({ product: { ...sold, install: true } })).output;
    expect(lookedFor).toHaveLength(1);
    await runOperation(product.upkeep!, { ...given(), remoteId, properties: { ...made, namesShown: undefined } } as never);
    expect(lookedFor).toHaveLength(2);
  });

  it('are not asked of him where they are known to be his', async () => {
    asked = [];
    await create({ wired: ['names'] });
    expect(lookedFor).toEqual([]);
  });

  it.each([
    [['a.example.com', 'b.example.com'], ['_acme-challenge.a.example.com'], ['b.example.com']],
    [['example.com', 'www.example.com', '*.example.com'], ['_0a1b.example.com'], []],
    [['example.com', 'www.example.com', '*.example.com'], [], ['example.com']],
    [['example.com'], ['_acme-challenge.www.example.com', '_acme-challenge.badexample.com'], ['example.com']],
  ])('%j, of which %j are asked, need %j', (names, records, open) => {
    const found = proofs(
      names,
      records.map((name) => ({ name, type: 'TXT', content: 'x' })),
      '0123',
    );
    expect(found).toEqual(open.map((name) => ({ name: `_hostwright-challenge.${name}`, type: 'TXT', content: '0123' })));
  });
});
