import { afterEach, describe, expect, it } from '@jest/globals';
import type { InspectedSandbox } from './http-sandbox.js';
import { aProvider, eventually, post, stopProviders } from './testing/kept-things.js';

afterEach(stopProviders);

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
