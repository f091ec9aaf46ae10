import { describe, expect, it } from '@jest/globals';
import { failureOf, passingFaults, strangersMark, testCtx, type FaultKind } from '@hostwright/sdk-testing';
import { aHost, aSandbox, byHand, ensure, expectExactlyOne, key, kinds, remove, run, site } from '../test/stage.js';
import type { ServerConfig } from './config.js';
import { proxy } from './proxy.js';

describe('undoing', () => {
  it('removes certificate and host, and may be done twice', async () => {
    const sandbox = await aSandbox();
    const { undo } = await ensure(sandbox);
    await undo();
    await undo();
    expect(sandbox.ledger()).toEqual([]);
  });

  it('destroys nothing when what is read bears a stranger’s mark', async () => {
    const sandbox = await aSandbox();
    const { undo } = await ensure(sandbox);
    sandbox.fault({ kind: 'wrong_owner', method: 'GET', path: '/proxy-hosts', times: 9 });
    await expect(undo()).rejects.toMatchObject({ code: 'not_owned' });
    expectExactlyOne(sandbox);
  });

  it('destroys nothing when the mark is no longer ours', async () => {
    const sandbox = await aSandbox();
    const { undo, output } = await ensure(sandbox);
    await byHand(sandbox, 'PUT', `/nginx/proxy-hosts/${output.remoteId}`, { advanced_config: `# hw-owner: ${strangersMark}\n` });
    await expect(undo()).rejects.toMatchObject({ code: 'not_owned' });
    expect(kinds(sandbox)).toEqual(['proxy-host', 'certificate']);
  });

  it('keeps a certificate that somebody else’s host has come to use', async () => {
    const sandbox = await aSandbox();
    const { undo } = await ensure(sandbox);
    await byHand(sandbox, 'POST', '/nginx/proxy-hosts', { ...aHost, domain_names: ['alias.example.net'], certificate_id: 1 });
    await expect(undo()).rejects.toMatchObject({ code: 'not_owned' });
    expect(kinds(sandbox)).toEqual(['proxy-host', 'proxy-host', 'certificate']);
  });
});

describe('a proxy host that is to go', () => {
  it('goes with its certificate, and going twice is fine', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    expect((await remove(sandbox)).finished).toEqual(['detach certificate', 'remove certificate', 'remove proxy host']);
    expect((await remove(sandbox)).finished).toEqual(['detach certificate']);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('takes with it a certificate that was never attached', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await byHand(sandbox, 'PUT', '/nginx/proxy-hosts/1', { certificate_id: 0 });
    await remove(sandbox);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('leaves the certificate that a person put on it', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox, { certificate: 'none' });
    const custom = await byHand(sandbox, 'POST', '/nginx/certificates', { provider: 'other', nice_name: 'wildcard' });
    await byHand(sandbox, 'PUT', '/nginx/proxy-hosts/1', { certificate_id: custom.id });
    await remove(sandbox);
    expect(sandbox.ledger()).toEqual([expect.objectContaining({ kind: 'certificate', id: String(custom.id) })]);
  });

  it('counts as gone when the domain is somebody else’s, who keeps it', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox, {}, { owner: 'hw-test-43' });
    await remove(sandbox);
    expect(kinds(sandbox)).toEqual(['proxy-host', 'certificate']);
  });

  const calls = [
    ['PUT', '/proxy-hosts/1$'],
    ['DELETE', '/certificates/1$'],
    ['DELETE', '/proxy-hosts/1$'],
  ] as const;
  it.each(calls.flatMap(([method, path]) => passingFaults.map((kind) => [kind, method, path] as const)))(
    'is gone after %s at %s %s',
    async (kind, method, path) => {
      const sandbox = await aSandbox();
      await ensure(sandbox);
      sandbox.fault({ kind, method, path });
      await remove(sandbox);
      expect(sandbox.ledger()).toEqual([]);
    },
  );
});

describe('switching a host off and on', () => {
  it('does it, and doing it twice is fine', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    for (let time = 0; time < 2; time += 1) await run(sandbox, proxy.disableHost, key);
    expect(sandbox.ledger()[0]?.details).toMatchObject({ enabled: false, served: false });
    for (let time = 0; time < 2; time += 1) await run(sandbox, proxy.enableHost, key);
    expectExactlyOne(sandbox);
  });

  it.each<FaultKind>(['ghost_success', 'lost_reply', 'wrong_shape'])(
    'is done once after %s, although the second call is refused',
    async (kind) => {
      const sandbox = await aSandbox();
      await ensure(sandbox);
      sandbox.fault({ kind, method: 'POST', path: '/disable$' });
      await run(sandbox, proxy.disableHost, key);
      expect(sandbox.ledger()[0]?.details).toMatchObject({ enabled: false });
    },
  );

  it('is told as it stands, without changing it', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    expect((await run(sandbox, proxy.readHost, key)).output).toMatchObject({ domain: key.domain, enabled: true });
    await run(sandbox, proxy.disableHost, key);
    const before = sandbox.ledger();
    expect((await run(sandbox, proxy.readHost, key)).output).toMatchObject({ forwardHost: key.forwardHost, enabled: false });
    expect(sandbox.ledger()).toEqual(before);
  });

  it('is not told of a host that is not there, or not ours', async () => {
    const sandbox = await aSandbox();
    expect((await failureOf(run(sandbox, proxy.readHost, key))).cause).toMatchObject({ code: 'not_found' });
    await ensure(sandbox, {}, { owner: 'hw-test-43' });
    expect((await failureOf(run(sandbox, proxy.readHost, key))).cause).toMatchObject({ code: 'not_owned' });
  });

  it('leaves a stranger’s host on', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox, {}, { owner: 'hw-test-43' });
    expect((await failureOf(run(sandbox, proxy.disableHost, key))).cause).toMatchObject({ code: 'not_owned' });
    expect(sandbox.ledger()[0]?.details).toMatchObject({ enabled: true });
  });

  it('says so when there is no host', async () => {
    expect((await failureOf(run(await aSandbox(), proxy.enableHost, key))).cause).toMatchObject({ code: 'not_found' });
  });
});

describe('listing the hosts of a domain', () => {
  it('compares the domain exactly, which the server does not', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await byHand(sandbox, 'POST', '/nginx/proxy-hosts', { ...aHost, domain_names: ['my-shop.example.net'] });
    const listed = await proxy.listHosts({ ctx: testCtx(), server: sandbox.server as ServerConfig, domain: 'Shop.example.net' });
    expect(listed).toEqual([expect.objectContaining({ remoteId: '1', domain: site.domain, certificate: 'letsencrypt' })]);
  });
});
