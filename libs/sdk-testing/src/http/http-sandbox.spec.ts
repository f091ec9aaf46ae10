import { afterEach, describe, expect, it } from '@jest/globals';
import { request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Fault, LedgerEntry, SandboxCall } from '../sandbox.js';
import { json, type SandboxRoute } from './exchange.js';
import { sandboxParts } from '../sandbox-parts.js';
import { startHttpSandbox, type HttpSandboxOptions, type InspectedSandbox } from './http-sandbox.js';

let running: InspectedSandbox | undefined;
afterEach(async () => running?.stop());

/** A provider that keeps things by name, each with an owner. */
async function aProvider(more: Partial<HttpSandboxOptions> = {}): Promise<{ readonly url: string; readonly sandbox: InspectedSandbox }> {
  const things = new Map<string, string>();
  const routes: SandboxRoute[] = [
    {
      method: 'POST',
      path: '/things',
      handle: ({ body }) => {
        const { name, owner } = body as { name: string; owner: string };
        things.set(name, owner);
        return json(201, { name, owner });
      },
    },
    {
      method: 'GET',
      path: '/things/:name',
      handle: ({ params }) => json(200, { name: params['name']!, owner: things.get(params['name']!) ?? null }),
    },
    { method: 'GET', path: '/things/latest', handle: () => json(200, { latest: true }) },
    { method: 'GET', path: '/broken', handle: () => Promise.reject(new Error('a bug')) },
  ];
  const http = await startHttpSandbox({
    parts: sandboxParts({ speed: 0 }),
    routes,
    answers: { internalError: () => json(500, { error: 'internal' }), notFound: (_request, pathKnown) => json(pathKnown ? 405 : 404, {}) },
    ledger: (): LedgerEntry[] => [...things].map(([id, owner]) => ({ kind: 'thing', id, owner })),
    ...more,
  });
  running = http.running({ server: { url: http.url } });
  return { url: http.url, sandbox: running };
}

function post(url: string, name = 'one'): Promise<Response> {
  return fetch(`${url}/things`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, owner: 'hw-test-7' }),
  });
}

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

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
    running = http.running({ server: {} });
    const seen = await new Promise<{ fingerprint: string; reason: string | undefined }>((resolve, reject) => {
      httpsRequest(http.url, { ca: http.certificate!, agent: false }, (response) => {
        resolve({ fingerprint: (response.socket as TLSSocket).getPeerCertificate().fingerprint256, reason: response.statusMessage });
        response.resume();
      })
        .on('error', reject)
        .end();
    });
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

