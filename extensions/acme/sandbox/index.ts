import { generateKeyPairSync } from 'node:crypto';
import {
  defineSandbox,
  json,
  sandboxParts,
  startHttpSandbox,
  startNameServer,
  type SandboxAnswer,
  type SandboxRequest,
  type SandboxRoute,
} from '@hostwright/sdk-testing';
import { Issued } from './issued.js';
import { noPebble, Pebble } from './pebble.js';

const calls = [
  'GET /dir',
  'HEAD /nonce-plz',
  'GET /nonce-plz',
  'POST /sign-me-up',
  'POST /my-account/:id',
  'POST /order-plz',
  'POST /my-order/:id',
  'POST /authZ/:id',
  'POST /chalZ/:id',
  'POST /finalize-order/:id',
  'POST /certZ/:id',
  'POST /certZ/:id/alternate/:nth',
  'POST /revoke-cert',
] as const;

/**
 * The real Pebble, with the switches for faults in front of it, over https on 127.0.0.1. The ledger holds one `certificate` for each that
 * was issued and is not revoked. Names are validated by what a name server on this machine says: `PUT /name-server {"address":
 * "127.0.0.1:PORT"}`, which starts Pebble anew; without one, never.
 */
export default defineSandbox({
  id: 'acme',
  missing: noPebble,
  async start(options = {}) {
    const names = await startNameServer();
    let pebble = new Pebble();
    await pebble.start({ dnsServer: names.address });
    const issued = new Issued();
    const handle = async (request: SandboxRequest): Promise<SandboxAnswer> => {
      const answer = await pebble.pass(request);
      issued.saw(request, answer);
      return answer;
    };
    const routes = calls.map((call): SandboxRoute => {
      const [method, path] = call.split(' ') as [string, string];
      return { method, path, handle };
    });
    const http = await startHttpSandbox({
      parts: sandboxParts(options),
      port: options.port,
      tls: true,
      routes,
      control: [
        {
          method: 'PUT',
          path: '/name-server',
          handle: async ({ body }) => {
            await pebble.stop();
            pebble = new Pebble();
            await pebble.start({ dnsServer: (body as { readonly address: string }).address });
            return json(200, {});
          },
        },
      ],
      ledger: () => issued.ledger(),
      answers: {
        internalError: () => problem(500, 'serverInternal', 'Internal error'),
        notFound: () => problem(404, 'malformed', 'Page not found'),
        tooManyRequests: () => problem(429, 'rateLimited', 'Too many requests', { 'retry-after': '1' }),
      },
    });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return http.running({
      server: {
        directoryUrl: `${http.url}/dir`,
        accountKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
        termsAgreed: true,
        keyType: 'ecdsa-p256',
        tlsAuthority: http.certificate!,
      },
      product: { keyType: 'ecdsa-p256', validation: 'always automatic', install: false },
      stopAlso: async () => void (await Promise.all([pebble.stop(), names.stop()])),
    });
  },
});

function problem(status: number, type: string, detail: string, headers: Record<string, string> = {}): SandboxAnswer {
  const body = { type: `urn:ietf:params:acme:error:${type}`, detail, status };
  return { status, headers: { 'content-type': 'application/problem+json', ...headers }, text: JSON.stringify(body) };
}
