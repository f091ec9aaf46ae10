import { describe, expect, it } from '@jest/globals';
import { failureOf, runOperation, testCtx } from '@hostwright/sdk-testing';
import { aSandbox, byHand, ensure, key, mark } from '../test/stage.js';
import { readCertificate } from './answers.js';
import { proxy } from './proxy.js';

/*
 * What the contract with Nginx Proxy Manager warns of, and no other test names.
 */

describe('dates come as ISO, but expires_on can be YYYY-MM-DD HH:mm:ss', () => {
  const read = (expires_on: unknown) =>
    readCertificate(
      {
        id: 5,
        owner_user_id: 1,
        created_on: '2026-10-30T01:12:05.000Z',
        provider: 'other',
        nice_name: 'app',
        domain_names: [],
        expires_on,
        meta: {},
      },
      'x',
    );

  it.each(['2026-12-31 23:59:58', '2026-12-31T23:59:58.000Z'])('and both are read as the same moment, in UTC: %s', (written) => {
    expect(read(written).expiresAt).toBe('2026-12-31T23:59:58.000Z');
  });

  it.each(['31.12.2026', '2026-12-31 25:00:00', '', null, 5])('and nothing else is taken for one: %s', (written) => {
    expect(() => read(written)).toThrow(
      expect.objectContaining({ code: 'unknown_outcome', message: expect.stringContaining('expires_on') }),
    );
  });
});

describe('404 on disable is done, on enable it is not', () => {
  it.each([
    ['disableHost', undefined],
    ['enableHost', 'not_found'],
  ] as const)('when somebody deletes the host in the moment of %s', async (operation, code) => {
    const sandbox = await aSandbox();
    const { output } = await ensure(sandbox, { certificate: 'none' });
    if (operation === 'enableHost') await byHand(sandbox, 'POST', `/nginx/proxy-hosts/${output.remoteId}/disable`);
    const { fetch, ...inner } = testCtx({ owner: mark });
    const ctx = {
      ...inner,
      fetch: async (...[url, request]: Parameters<typeof fetch>) => {
        if (/\/(en|dis)able$/.test(url)) await byHand(sandbox, 'DELETE', `/nginx/proxy-hosts/${output.remoteId}`);
        return fetch(url, request);
      },
    };
    const switched = runOperation(proxy[operation], { ctx, server: sandbox.server, input: key } as never, { attempts: 1 });
    if (code) expect((await failureOf(switched)).code).toBe(code);
    else await switched;
    expect(sandbox.ledger()).toEqual([]);
  });
});
