import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { webcrypto, X509Certificate } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import type { Fetch } from '@hostwright/sdk';
import { Recorder, type Exchange } from '../recording/index.js';
import { ConnectionPools, createFetch, trustOf, type CallOutcome, type FetchOptions } from './index.js';

let pools: ConnectionPools;
const servers: TcpServer[] = [];
const sockets = new Set<Socket>();

beforeEach(() => {
  pools = new ConnectionPools();
});
afterEach(async () => {
  await pools.close();
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(server: TcpServer): Promise<number> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const http = (listener: RequestListener) => listen(createServer(listener) as Server);
const tcp = (listener: (socket: Socket) => void) => listen(createTcpServer(listener));

/** A port that nothing listens on. */
async function deadPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  servers.splice(servers.indexOf(server), 1);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const aFetch = (port: number, options: Partial<FetchOptions> = {}) =>
  createFetch({
    extension: 'example',
    serverId: '1',
    egress: ['{server.host}:{server.port}'],
    server: { host: '127.0.0.1', port },
    trust: { fingerprints: [], authorities: [] },
    pools,
    ...options,
  });

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
    const port = await http((request, response) => {
      request.setEncoding('utf8').on('data', () => {});
      response
        .writeHead(201, { 'content-type': 'application/json', 'x-seen': `${request.method} ${request.headers['x-a']}` })
        .end('{"id":1}');
    });
    const fetch: Fetch = aFetch(port);
    const response = await fetch(`http://127.0.0.1:${port}/machines?q=1`, { method: 'POST', headers: { 'X-A': 'b' }, body: '{}' });
    expect(response).toMatchObject({ status: 201, ok: true, statusText: 'Created' });
    expect(response.headers.get('x-seen')).toBe('POST b');
    expect(await response.json()).toEqual({ id: 1 });
  });

  it('can be called as vendor SDKs call fetch', async () => {
    const seen: string[] = [];
    const port = await http((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${request.headers['x-a']} ${request.headers['content-type']} ${body}`);
        response.end('ok');
      });
    });
    const fetch = aFetch(port);
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
    const port = await http((_request, response) => {
      calls += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const response = await aFetch(port)(`http://127.0.0.1:${port}/`);
    expect([response.status, response.headers.get('location'), calls]).toEqual([302, '/elsewhere', 1]);
  });

  it('answers errors, empty answers and compressed ones', async () => {
    const port = await http((request, response) => {
      if (request.url === '/500') response.writeHead(500).end('no');
      else if (request.url === '/204') response.writeHead(204).end();
      else response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'));
    });
    const fetch = aFetch(port);
    const at = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });
    expect(await (await at('/500')).text()).toBe('no');
    expect((await at('/204')).status).toBe(204);
    expect(await (await at('/gz')).text()).toBe('packed');
    expect((await at('/gz', 'HEAD')).status).toBe(200);
  });

  it('keeps its connections from call to call', async () => {
    const ports = new Set<number | undefined>();
    const port = await http((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    for (let count = 0; count < 3; count += 1) await aFetch(port)(`http://127.0.0.1:${port}/`);
    expect(ports.size).toBe(1);
  });

  it('calls nothing that its egress does not name', async () => {
    const port = await http((_request, response) => response.end());
    const fetch = aFetch(port, { beforeCall: () => Promise.reject(new Error('not reached')) });
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
      const fetch = aFetch(80, { server: { host, port: 80 } });
      await expect(fetch(`http://${host.includes(':') ? `[${host}]` : host}:80/latest`)).rejects.toEqual(
        code('invalid_config', /link-local/),
      );
    }
  });

  it('speaks the scheme that the settings say', async () => {
    const port = await http((_request, response) => response.end());
    const fetch = aFetch(port, { egress: ['{server.url}'], server: { url: `https://127.0.0.1:${port}/` } });
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toEqual(code('invalid_config', /https/));
  });

  it('names call and rule but neither query nor header in its errors', async () => {
    const port = await deadPort();
    const error = await aFetch(port)(`http://127.0.0.1:${port}/a/b?token=plain-secret`, {
      headers: { authorization: 'plain-secret' },
    }).catch((thrown: unknown) => thrown);
    expect(error).toEqual(code('unavailable', /^GET 127\.0\.0\.1:\d+\/a\/b: the connection was refused$/));
    const bad = await aFetch(port)(`http://127.0.0.1:${port}/`, { headers: { authorization: 'plain\nsecret' } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(bad).toEqual(code('invalid_config', /authorization/));
    expect(String(bad)).not.toContain('secret');
  });

  it('says unavailable for a host that does not exist', async () => {
    const fetch = aFetch(80, { server: { host: 'nowhere.invalid', port: 80 } });
    await expect(fetch('http://nowhere.invalid/', { method: 'POST' })).rejects.toEqual(code('unavailable'));
  });

  it.each([
    ['closes without a word', (socket: Socket) => socket.once('data', () => socket.end())],
    ['resets', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
    [
      'cuts the answer short',
      (socket: Socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')),
    ],
    ['answers nonsense', (socket: Socket) => socket.once('data', () => socket.end('SSH-2.0-Nope\r\n'))],
    ['never answers', (socket: Socket) => socket.once('data', () => {})],
    [
      'never ends its answer',
      (socket: Socket) => socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')),
    ],
    ['answers too much', (socket: Socket) => socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n`))],
    [
      'answers too much in pieces',
      (socket: Socket) => socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(5000)}`)),
    ],
    [
      'answers too much once unpacked',
      (socket: Socket) =>
        socket.once('data', () => {
          const packed = gzipSync('x'.repeat(5000));
          socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${packed.length}\r\n\r\n`);
          socket.write(packed);
        }),
    ],
    [
      'answers what it says is packed',
      (socket: Socket) =>
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc')),
    ],
    [
      'answers a status that HTTP has not',
      (socket: Socket) => socket.once('data', () => socket.write('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n')),
    ],
  ])('does not know the outcome when the server %s', async (_name, listener) => {
    const port = await tcp(listener);
    for (const method of ['POST', 'GET'])
      await expect(aFetch(port, { mostBytes: 1000 })(`http://127.0.0.1:${port}/`, { method, timeoutMs: 150 })).rejects.toEqual(
        code('unknown_outcome', /^(POST|GET) 127/),
      );
  });

  it.each(['destroy', 'resetAndDestroy'] as const)(
    'knows that reading over a kept connection which was closed (%s) did nothing, and does not know it of writing',
    async (close) => {
      const port = await tcp((socket) => {
        let calls = 0;
        socket.on('data', () => {
          calls += 1;
          if (calls === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
          else socket[close]();
        });
      });
      for (const [method, expected] of [
        ['POST', 'unknown_outcome'],
        ['DELETE', 'unknown_outcome'],
        ['GET', 'unavailable'],
      ] as const) {
        const fetch = aFetch(port, { serverId: method });
        expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
        await expect(fetch(`http://127.0.0.1:${port}/`, { method })).rejects.toEqual(code(expected));
      }
    },
  );

  it('does not send what was given up before it had a connection', async () => {
    const seen: string[] = [];
    const port = await http((request, response) => {
      seen.push(String(request.url));
      if (request.url === '/slow') setTimeout(() => response.end(), 300);
      else response.end();
    });
    await pools.close();
    pools = new ConnectionPools(1);
    const fetch = aFetch(port);
    const slow = fetch(`http://127.0.0.1:${port}/slow`);
    const stop = new AbortController();
    const late = fetch(`http://127.0.0.1:${port}/late`, { method: 'POST', timeoutMs: 100 });
    const stopped = fetch(`http://127.0.0.1:${port}/stopped`, { method: 'POST', signal: stop.signal });
    const outcomes = [expect(late).rejects.toEqual(code('unavailable')), expect(stopped).rejects.toEqual(code('unavailable'))];
    stop.abort();
    await Promise.all(outcomes);
    await slow;
    await fetch(`http://127.0.0.1:${port}/after`);
    expect(seen).toEqual(['/slow', '/after']);
  });

  it.each(['of the call', 'of the context'])('stops at the signal %s: unknown once sent, unavailable before', async (whose) => {
    let asked = () => {};
    const arrived = new Promise<void>((resolve) => (asked = resolve));
    const port = await http(() => asked());
    const stop = new AbortController();
    const fetch = aFetch(port, whose === 'of the context' ? { signal: stop.signal } : {});
    const init = { method: 'POST', ...(whose === 'of the call' && { signal: stop.signal }) };
    const call = expect(fetch(`http://127.0.0.1:${port}/`, init)).rejects.toEqual(code('unknown_outcome'));
    await arrived;
    stop.abort();
    await call;
    await expect(fetch(`http://127.0.0.1:${port}/`, init)).rejects.toEqual(code('unavailable'));
  });

  it('makes many calls at once under one signal without a warning of a leak', async () => {
    const port = await http((_request, response) => setTimeout(() => response.end(), 20));
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
    const port = await http((_request, response) => response.writeHead(429).end('slow down'));
    const recorder = new Kept();
    const outcomes: CallOutcome[] = [];
    const problems: unknown[] = [];
    const calls: unknown[] = [];
    const fetch = aFetch(port, {
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

    const dead = await deadPort();
    const failing = aFetch(dead, { recorder, afterCall: (outcome) => void outcomes.push(outcome) });
    await expect(failing(`http://127.0.0.1:${dead}/`)).rejects.toEqual(code('unavailable'));
    expect(outcomes[1]).toMatchObject({ error: { code: 'unavailable' } });
    expect(recorder.exchanges[1]).toMatchObject({ error: { code: 'unavailable' } });
  });

  it('sends nothing when it was told to wait', async () => {
    let calls = 0;
    const port = await http((_request, response) => {
      calls += 1;
      response.end();
    });
    const refused = Object.assign(new Error('no rate left'), { name: 'PanelError', code: 'unavailable' });
    await expect(aFetch(port, { beforeCall: () => Promise.reject(refused) })(`http://127.0.0.1:${port}/`)).rejects.toBe(refused);
    expect(calls).toBe(0);
  });

  it('is unavailable once the pools are closed', async () => {
    const port = await http((_request, response) => response.end());
    await pools.close();
    await expect(aFetch(port)(`http://127.0.0.1:${port}/`)).rejects.toEqual(code('unavailable'));
  });
});

async function aCertificate() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=vps1',
      notBefore: new Date(Date.now() - 86_400_000),
      notAfter: new Date(Date.now() + 86_400_000),
      signingAlgorithm: algorithm,
      keys,
      extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
    },
    webcrypto as Parameters<typeof X509CertificateGenerator.createSelfSigned>[1],
  );
  const cert = made.toString('pem');
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert,
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    fingerprint: new X509Certificate(cert).fingerprint256,
  };
}

describe('createFetch over TLS', () => {
  const fields = {
    pin: { type: 'tls-fingerprint', label: '' },
    ca: { type: 'tls-authority', label: '' },
    host: { type: 'text', label: '' },
  } as const;

  async function aTlsServer() {
    const own = await aCertificate();
    const seen: string[] = [];
    const server = createTlsServer({ cert: own.cert, key: own.key }, (request, response) => {
      seen.push(String(request.url));
      response.end('ok');
    });
    const port = await listen(server);
    return {
      ...own,
      port,
      seen,
      fetchWith: (settings: Record<string, string>, more: Partial<FetchOptions> = {}) =>
        aFetch(port, { trust: trustOf(fields, settings), ...more }),
    };
  }

  it('takes a self-signed certificate whose fingerprint is pinned, with or without colons', async () => {
    const { port, fingerprint, fetchWith } = await aTlsServer();
    for (const pin of [fingerprint, fingerprint.replaceAll(':', '').toLowerCase()])
      for (let count = 0; count < 2; count += 1) expect(await (await fetchWith({ pin })(`https://127.0.0.1:${port}/`)).text()).toBe('ok');
  });

  it('sends nothing to a server that shows another certificate', async () => {
    const { port, seen, fetchWith, fingerprint } = await aTlsServer();
    const call = fetchWith({ pin: '00'.repeat(32) })(`https://127.0.0.1:${port}/`, { method: 'POST', body: 'x' });
    await expect(call).rejects.toEqual(code('invalid_config', new RegExp(fingerprint.replaceAll(':', '').toLowerCase())));
    expect(seen).toEqual([]);
  });

  it('takes one signed by the authority given, and no other authority', async () => {
    const { port, cert, fetchWith } = await aTlsServer();
    expect((await fetchWith({ ca: cert })(`https://127.0.0.1:${port}/`)).status).toBe(200);
    const other = await aCertificate();
    await expect(fetchWith({ ca: other.cert })(`https://127.0.0.1:${port}/`)).rejects.toEqual(code('invalid_config', /not trusted/));
  });

  it('trusts no self-signed certificate otherwise', async () => {
    const { port, seen, fetchWith } = await aTlsServer();
    await expect(fetchWith({})(`https://127.0.0.1:${port}/`)).rejects.toEqual(code('invalid_config', /not trusted/));
    expect(seen).toEqual([]);
  });

  it('trusts the settings for the server alone, not for other addresses of the module', async () => {
    const { port, fingerprint, fetchWith } = await aTlsServer();
    const fetch = fetchWith({ pin: fingerprint }, { egress: [`127.0.0.1:${port}`, '{server.host}:443'] });
    await expect(fetch(`https://127.0.0.1:${port}/`)).rejects.toEqual(code('invalid_config', /not trusted/));
  });

  it('follows changed settings at once', async () => {
    const { port, fingerprint, fetchWith } = await aTlsServer();
    const url = `https://127.0.0.1:${port}/`;
    expect((await fetchWith({ pin: fingerprint })(url)).status).toBe(200);
    await expect(fetchWith({ pin: 'ff'.repeat(32) })(url)).rejects.toEqual(code('invalid_config'));
    expect((await fetchWith({ pin: fingerprint })(url)).status).toBe(200);
  });

  it('does not leave TLS when the settings pin a certificate', async () => {
    const { port, fingerprint, fetchWith } = await aTlsServer();
    await expect(fetchWith({ pin: fingerprint })(`http://127.0.0.1:${port}/`)).rejects.toEqual(code('invalid_config', /https only/));
  });

  it('is unavailable when the other side speaks no TLS', async () => {
    const port = await tcp((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    await expect(aFetch(port)(`https://127.0.0.1:${port}/`, { method: 'POST' })).rejects.toEqual(code('unavailable'));
  });
});
