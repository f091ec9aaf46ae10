import { afterEach, describe, expect, it } from '@jest/globals';
import type { Fault, SandboxCall } from '../sandbox.js';
import type { InspectedSandbox } from './http-sandbox.js';
import { aProvider, post, stopProviders } from './testing/kept-things.js';

afterEach(stopProviders);

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
