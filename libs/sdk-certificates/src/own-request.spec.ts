import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from '@peculiar/x509';
import { fields } from '@hostwright/sdk';
import { failureOf, runOperation, testCtx, type Run } from '@hostwright/sdk-testing';
import { AuthorityInMemory } from '../test/authority-in-memory.js';
import { certificateProduct, certificateProductFields } from './index.js';

let authority: AuthorityInMemory;
beforeEach(async () => {
  authority = await AuthorityInMemory.make();
});

/** A request whose common name need not be the first of its alternative names. */
async function aRequest(commonName: string | undefined, alternatives: readonly string[]): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const request = await Pkcs10CertificateRequestGenerator.create(
    {
      name: commonName === undefined ? [] : [{ CN: [commonName] }],
      keys: (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as never,
      signingAlgorithm: algorithm,
      extensions: [new SubjectAlternativeNameExtension(alternatives.map((value) => ({ type: 'dns', value })))],
    },
    webcrypto as never,
  );
  return request.toString('pem');
}

const create = (csr: string) => {
  const { create: operation } = certificateProduct({
    server: fields({}),
    product: certificateProductFields,
    authority: () => authority.asAuthority(),
  });
  const sold = { keyType: 'ecdsa-p256', validation: 'automatic', install: false };
  const order = { names: 'a.example.com b.example.com', csr };
  const ctx = testCtx({ resolve: () => Promise.resolve([...authority.orders.values()].map(({ once }) => once)) });
  return runOperation(operation, { ctx, server: {}, product: sold, order } as never) as Promise<Run<Record<string, unknown>>>;
};

describe('a request of the customer’s own', () => {
  it.each([
    // Authorities take the certificate's main name from there, and are told the others besides it.
    ['b.example.com', ['a.example.com', 'b.example.com'], 'b.example.com, a.example.com'],
    [undefined, ['b.example.com', 'a.example.com'], 'b.example.com, a.example.com'],
  ])('makes its common name, %s, the first, whatever the order names first', async (commonName, alternatives, names) => {
    const { output } = await create(await aRequest(commonName, alternatives));
    expect([output['names'], authority.orders.get('1')!.names.join(', ')]).toEqual([names, names]);
  });

  it.each([
    ['a common name', 'other.example.com', ['a.example.com', 'b.example.com']],
    ['an alternative name', 'a.example.com', ['a.example.com', 'b.example.com', 'other.example.com']],
  ])('with %s that was not ordered is refused, and nothing is ordered', async (_what, commonName, alternatives) => {
    const failure = await failureOf(create(await aRequest(commonName, alternatives)));
    expect([failure.code, failure.message]).toEqual(['invalid_input', expect.stringMatching(/do not name the same: other\.example\.com/)]);
    expect(authority.orders.size).toBe(0);
  });
});
