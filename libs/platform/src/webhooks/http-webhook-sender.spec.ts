import type { LookupFunction } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { makeTlsIdentity } from '@hostwright/sdk-testing';
import { HttpWebhookSender } from './index.js';
import { Receiver, type Answering } from './testing/receiver.js';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function receiver(answering?: Answering): Promise<Receiver> {
  const made = await Receiver.start(answering);
  stops.push(() => made.stop());
  return made;
}

/** Sends where names lead as told, and where private networks are allowed as told. */
function sender({
  names = {},
  networks = [],
  deadlineMs = 20_000,
}: { names?: Record<string, readonly string[]>; networks?: readonly string[]; deadlineMs?: number } = {}): HttpWebhookSender {
  const resolve = ((name, _options, callback) => {
    const found = (names[name] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const error = found.length === 0 ? Object.assign(new Error('not found'), { code: 'ENOTFOUND' }) : null;
    setImmediate(() => callback(error, found as never));
  }) as LookupFunction;
  const made = new HttpWebhookSender({
    rules: { networks, plainHttp: true },
    mask: (text) => text.replaceAll('hunter2-hunter2', '***'),
    nowMs: () => Date.now(),
    deadlineMs,
    resolve,
  });
  stops.push(() => made.close());
  return made;
}
const request = (url: string) => ({ url, headers: { 'webhook-id': 'evt_1' }, body: '{}' });

describe('a webhook never reaches what is inside', () => {
  it.each([
    ['loopback', ['127.0.0.1']],
    ['loopback over IPv6', ['::1']],
    ['a mapped address', ['::ffff:127.0.0.1']],
    ['a private network', ['10.0.0.1']],
    ['metadata', ['169.254.169.254']],
    ['one public and one private address', ['93.184.216.34', '127.0.0.1']],
  ])('by a name at %s', async (_, addresses) => {
    const inside = await receiver();
    const outcome = await sender({ names: { 'hooks.example.com': addresses } }).send(request(`http://hooks.example.com:${inside.port}/`));
    expect(outcome).toMatchObject({ error: expect.stringContaining('not public') });
    expect(outcome.status).toBeUndefined();
    expect(inside.connections).toBe(0);
  });

  it('by a name that leads there only later', async () => {
    const inside = await receiver();
    const names: Record<string, readonly string[]> = { 'hooks.example.com': ['127.0.0.1'] };
    const outside = sender({ names, networks: ['127.0.0.1'] }); // stands for a public address
    const url = `http://hooks.example.com:${inside.port}/`;
    expect(await outside.send(request(url))).toMatchObject({ status: 204 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await inside.stop();
    stops.splice(0, 1);
    const again = await receiver();
    names['hooks.example.com'] = ['127.0.0.2'];
    expect(await outside.send(request(`http://hooks.example.com:${again.port}/`))).toMatchObject({
      error: expect.stringContaining('127.0.0.2'),
    });
    expect(again.connections).toBe(0);
  });

  it.each(['http://127.0.0.1', 'http://[::1]', 'http://2130706433', 'http://0x7f.1', 'http://[::ffff:7f00:1]', 'http://0'])(
    'by an address in place of a name: %s',
    async (origin) => {
      const inside = await receiver();
      expect(await sender().send(request(`${origin}:${inside.port}/`))).toMatchObject({ error: expect.stringContaining('not public') });
      expect(inside.connections).toBe(0);
    },
  );

  it('by a redirect', async () => {
    const inside = await receiver();
    const outside = await receiver(() => ({ status: 307, headers: { location: inside.url } }));
    const outcome = await sender({ networks: ['127.0.0.0/8'] }).send(request(outside.url));
    expect(outcome).toMatchObject({ status: 307, error: expect.stringContaining('redirects are not followed') });
    expect(inside.connections).toBe(0);
  });

  it('although the address was saved when the installation allowed http', async () => {
    const strict = new HttpWebhookSender({ rules: { networks: ['127.0.0.1'], plainHttp: false }, mask: (text) => text, nowMs: () => 0 });
    stops.push(() => strict.close());
    const inside = await receiver();
    expect(await strict.send(request(inside.url))).toMatchObject({ error: expect.stringContaining('https') });
    expect(inside.connections).toBe(0);
  });
});

describe('a webhook is told to nobody else', () => {
  it('than the holder of a certificate for its name', async () => {
    const { privateKey, certificate } = await makeTlsIdentity('localhost');
    const stranger = await Receiver.start(undefined, { key: privateKey, cert: certificate });
    stops.push(() => stranger.stop());
    const outcome = await sender({ names: { localhost: ['127.0.0.1'] }, networks: ['127.0.0.1'] }).send(request(stranger.url));
    expect(outcome.error).toContain('certificate is not trusted');
    expect([stranger.connections, stranger.received]).toEqual([1, []]);
  });
});

describe('what becomes of an attempt', () => {
  it('is told in words that hold no secret, and without the path', async () => {
    const outcome = await sender({ names: {} }).send(request('http://hooks.example.com/hunter2-hunter2?key=abc'));
    expect(outcome.error).toBe('POST hooks.example.com: the host is unknown');
  });

  it('keeps the beginning of the answer, masked and fit for a database', async () => {
    const noisy = await receiver(() => ({ status: 400, body: `bad\0\u001b[31m hunter2-hunter2 password=swordfish ${'y'.repeat(9_000)}` }));
    const { response, error, durationMs } = await sender({ networks: ['127.0.0.1'] }).send(request(noisy.url));
    expect(error).toBe('answered 400');
    expect(response).toMatch(/^bad\ufffd\ufffd\[31m \*\*\* password=\*\*\* y+$/);
    expect(response).toHaveLength(1_000);
    expect(durationMs).toBeGreaterThanOrEqual(0);
  });

  it('is the status, when it came in time and the rest did not', async () => {
    const silent = await receiver(() => 'hang');
    const slow = await receiver(() => ({ status: 202, body: 'part of it', unended: true }));
    const to = sender({ networks: ['127.0.0.1'], deadlineMs: 1_000 });
    expect(await to.send(request(silent.url))).toMatchObject({ error: expect.stringContaining('in time') });
    const taken = await to.send(request(slow.url));
    expect(taken).toMatchObject({ status: 202, response: 'part of it' });
    expect(taken.error).toBeUndefined();
  });
});
