import { defineSandbox, json, NameServerSwitch, sandboxParts, startHttpSandbox, TestAuthority } from '@hostwright/sdk-testing';
import { Certificates } from './certificates.js';
import { client, ManagerProvider, orgId } from './provider.js';
import { recordOf, type Looker } from './validation.js';

/**
 * Certificate Manager over plain HTTP on 127.0.0.1, its token endpoint with it. The ledger holds one `certificate` for each that is alive.
 * Names are validated by what a name server on this machine says: `PUT /name-server {"address": "127.0.0.1:PORT"}`; without one, never. The
 * control API also takes `PUT /tokens` (forgets every token), `/approval {"automatic"}`, `/approve {"id"}`, `/certificate {"id", "status"}`,
 * `/shapes {"chain", "validationIsObject"}` and `/refuse {"method", "path", "code", "times"}`.
 */
export default defineSandbox({
  id: 'ssl-sectigo-scm',
  async start(options = {}) {
    const parts = sandboxParts(options);
    const nameServer = new NameServerSwitch();
    const authority = await TestAuthority.make('Certificate Manager sandbox');
    const now = (): number => Date.now();
    const look: Looker = (...asked) => nameServer.hasCname(recordOf(...asked));
    const provider = new ManagerProvider(new Certificates(parts.clock, authority, look, now), authority, now);
    const http = await startHttpSandbox({
      parts,
      port: options.port,
      latencyMs: 200,
      before: provider.before,
      routes: provider.routes(),
      control: [...provider.control(), nameServer.route],
      ledger: () => provider.ledger(),
      answers: {
        internalError: () => json(500, { code: -1, description: 'Internal error' }),
        notFound: () => json(404, { code: -1, description: 'Not found' }),
      },
    });
    return http.running({
      server: { apiUrl: http.url, tokenUrl: `${http.url}/token`, access: 'API client', ...client, orgId },
      product: { profile: 7, term: 199, revokeAtEnd: false, keyType: 'ecdsa-p256', validation: 'always automatic', install: false },
    });
  },
});
