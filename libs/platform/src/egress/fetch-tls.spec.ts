import { createServer as createTlsServer } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeTlsIdentity } from '@hostwright/sdk-testing';
import { trustOf, type FetchOptions } from './index.js';
import { FarSide } from './testing/index.js';

let far: FarSide;
beforeEach(() => void (far = new FarSide()));
afterEach(() => far.close());

const code = (expected: string, text?: RegExp) =>
  expect.objectContaining({ name: 'PanelError', code: expected, ...(text && { message: expect.stringMatching(text) }) });

describe('createFetch over TLS', () => {
  const fields = {
    pin: { type: 'tls-fingerprint', label: '' },
    ca: { type: 'tls-authority', label: '' },
    host: { type: 'text', label: '' },
  } as const;

  async function aTlsServer() {
    const own = await makeTlsIdentity('vps1');
    const seen: string[] = [];
    const server = createTlsServer({ cert: own.certificate, key: own.privateKey }, (request, response) => {
      seen.push(String(request.url));
      response.end('ok');
    });
    const port = await far.listen(server);
    return {
      ...own,
      port,
      seen,
      fetchWith: (settings: Record<string, string>, more: Partial<FetchOptions> = {}) =>
        far.fetch(port, { trust: trustOf(fields, settings), ...more }),
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
    const { port, certificate, fetchWith } = await aTlsServer();
    expect((await fetchWith({ ca: certificate })(`https://127.0.0.1:${port}/`)).status).toBe(200);
    const other = await makeTlsIdentity('vps1');
    await expect(fetchWith({ ca: other.certificate })(`https://127.0.0.1:${port}/`)).rejects.toEqual(code('invalid_config', /not trusted/));
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
    const port = await far.tcp((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    await expect(far.fetch(port)(`https://127.0.0.1:${port}/`, { method: 'POST' })).rejects.toEqual(code('unavailable'));
  });
});
