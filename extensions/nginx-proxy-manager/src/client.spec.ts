import { afterEach, describe, expect, it } from '@jest/globals';
import { putControl, testCtx, type FaultKind, type RunningSandbox } from '@hostwright/sdk-testing';
import sandboxDefinition from '../sandbox/index.js';
import { NginxProxyManagerClient } from './client.js';
import type { ServerConfig } from './config.js';
import { proxy } from './proxy.js';

let sandboxes: RunningSandbox[] = [];
afterEach(async () => {
  await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
  sandboxes = [];
});

async function aSandbox(version = '2.15'): Promise<RunningSandbox> {
  const sandbox = await sandboxDefinition.start({ speed: 0, version });
  sandboxes.push(sandbox);
  return sandbox;
}

function aClient(sandbox: RunningSandbox, more: Partial<ServerConfig> = {}): NginxProxyManagerClient {
  return new NginxProxyManagerClient(testCtx(), { ...(sandbox.server as ServerConfig), ...more });
}

function logIns(sandbox: RunningSandbox): number {
  return sandbox.calls().filter((call) => call.path === '/api/tokens').length;
}

const host = {
  domain_names: ['shop.example.net'],
  forward_scheme: 'http',
  forward_host: '10.0.0.15',
  forward_port: 80,
  block_exploits: true,
};

describe('logging in', () => {
  it('happens once for many clients of one server', async () => {
    const sandbox = await aSandbox();
    for (let time = 0; time < 3; time += 1) await aClient(sandbox).listHosts();
    expect(logIns(sandbox)).toBe(1);
  });

  it('is never shared with another server, nor with other credentials', async () => {
    const [one, two] = [await aSandbox(), await aSandbox()];
    await aClient(one).listHosts();
    await aClient(two).listHosts();
    expect([logIns(one), logIns(two)]).toEqual([1, 1]);
    await expect(aClient(one, { secret: 'another' }).listHosts()).rejects.toMatchObject({ code: 'invalid_config' });
  });

  it('happens again, once, when the token has expired: at a read and at a change', async () => {
    const sandbox = await aSandbox();
    await aClient(sandbox).listHosts();
    await putControl(sandbox, '/tokens/expired');
    await aClient(sandbox).listHosts();
    await putControl(sandbox, '/tokens/expired');
    await aClient(sandbox).createHost(host);
    expect(logIns(sandbox)).toBe(3);
  });

  it('happens again when the server does not know its own token any more, which it answers with 500', async () => {
    const sandbox = await aSandbox();
    await aClient(sandbox).listHosts();
    await putControl(sandbox, '/tokens/unknown');
    expect(await aClient(sandbox).listHosts()).toEqual([]);
    expect(logIns(sandbox)).toBe(2);
  });

  it('never sends a change again after a 500, which may have been carried out', async () => {
    const sandbox = await aSandbox();
    await aClient(sandbox).listHosts();
    sandbox.fault({ kind: 'ghost_success', method: 'POST', path: 'proxy-hosts$' });
    await expect(aClient(sandbox).createHost(host)).rejects.toMatchObject({ code: 'unknown_outcome' });
    expect(sandbox.calls().filter((call) => call.method === 'POST' && call.path.endsWith('proxy-hosts'))).toHaveLength(1);
    expect(sandbox.ledger()).toHaveLength(1);
  });

  it('happens again before the token’s day is over', async () => {
    const sandbox = await aSandbox();
    await aClient(sandbox).listHosts();
    const tomorrow = new Date(Date.now() + 24 * 60 * 60_000).toISOString();
    await new NginxProxyManagerClient(testCtx({ now: () => tomorrow }), sandbox.server as ServerConfig).listHosts();
    expect(logIns(sandbox)).toBe(2);
  });

  it.each<[string, unknown, Partial<ServerConfig>, string]>([
    ['a wrong password', {}, { secret: 'wrong-password-3e' }, 'log-in was refused'],
    ['an account with a second factor', { twoFactor: true }, {}, 'two-factor'],
    ['an account that was disabled', { disabled: true }, {}, 'log-in was refused'],
  ])('with %s is for the admin to mend, and gives nothing away', async (_how, account, more, named) => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/account', account);
    const failed = aClient(sandbox, more).listHosts();
    await expect(failed).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining(named) });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringMatching(/wrong-password-3e|sandbox-npm-password|eyJ/) });
  });

  it.each<FaultKind>(['error_before', 'error_after', 'lost_reply', 'malformed', 'wrong_shape', 'too_many_requests'])(
    'that fails by %s leaves the call certainly not executed',
    async (kind) => {
      const sandbox = await aSandbox();
      sandbox.fault({ kind, path: '/tokens$' });
      await expect(aClient(sandbox).createHost(host)).rejects.toMatchObject({ code: 'unavailable' });
      expect(sandbox.ledger()).toEqual([]);
    },
  );
});

describe('what the server refuses', () => {
  it('a key it does not know', async () => {
    const sandbox = await aSandbox('2.12');
    const modern = { ...host, trust_forwarded_proto: true };
    await expect(aClient(sandbox).createHost(modern)).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('additional properties'),
    });
  });

  it('what the account may not do', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/account', { proxyHosts: 'view' });
    await expect(aClient(sandbox).createHost(host)).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringContaining('may not'),
    });
  });

  it('nothing: the address may be given with /api and slashes', async () => {
    const sandbox = await aSandbox();
    expect(await aClient(sandbox, { baseUrl: `${String(sandbox.server['baseUrl'])}/api//` }).version()).toEqual({
      major: 2,
      minor: 15,
      revision: 1,
    });
  });
});

describe('testing the connection', () => {
  const test = (sandbox: RunningSandbox, more: Partial<ServerConfig> = {}): Promise<unknown> =>
    proxy.testConnection!({ ctx: testCtx(), server: { ...(sandbox.server as ServerConfig), ...more } });

  it.each([
    ['2.12', 'Nginx Proxy Manager 2.12.6'],
    ['2.15', 'Nginx Proxy Manager 2.15.1'],
  ])('names version %s', async (version, named) => {
    expect(await test(await aSandbox(version))).toEqual({ version: named, warnings: [] });
  });

  it.each<[string, unknown, string]>([
    ['only look at proxy hosts', { proxyHosts: 'view' }, 'may not manage proxy hosts'],
    ['not see certificates', { certificates: 'hidden' }, 'may not manage certificates'],
  ])('fails when the account may %s', async (_how, account, named) => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/account', account);
    await expect(test(sandbox)).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining(named) });
  });

  it('works for an administrator', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/account', { admin: true, proxyHosts: 'hidden', certificates: 'hidden' });
    expect(await test(sandbox)).toMatchObject({ warnings: [] });
  });

  it('fails with a wrong password', async () => {
    await expect(test(await aSandbox(), { secret: 'wrong' })).rejects.toMatchObject({ code: 'invalid_config' });
  });
});