describe('a fault', () => {
  const applied = (sandbox: InspectedSandbox): boolean => sandbox.ledger().length === 1;

  it('ghost_success: applied, and answered as the internal error', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'ghost_success' });
    const response = await post(url);
    expect([response.status, await response.json()]).toEqual([500, { error: 'internal' }]);
    expect(applied(sandbox)).toBe(true);
  });

  it('late_success: answered as the internal error, applied only later', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'late_success', delayMs: 100 });
    expect((await post(url)).status).toBe(500);
    expect(applied(sandbox)).toBe(false);
    await eventually(() => applied(sandbox));
  });

  it('lost_reply: applied, and the connection is cut', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'lost_reply' });
    await expect(post(url)).rejects.toThrow();
    expect(applied(sandbox)).toBe(true);
    expect(sandbox.calls()[0]).toEqual({ at: expect.any(String), method: 'POST', path: '/things', fault: 'lost_reply' });
  });

  it('error_before: the internal error, and nothing applied', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'error_before' });
    expect((await post(url)).status).toBe(500);
    expect(applied(sandbox)).toBe(false);
  });

  it('error_after: applied, and answered with the page of a gateway', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'error_after' });
    const response = await post(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(applied(sandbox)).toBe(true);
  });

  it('too_many_requests: 429 with retry-after, and nothing applied', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'too_many_requests' });
    const response = await post(url);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
    expect(applied(sandbox)).toBe(false);
  });

  it('malformed: applied, and answered 200 with half a body', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'malformed' });
    const response = await post(url);
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow('JSON');
    expect(applied(sandbox)).toBe(true);
  });

  it('wrong_shape: applied, and answered 200 with other JSON', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'wrong_shape' });
    const response = await post(url);
    expect(response.status).toBe(200);
    expect(await response.json()).not.toHaveProperty('name');
    expect(applied(sandbox)).toBe(true);
  });

  it('with a mark shows on the call that bears it, and on no other of the same path', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'error_before', mark: '^job-1$' });
    const marked = (mark: string): Promise<Response> =>
      fetch(`${url}/things`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-sandbox-mark': mark },
        body: JSON.stringify({ name: mark, owner: 'hw-test-7' }),
      });
    expect([(await post(url)).status, (await marked('job-10')).status]).toEqual([201, 201]);
    expect(sandbox.pendingFaults()).toHaveLength(1);
    expect((await marked('job-1')).status).toBe(500);
    expect(sandbox.pendingFaults()).toEqual([]);
    expect(sandbox.ledger().map(({ id }) => id)).toEqual(['one', 'job-10']);
  });

  it('wrong_owner: what is read bears a stranger’s mark, and nothing is changed', async () => {
    const { url, sandbox } = await aProvider();
    await post(url);
    sandbox.fault({ kind: 'wrong_owner', method: 'GET' });
    expect(await (await fetch(`${url}/things/one`)).json()).toEqual({ name: 'one', owner: 'hw-stranger-1' });
    expect(sandbox.ledger()[0]?.owner).toBe('hw-test-7');
  });

  it('hang: no answer until the caller gives up, and nothing applied', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'hang' });
    const caller = new AbortController();
    const call = expect(fetch(`${url}/things`, { method: 'POST', signal: caller.signal })).rejects.toThrow('aborted');
    await eventually(() => sandbox.calls().length === 1);
    caller.abort();
    await call;
    expect(applied(sandbox)).toBe(false);
  });

  it('slow: applied, and answered as it should be, after its time', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'slow', delayMs: 60 });
    const answer = post(url);
    await eventually(() => sandbox.ledger().length === 1);
    // It stands there while its caller still waits.
    expect(sandbox.calls()).toEqual([]);
    expect((await answer).status).toBe(201);
    expect(sandbox.calls()).toEqual([expect.objectContaining({ status: 201, fault: 'slow' })]);
  });

  it('slow: an answer that is awaited is not, once the sandbox is stopped', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'slow', delayMs: 600_000 });
    const answer = post(url).then(
      ({ status }) => status,
      () => 'none',
    );
    await eventually(() => sandbox.ledger().length === 1);
    await sandbox.stop();
    running = undefined;
    expect([201, 'none']).toContain(await answer);
  });

  it('a provider that is down, until it is not: a fault shown many times, and cleared', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'refuse', times: 1_000_000 });
    for (let nth = 0; nth < 3; nth += 1) await expect(post(url)).rejects.toThrow();
    expect(sandbox.ledger()).toEqual([]);
    sandbox.clearFaults();
    expect((await post(url)).status).toBe(201);
  });

  it('refuse: the connection is closed, and nothing applied', async () => {
    const { url, sandbox } = await aProvider();
    sandbox.fault({ kind: 'refuse' });
    await expect(post(url)).rejects.toThrow();
    expect(applied(sandbox)).toBe(false);
  });
});

describe('the control API', () => {
  async function control(
    sandbox: InspectedSandbox,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${sandbox.controlUrl}${path}`, { method, ...sent });
    return { status: response.status, body: await response.json() };
  }

  it('arms faults, shows the ledger and the calls, and clears what is armed', async () => {
    const { url, sandbox } = await aProvider();
    const faults: Fault[] = [{ kind: 'error_before', method: 'POST', path: '/things$', after: 1, times: 2 }];
    expect(await control(sandbox, 'POST', '/faults', faults)).toEqual({ status: 200, body: { armed: 1 } });
    expect((await control(sandbox, 'GET', '/faults')).body).toEqual(faults);
    const seen: number[] = [];
    for (const name of ['a', 'b']) seen.push((await post(url, name)).status);
    expect(await control(sandbox, 'DELETE', '/faults')).toMatchObject({ status: 200 });
    seen.push((await post(url, 'c')).status);
    expect(seen).toEqual([201, 500, 201]);
    expect((await control(sandbox, 'GET', '/ledger')).body).toEqual([
      { kind: 'thing', id: 'a', owner: 'hw-test-7' },
      { kind: 'thing', id: 'c', owner: 'hw-test-7' },
    ]);
    expect(((await control(sandbox, 'GET', '/calls')).body as SandboxCall[]).map((call) => call.fault)).toEqual([
      undefined,
      'error_before',
      undefined,
    ]);
    expect((await control(sandbox, 'GET', '/violations')).body).toEqual([]);
  });

  it.each([
    [{ kind: 'nonsense' }, 'kind'],
    [{ kind: 'hang', path: '(' }, 'path'],
    [{ kind: 'hang', mark: '(' }, 'mark'],
    [{ kind: 'hang', times: 0 }, 'times'],
    [{ kind: 'hang', metod: 'GET' }, 'metod'],
    [[{ kind: 'hang' }, 7], 'object'],
  ])('refuses the fault %j and arms nothing', async (fault, named) => {
    const { url, sandbox } = await aProvider();
    expect(await control(sandbox, 'POST', '/faults', fault)).toEqual({ status: 400, body: { error: expect.stringContaining(named) } });
    expect((await post(url)).status).toBe(201);
  });
});
