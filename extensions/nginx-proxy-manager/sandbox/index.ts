import { defineSandbox, sandboxParts, startHttpSandbox, strangersMark } from '@hostwright/sdk-testing';
import { identity, secret } from './accounts.js';
import { failure, internalError } from './errors.js';
import { withMark } from './marks.js';
import { ProxyProvider, versions, type SandboxVersion } from './provider.js';

/**
 * Nginx Proxy Manager over plain HTTP on 127.0.0.1, as its port 81 is. Versions `2.12` and `2.15`.
 * The ledger holds one `proxy-host` per host (owner: the mark in its advanced configuration) and one `certificate` per certificate, which
 * bears no mark. The control API also takes `PUT /tokens/expired`, `/tokens/unknown`, `/account`, `/certbot`, `/nginx` and `/held`.
 */
export default defineSandbox({
  id: 'nginx-proxy-manager',
  async start(options = {}) {
    const version = options.version ?? '2.15';
    if (!(version in versions)) throw new TypeError(`version: one of ${Object.keys(versions).join(', ')}, not ${version}`);
    const parts = sandboxParts(options);
    const provider = new ProxyProvider(version as SandboxVersion, parts.clock);
    const http = await startHttpSandbox({
      parts,
      port: options.port,
      latencyMs: 60,
      routes: provider.routes(),
      control: provider.control(),
      before: (request) => provider.before(request),
      ledger: () => provider.ledger(),
      answers: {
        internalError,
        notFound: () => failure(404, 'Not Found'),
        wrongOwner: (_request, answer) => withMark(answer, strangersMark),
        unreadableBody: (_request, reason) => failure(400, reason),
        tooLarge: () => failure(413, 'request entity too large'),
      },
    });
    return http.running({ server: { baseUrl: http.url, identity, secret } });
  },
});
