import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionPools } from './index.js';
import { FarSide } from './testing/index.js';

let far: FarSide;
beforeEach(() => void (far = new FarSide()));
afterEach(() => far.close());

const code = (expected: string, text?: RegExp) =>
  expect.objectContaining({ name: 'PanelError', code: expected, ...(text && { message: expect.stringMatching(text) }) });

describe('createFetch, when a call does not go well', () => {
  it('names call and rule but neither query nor header in its errors', async () => {
    const port = await far.deadPort();
    const error = await far
      .fetch(port)(`http://127.0.0.1:${port}/a/b?token=plain-secret`, {
        headers: { authorization: 'plain-secret' },
      })
      .catch((thrown: unknown) => thrown);
    expect(error).toEqual(code('unavailable', /^GET 127\.0\.0\.1:\d+\/a\/b: the connection was refused$/));
    const bad = await far
      .fetch(port)(`http://127.0.0.1:${port}/`, { headers: { authorization: 'plain\nsecret' } })
      .catch((thrown: unknown) => thrown);
    expect(bad).toEqual(code('invalid_config', /authorization/));
    expect(String(bad)).not.toContain('secret');
  });

  it('says unavailable for a host that does not exist', async () => {
    const fetch = far.fetch(80, { server: { host: 'nowhere.invalid', port: 80 } });
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
    const port = await far.tcp(listener);
    for (const method of ['POST', 'GET'])
      await expect(far.fetch(port, { mostBytes: 1000 })(`http://127.0.0.1:${port}/`, { method, timeoutMs: 150 })).rejects.toEqual(
        code('unknown_outcome', /^(POST|GET) 127/),
      );
  });

  it.each(['destroy', 'resetAndDestroy'] as const)(
    'knows that reading over a kept connection which was closed (%s) did nothing, and does not know it of writing',
    async (close) => {
      const port = await far.tcp((socket) => {
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
        const fetch = far.fetch(port, { serverId: method });
        expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
        await expect(fetch(`http://127.0.0.1:${port}/`, { method })).rejects.toEqual(code(expected));
      }
    },
  );

  it('does not send what was given up before it had a connection', async () => {
    const seen: string[] = [];
    const port = await far.http((request, response) => {
      seen.push(String(request.url));
      if (request.url === '/slow') setTimeout(() => response.end(), 300);
      else response.end();
    });
    await far.pools.close();
    far.pools = new ConnectionPools(1);
    const fetch = far.fetch(port);
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

  it('is unavailable once the pools are closed', async () => {
    const port = await far.http((_request, response) => response.end());
    await far.pools.close();
    await expect(far.fetch(port)(`http://127.0.0.1:${port}/`)).rejects.toEqual(code('unavailable'));
  });
});
