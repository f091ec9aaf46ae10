import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunningSandbox } from '../sandbox.js';
import { json, startHttpSandbox } from '../http/index.js';
import { sandboxParts } from '../sandbox-parts.js';
import { startNameServer } from '../dns/index.js';
import { makeSshKey, startSshNode } from '../ssh/index.js';
import { sandboxFetch } from './sandbox-fetch.js';
import { sandboxSsh } from './sandbox-ssh.js';
import { testCtx } from './test-ctx.js';

let sandbox: RunningSandbox;
let url: string;
beforeEach(async () => {
  const parts = sandboxParts();
  const http = await startHttpSandbox({
    parts,
    tls: true,
    routes: [
      { method: 'POST', path: '/echo', handle: ({ body, headers }) => json(201, { body: body as never, mark: headers['x-mark'] ?? '' }) },
    ],
    answers: { internalError: () => json(500, {}), notFound: () => json(404, {}) },
    ledger: () => [],
  });
  url = `${http.url}/echo`;
  sandbox = http.running({ server: {}, product: {} });
});
afterEach(() => sandbox.stop());

const post = { method: 'POST', headers: { 'content-type': 'application/json', 'x-mark': 'hw' }, body: '{"size":5}' };

describe('the fetch of a test', () => {
  it('brings back what the sandbox answers, over its own certificate', async () => {
    const answer = await testCtx().fetch(url, post);
    expect([answer.status, answer.ok, answer.headers.get('content-type')]).toEqual([201, true, expect.stringContaining('json')]);
    expect(await answer.json()).toEqual({ body: { size: 5 }, mark: 'hw' });
    expect((await testCtx().fetch(url.replace('echo', 'nothing'))).status).toBe(404);
  });

  it('does not know what became of a call that was cut, or that nobody answers', async () => {
    sandbox.fault({ kind: 'lost_reply' });
    await expect(testCtx().fetch(url, post)).rejects.toMatchObject({ code: 'unknown_outcome' });
    sandbox.fault({ kind: 'hang' });
    await expect(testCtx({ deadlineMs: 50 }).fetch(url, post)).rejects.toMatchObject({ code: 'unknown_outcome' });
    sandbox.fault({ kind: 'hang' });
    const calling = new AbortController();
    const called = testCtx().fetch(url, { ...post, signal: calling.signal });
    calling.abort();
    await expect(called).rejects.toMatchObject({ code: 'unknown_outcome' });
  });

  it('knows that a call did not leave when nobody listens', async () => {
    await sandbox.stop();
    await expect(testCtx().fetch(url, post)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each(['https://example.net/', 'http://127.0.0.1.example.net/', 'nowhere'])('never leaves this machine (%s)', async (elsewhere) => {
    await expect(sandboxFetch()(elsewhere)).rejects.toMatchObject({ code: 'invalid_config' });
  });
});

describe('the ssh of a test', () => {
  const key = makeSshKey();
  const script = 'echo "$size"';
  const node = () =>
    startSshNode({
      parts: sandboxParts(),
      user: 'root',
      clientKey: key.parsed,
      commands: [{ name: 'echo', script, run: (values) => ({ exitCode: 0, stdout: `${values['size']}\n` }) }],
    });

  it('runs scripts on the targets it was given, and tells why when it cannot', async () => {
    const running = await node();
    const target = { host: running.host, port: running.port, username: 'root', privateKey: key.privateKey, hostKey: running.hostKey };
    const stranger = { ...target, privateKey: makeSshKey().privateKey };
    const { ssh } = testCtx({ ssh: sandboxSsh({ one: target, stranger, other: { ...target, hostKey: 'SHA256:other' } }) });
    expect(await ssh.run('one', script, { size: 5 })).toMatchObject({ exitCode: 0, stdout: '5\n' });
    await expect(ssh.run('other', script, {})).rejects.toMatchObject({ code: 'invalid_config' });
    await expect(ssh.run('stranger', script, {})).rejects.toMatchObject({ code: 'invalid_config' });
    await expect(ssh.run('two', script, {})).rejects.toThrow(/no SSH target "two"/);
    await running.stop();
    await expect(ssh.run('one', script, {})).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('the look-ups of a test', () => {
  it('are answered by the name server it was given', async () => {
    const server = await startNameServer();
    server.set('example.net', 'MX', ['10 Mail.example.net']);
    const { resolve } = testCtx({ dnsServers: [server.address], deadlineMs: 200 });
    expect(await resolve('Example.net.', 'MX')).toEqual(['10 mail.example.net']);
    expect(await resolve('example.net', 'TXT')).toEqual([]);
    expect(await resolve('other.example', 'MX')).toEqual([]);
    await expect(resolve('no name', 'A')).rejects.toMatchObject({ code: 'invalid_input' });
    for (const how of ['fails', 'refuses', 'is silent'] as const) {
      server.fail('example.net', how);
      await expect(resolve('example.net', 'MX')).rejects.toMatchObject({ code: 'unavailable' });
    }
    expect(server.asked()).toContain('MX other.example');
    await server.stop();
  });

  it('go nowhere without one', async () => {
    await expect(testCtx().resolve('example.net', 'A')).rejects.toThrow(/no name servers/);
  });
});

it('the randomness of a test is the same every time', () => {
  const [one, two] = [testCtx().random, testCtx().random];
  expect([one.hex(40), one.integer(10)]).toEqual([two.hex(40), two.integer(10)]);
  expect(one.hex(40)).toMatch(/^[0-9a-f]{80}$/);
});

it('what a module logs can be searched for what must not be there', () => {
  const ctx = testCtx();
  ctx.log.warn('left alone', { name: 'shop' });
  expect(ctx.logged).toEqual(['left alone {"name":"shop"}']);
});
