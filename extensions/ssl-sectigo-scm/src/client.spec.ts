import { describe, expect, it } from '@jest/globals';
import { testCtx, type TestCtx } from '@hostwright/sdk-testing';
import { administrator } from '../sandbox/provider.js';
import { aStage } from '../test/stage.js';
import { ManagerClient } from './client.js';
import type { ServerConfig } from './config.js';

const server: ServerConfig = {
  apiUrl: 'https://cert-manager.com/',
  tokenUrl: 'https://auth.example/token',
  access: 'administrator',
  ...administrator,
  orgId: 42,
};

/** An account of so many certificates, whose list is told with their number in a header, or without. */
function listing(most: number, header: string | undefined) {
  const asked: string[] = [];
  const fetch: TestCtx['fetch'] = (url, request) => {
    const { pathname, searchParams } = new URL(url);
    asked.push(`${pathname}?${searchParams.get('position')}`);
    expect(request?.headers).toMatchObject({ login: 'admin', password: 'Admin-Pass-1', customerUri: 'cst1' });
    const [position, size] = [Number(searchParams.get('position')), Number(searchParams.get('size'))];
    const page = Array.from({ length: Math.max(0, Math.min(size, most - position)) }, (_, at) => ({ sslId: position + at + 1 }));
    const headers = new Headers(header === undefined ? {} : { 'X-Total-Count': header });
    return Promise.resolve(new Response(JSON.stringify(page), { headers }));
  };
  return { client: new ManagerClient(testCtx({ fetch }), server), asked };
}

describe('a list of certificates', () => {
  it.each([['201'], ['1'], [undefined]])('is read to its last page, whatever the header of the total says: %s', async (header) => {
    const { client, asked } = listing(201, header);
    expect(await client.applied()).toHaveLength(201);
    expect(asked).toEqual(['/api/ssl/v1?0', '/api/ssl/v1?200']);
  });

  it('of whole pages ends with an empty one', async () => {
    expect(await listing(200, undefined).client.applied()).toHaveLength(200);
  });

  it('that is too long to be looked through for one is left for a person', async () => {
    await expect(listing(100_000, '5').client.applied()).rejects.toMatchObject({ code: 'unknown_outcome' });
  });
});

describe('a call that answers nothing', () => {
  const answering = (text: string, status = 200) =>
    new ManagerClient(testCtx({ fetch: () => Promise.resolve(new Response(status === 204 ? null : text, { status })) }), server);

  it.each([
    ['revoke', (client: ManagerClient) => client.revoke('1', '1', 'keyCompromise')],
    ['replace', (client: ManagerClient) => client.replace('1', 'CSR', ['a.example.com'])],
    ['decline', (client: ManagerClient) => client.decline('1')],
  ])('has not %sd anything for certain when a page of maintenance comes with 200', async (_what, call) => {
    await expect(call(answering('<h1>Scheduled maintenance</h1>'))).rejects.toMatchObject({ code: 'unknown_outcome' });
    for (const [text, status] of [
      ['', 204],
      ['', 200],
      ['{}', 200],
    ] as const)
      await call(answering(text, status));
  });
});

describe('a certificate that is collected', () => {
  it('is asked for in PEM: the default format is PKCS #7', async () => {
    const { sandbox } = await aStage();
    const urls: string[] = [];
    const { fetch } = testCtx();
    const listen: TestCtx['fetch'] = (url, request) => {
      urls.push(url);
      return fetch(url, request);
    };
    const client = new ManagerClient(testCtx({ fetch: listen }), sandbox.server as ServerConfig);
    await expect(client.collect('1')).rejects.toMatchObject({ number: -124 });
    expect(urls.filter((url) => url.includes('/collect/'))).toEqual([expect.stringMatching(/\?format=x509$/)]);
  });
});
