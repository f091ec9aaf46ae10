import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fetch } from '@hostwright/sdk';
import { Recorder, type Exchange } from '../recording/index.js';
import type { CallOutcome } from './index.js';
import { FarSide } from './testing/index.js';

let far: FarSide;
beforeEach(() => void (far = new FarSide()));
afterEach(() => far.close());

const code = (expected: string, text?: RegExp) =>
  expect.objectContaining({ name: 'PanelError', code: expected, ...(text && { message: expect.stringMatching(text) }) });

class Kept extends Recorder {
  readonly exchanges: Exchange[] = [];
  override record(exchange: Exchange): void {
    this.exchanges.push(exchange);
  }
}

describe('createFetch', () => {
  it('keeps the SDK contract', async () => {
    const port = await far.http((request, response) => {
      request.setEncoding('utf8').on('data', () => {});
      response
        .writeHead(201, { 'content-type': 'application/json', 'x-seen': `${request.method} ${request.headers['x-a']}` })
        .end('{"id":1}');
    });
    const fetch: Fetch = far.fetch(port);
    const response = await fetch(`http://127.0.0.1:${port}/machines?q=1`, { method: 'POST', headers: { 'X-A': 'b' }, body: '{}' });
    expect(response).toMatchObject({ status: 201, ok: true, statusText: 'Created' });
    expect(response.headers.get('x-seen')).toBe('POST b');
    expect(await response.json()).toEqual({ id: 1 });
  });

  it('can be called as vendor SDKs call fetch', async () => {
    const seen: string[] = [];
    const port = await far.http((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${request.headers['x-a']} ${request.headers['content-type']} ${body}`);
        response.end('ok');
      });
    });
    const fetch = far.fetch(port);
    const url = `http://127.0.0.1:${port}/a`;
    await fetch(new URL(url), { method: 'post', headers: new Headers({ 'x-a': '1' }), body: 'text' });
    await fetch(new Request(url, { method: 'PUT', headers: { 'x-a': '2' }, body: '{}' }));
    await fetch(url, { method: 'POST', headers: [['x-a', '3']], body: new URLSearchParams({ b: 'c d' }) });
    await fetch(url, { method: 'POST', headers: { 'x-a': '4', 'content-length': '99' }, body: new TextEncoder().encode('bytes') });
    expect(seen).toEqual([
      'POST /a 1 text/plain;charset=UTF-8 text',
      'PUT /a 2 text/plain;charset=UTF-8 {}',
      'POST /a 3 application/x-www-form-urlencoded;charset=UTF-8 b=c+d',
      'POST /a 4 undefined bytes',
    ]);
  });

  it('answers a redirect, and follows none', async () => {
    let calls = 0;
    const port = await far.http((_request, response) => {
      calls += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const response = await far.fetch(port)(`http://127.0.0.1:${port}/`);
    expect([response.status, response.headers.get('location'), calls]).toEqual([302, '/elsewhere', 1]);
  });

  it('answers errors, empty answers and compressed ones', async () => {
    const port = await far.http((request, response) => {
      if (request.url === '/500') response.writeHead(500).end('no');
      else if (request.url === '/204') response.writeHead(204).end();
      else response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'));
    });
    const fetch = far.fetch(port);
    const at = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });
    expect(await (await at('/500')).text()).toBe('no');
    expect((await at('/204')).status).toBe(204);
    expect(await (await at('/gz')).text()).toBe('packed');
    expect((await at('/gz', 'HEAD')).status).toBe(200);
  });

  it('keeps its connections from call to call', async () => {
    const ports = new Set<number | undefined>();
    const port = await far.http((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    for (let count = 0; count < 3; count += 1) await far.fetch(port)(`http://127.0.0.1:${port}/`);
    expect(ports.size).toBe(1);
  });

  it('calls nothing that its egress does not name', async () => {
    const port = await far.http((_request, response) => response.end());
    const fetch = far.fetch(port, { beforeCall: () => Promise.reject(new Error('not reached')) });
    for (const url of [
      `http://127.0.0.1:${port + 1}/`,
      `http://localhost:${port}/`,
      `http://127.0.0.2:${port}/`,
      `https://127.0.0.1/`,
      `http://127.0.0.1@evil.example:${port}/`,
      'file:///etc/passwd',
      'not a url',
    ])
      await expect(fetch(url)).rejects.toEqual(code('invalid_config'));
  });

  it('refuses link-local addresses, however they are written or resolved', async () => {
    for (const host of ['169.254.169.254', '2852039166', '::ffff:169.254.169.254']) {
      const fetch = far.fetch(80, { server: { host, port: 80 } });
      await expect(fetch(`http://${host.includes(':') ? `[${host}]` : host}:80/latest`)).rejects.toEqual(
        code('invalid_config', /link-local/),
      );
    }
  });

  it('speaks the scheme that the settings say', async () => {
    const port = await far.http((_request, response) => response.end());
    const fetch = far.fetch(port, { egress: ['{server.url}'], server: { url: `https://127.0.0.1:${port}/` } });
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toEqual(code('invalid_config', /https/));
  });

  it.each(['of the call', 'of the context'])('stops at the signal %s: unknown once sent, unavailable before', async (whose) => {
    let asked = () => {};
    const arrived = new Promise<void>((resolve) => (asked = resolve));
    const port = await far.http(() => asked());
    const stop = new AbortController();
    const fetch = far.fetch(port, whose === 'of the context' ? { signal: stop.signal } : {});
    const init = { method: 'POST', ...(whose === 'of the call' && { signal: stop.signal }) };
    const call = expect(fetch(`http://127.0.0.1:${port}/`, init)).rejects.toEqual(code('unknown_outcome'));
    await arrived;
    stop.abort();
    await call;
    await expect(fetch(`http://127.0.0.1:${port}/`, init)).rejects.toEqual(code('unavailable'));
  });

  it('makes many calls at once under one signal without a warning of a leak', async () => {
    const port = await far.http((_request, response) => setTimeout(() => response.end(), 20));
    // Jest's own `process` hears of no warning, so a process of its own makes the calls, with what was built.
    const program = `
      const { ConnectionPools, createFetch } = await import('./dist/egress/index.js');
      const pools = new ConnectionPools();
      const fetch = createFetch({ extension: 'example', serverId: '1', egress: ['{server.host}:{server.port}'], server: { host: '127.0.0.1', port: ${port} },
        trust: { fingerprints: [], authorities: [] }, pools, signal: new AbortController().signal });
      await Promise.all(Array.from({ length: 20 }, () => fetch('http://127.0.0.1:${port}/')));
      await pools.close();`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd: join(__dirname, '../..') });
    expect(await run).toEqual({ stdout: '', stderr: '' });
  });

  it('asks before every call, and tells and records how it ended', async () => {
    const port = await far.http((_request, response) => response.writeHead(429).end('slow down'));
    const recorder = new Kept();
    const outcomes: CallOutcome[] = [];
    const problems: unknown[] = [];
    const calls: unknown[] = [];
    const fetch = far.fetch(port, {
      recorder,
      beforeCall: async (call) => void calls.push(call),
      afterCall: (outcome) => {
        outcomes.push(outcome);
        throw new Error('nobody listens');
      },
      onProblem: (problem) => problems.push(problem),
    });
    expect((await fetch(`http://127.0.0.1:${port}/a?b=c`)).status).toBe(429);
    expect(calls).toEqual([{ serverId: '1', method: 'GET', host: `127.0.0.1:${port}`, path: '/a' }]);
    expect(outcomes).toMatchObject([{ status: 429 }]);
    expect(problems).toHaveLength(1);
    expect(recorder.exchanges).toMatchObject([
      {
        kind: 'http',
        extension: 'example',
        serverId: '1',
        method: 'GET',
        url: `http://127.0.0.1:${port}/a?b=c`,
        response: { status: 429 },
      },
    ]);

    const dead = await far.deadPort();
    const failing = far.fetch(dead, { recorder, afterCall: (outcome) => void outcomes.push(outcome) });
    await expect(failing(`http://127.0.0.1:${dead}/`)).rejects.toEqual(code('unavailable'));
    expect(outcomes[1]).toMatchObject({ error: { code: 'unavailable' } });
    expect(recorder.exchanges[1]).toMatchObject({ error: { code: 'unavailable' } });
  });

  it('sends nothing when it was told to wait', async () => {
    let calls = 0;
    const port = await far.http((_request, response) => {
      calls += 1;
      response.end();
    });
    const refused = Object.assign(new Error('no rate left'), { name: 'PanelError', code: 'unavailable' });
    await expect(far.fetch(port, { beforeCall: () => Promise.reject(refused) })(`http://127.0.0.1:${port}/`)).rejects.toBe(refused);
    expect(calls).toBe(0);
  });
});
