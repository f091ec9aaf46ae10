import type { LedgerEntry } from '../../sandbox.js';
import { sandboxParts } from '../../sandbox-parts.js';
import { json, type SandboxRoute } from '../exchange.js';
import { startHttpSandbox, type HttpSandboxOptions, type InspectedSandbox } from '../http-sandbox.js';

const running: InspectedSandbox[] = [];

/** After each test: stops what it started. */
export async function stopProviders(): Promise<void> {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.stop()));
}

/** A provider that keeps things by name, each with an owner. */
export async function aProvider(
  more: Partial<HttpSandboxOptions> = {},
): Promise<{ readonly url: string; readonly sandbox: InspectedSandbox }> {
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
  const sandbox = http.running({ server: { url: http.url } });
  running.push(sandbox);
  return { url: http.url, sandbox };
}

/** Asks it to keep one more. */
export function post(url: string, name = 'one'): Promise<Response> {
  return fetch(`${url}/things`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, owner: 'hw-test-7' }),
  });
}

export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
