import { afterEach, describe, expect, it } from '@jest/globals';
import { failureOf, putControl, runOperation, testCtx, type FaultKind, type RunningSandbox } from '@hostwright/sdk-testing';
import { aSandbox, ensure, mark, serverOf, site } from '../test/stage.js';
import type { ServerConfig } from './config.js';
import { dns } from './dns.js';

describe('testing the connection', () => {
  const test = (sandbox: RunningSandbox, more: Partial<ServerConfig> = {}): Promise<unknown> =>
    dns.testConnection!({ ctx: testCtx(), server: { ...serverOf(sandbox), ...more } });

  it('works with a token that may edit the zone', async () => {
    expect(await test(await aSandbox())).toEqual({ version: 'Cloudflare API v4', warnings: [] });
  });

  it('works with a token owned by the account', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/token', { ownedByAccount: true });
    expect(await test(sandbox)).toMatchObject({ warnings: [] });
  });

  it('warns of a token that may do more than the module ever does, and works all the same', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/token', { mayAlso: ['#zone:edit', '#zone_settings:edit', '#ssl:edit', '#waf:edit', '#waf:read'] });
    expect(await test(sandbox)).toMatchObject({
      warnings: ['the API token may do more than this module ever does: #zone:edit, #zone_settings:edit, #ssl:edit and 1 more'],
    });
    await ensure(sandbox, {});
  });

  it('warns of a zone that is not active yet', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/zone', { status: 'pending' });
    expect(await test(sandbox)).toMatchObject({ warnings: [expect.stringContaining('pending')] });
  });

  it.each<[string, unknown, Partial<ServerConfig>, string]>([
    ['may only read', { mayEdit: false }, {}, 'DNS: Edit'],
    ['is disabled', { status: 'disabled' }, {}, 'token'],
    ['is wrong', {}, { apiToken: 'wrong-token-9c1' }, 'token'],
    ['does not see the zone', {}, { zone: 'elsewhere.example' }, 'elsewhere.example'],
  ])('fails with a token that %s', async (_how, token, more, named) => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/token', token);
    const failed = test(sandbox, more);
    await expect(failed).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining(named) });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringMatching(/wrong-token-9c1|sandbox-cloudflare-token/) });
  });
});

describe('what Cloudflare cannot take', () => {
  it('is waited for as long as Cloudflare asks', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/rate-limit', { requests: 0 });
    const failed = await failureOf(ensure(sandbox, {}, { attempts: 1 }));
    expect(failed.cause).toMatchObject({ code: 'unavailable', retryAfterMs: 1000 });
    expect(sandbox.ledger()).toEqual([]);
  });

  it('is certainly not executed when nobody listens', async () => {
    const sandbox = await aSandbox();
    await sandbox.stop();
    expect((await failureOf(ensure(sandbox, {}, { attempts: 1 }))).cause).toMatchObject({ code: 'unavailable' });
  });

  it.each<FaultKind>(['error_before', 'lost_reply', 'too_many_requests'])(
    'is never sent again by the SDK itself after %s',
    async (kind) => {
      const sandbox = await aSandbox();
      sandbox.fault({ kind, method: 'POST' });
      await failureOf(ensure(sandbox, {}, { attempts: 1 }));
      expect(sandbox.calls().filter((call) => call.method === 'POST')).toHaveLength(1);
    },
  );
});

describe('credentials', () => {
  const planted = {
    CLOUDFLARE_API_KEY: 'key-from-elsewhere',
    CLOUDFLARE_EMAIL: 'else@example.org',
    CLOUDFLARE_CUSTOM_HEADERS: 'x-planted: yes',
    CLOUDFLARE_BASE_URL: 'http://127.0.0.1:1',
  };
  afterEach(() => {
    for (const name of Object.keys(planted)) delete process.env[name];
  });

  it('are those of the server alone, whatever the environment holds', async () => {
    const sandbox = await aSandbox();
    Object.assign(process.env, planted);
    const ctx = testCtx({ owner: mark });
    const sent: string[] = [];
    const watched = {
      ...ctx,
      fetch: (...[url, request]: Parameters<typeof ctx.fetch>) => (
        sent.push(...Object.keys(request?.headers ?? {})),
        ctx.fetch(url, request)
      ),
    };
    await runOperation(dns.ensureRecord, { ctx: watched, server: serverOf(sandbox), input: site });
    expect(new Set(sent)).toEqual(new Set(['accept', 'authorization', 'content-type']));
  });

  it('appear in no error and no log line', async () => {
    const sandbox = await aSandbox();
    const { apiToken } = serverOf(sandbox);
    const faults: readonly FaultKind[] = ['ghost_success', 'lost_reply', 'error_after', 'malformed', 'wrong_shape', 'too_many_requests'];
    for (const kind of faults) {
      const ctx = testCtx({ owner: mark });
      sandbox.clearFaults();
      sandbox.fault({ kind, times: 9 });
      const failed = await failureOf(runOperation(dns.ensureRecord, { ctx, server: serverOf(sandbox), input: site }, { attempts: 1 }));
      expect(`${failed.message} ${ctx.logged.join()}`).not.toContain(apiToken);
    }
  });
});
