import { defineSandbox, sandboxParts, startHttpSandbox, type InspectedSandbox, type SandboxOptions } from '@hostwright/sdk-testing';
import { clientId, clientSecret } from './access.js';
import { failure, internalError, notFound } from './envelope.js';
import { Provider } from './provider.js';

/**
 * One Pressable account over plain HTTP on 127.0.0.1: log-in at `/auth/token`, everything else below `/v1`. Reads follow changes a second
 * later, new sites are `deploying` for 25 s, and a deleted one goes 20 s after the answer.
 * The ledger holds `site` (owner: its tag, or the end of its name), and within it `domain` and `backup`. The control API also takes
 * `PUT /behaviour`, `/access`, `/tokens/expired`, `/secret`, `/held`, `/sites`, `/sites/:id`, and `DELETE /sites/:id`.
 */
export async function startPressableSandbox(options: SandboxOptions = {}): Promise<InspectedSandbox> {
  const parts = sandboxParts(options);
  const violate = (what: string): void => void parts.violations.push(what);
  const provider = new Provider(parts.clock, violate);
  const http = await startHttpSandbox({
    parts,
    port: options.port,
    latencyMs: 150,
    routes: provider.routes(),
    control: provider.control(),
    before: (request) => provider.access.guard(request),
    ledger: () => provider.ledger(),
    answers: {
      internalError,
      tooManyRequests: () => ({ ...failure(429, 'Too Many Requests'), headers: { 'retry-after': '2' } }),
      notFound: ({ method, path }) => {
        violate(`${method} ${path} is no call of Pressable's`);
        return notFound();
      },
      unreadableBody: (_request, reason) => failure(400, 'Bad Request', [reason]),
    },
  });
  return http.running({
    server: { apiUrl: http.url, clientId, clientSecret },
    product: {
      datacenter: 'DFW',
      phpVersion: '8.3',
      install: 'wordpress',
      staging: false,
      primaryDomain: 'zone',
      zone: 'nodepoint.eu',
      dnsRecord: 'CNAME',
      dnsTtl: 300,
      domains: 5,
      backups: 3,
    },
  });
}

export default defineSandbox({ id: 'pressable', start: startPressableSandbox });
