import { afterEach, describe, expect, it } from '@jest/globals';
import { request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { sandboxParts } from '../sandbox-parts.js';
import { json, type SandboxRoute } from './exchange.js';
import { startHttpSandbox } from './http-sandbox.js';
import { aProvider, eventually, post, stopProviders } from './testing/kept-things.js';

afterEach(stopProviders);

describe('a sandbox over HTTP', () => {
  it('applies a call, answers it, and lists what lives', async () => {
    const { url, sandbox } = await aProvider();
    expect((await post(url)).status).toBe(201);
    expect(sandbox.ledger()).toEqual([{ kind: 'thing', id: 'one', owner: 'hw-test-7' }]);
    expect(sandbox.calls()).toEqual([expect.objectContaining({ method: 'POST', path: '/things', status: 201 })]);
  });

  it('prefers a literal path to a named part, and tells a wrong method from a wrong path', async () => {
    const { url } = await aProvider();
    expect(await (await fetch(`${url}/things/latest`)).json()).toEqual({ latest: true });
    expect((await fetch(`${url}/things`)).status).toBe(405);
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    expect((await fetch(`${url}/things/%ff`)).status).toBe(404);
  });

  it('refuses a body that is no JSON or too large, and reads a form', async () => {
    const forms: unknown[] = [];
    const keep: SandboxRoute = { method: 'PUT', path: '/form', handle: ({ body }) => (forms.push(body), json(200, {})) };
    const { url, sandbox } = await aProvider({ maxBodyBytes: 100, routes: [keep] });
    expect((await fetch(`${url}/form`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"a":' })).status).toBe(
      400,
    );
    expect((await fetch(`${url}/form`, { method: 'PUT', body: 'x'.repeat(101) })).status).toBe(413);
    expect((await fetch(`${url}/form`, { method: 'PUT', body: new URLSearchParams('a=1&b=2&b=3') })).status).toBe(200);
    expect(forms).toEqual([{ a: '1', b: ['2', '3'] }]);
    expect(sandbox.violations()).toEqual([]);
  });

  it('keeps no query and no header in its log, where secrets would be', async () => {
    const { url, sandbox } = await aProvider();
    await fetch(`${url}/things/one?token=hunter2`, { headers: { authorization: 'Bearer hunter2' } });
    expect(JSON.stringify(sandbox.calls())).not.toContain('hunter2');
  });

  it('answers before the route when it is told to, as authentication is', async () => {
    const { url, sandbox } = await aProvider({ before: ({ headers }) => (headers.authorization ? undefined : json(401, {})) });
    expect((await post(url)).status).toBe(401);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('records its own bugs as violations and stays up', async () => {
    const { url, sandbox } = await aProvider();
    expect((await fetch(`${url}/broken`)).status).toBe(500);
    expect(sandbox.violations()).toEqual([expect.stringContaining('a bug')]);
    expect((await post(url)).status).toBe(201);
  });

  it('serves https with the certificate whose fingerprint it tells', async () => {
    const http = await startHttpSandbox({
      parts: sandboxParts({ speed: 0 }),
      tls: true,
      routes: [{ method: 'GET', path: '/', handle: () => ({ status: 500, statusText: 'CT 7 is\nlocked', text: '' }) }],
      answers: { internalError: () => json(500, {}), notFound: () => json(404, {}) },
      ledger: () => [],
    });
    const sandbox = http.running({ server: {} });
    const seen = await new Promise<{ fingerprint: string; reason: string | undefined }>((resolve, reject) => {
      httpsRequest(http.url, { ca: http.certificate!, agent: false }, (response) => {
        resolve({ fingerprint: (response.socket as TLSSocket).getPeerCertificate().fingerprint256, reason: response.statusMessage });
        response.resume();
      })
        .on('error', reject)
        .end();
    });
    await sandbox.stop();
    expect(seen).toEqual({ fingerprint: http.tlsFingerprint, reason: 'CT 7 is locked' });
  });

  it('stops with calls still hanging, and changes nothing afterwards', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'late_success', delayMs: 50 });
    await post(url);
    sandbox.fault({ kind: 'hang' });
    const hanging = expect(post(url, 'two')).rejects.toThrow();
    await eventually(() => sandbox.calls().length === 2);
    await sandbox.stop();
    await hanging;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(sandbox.ledger()).toEqual([]);
  });
});
