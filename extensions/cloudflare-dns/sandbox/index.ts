import { defineSandbox, sandboxParts, startHttpSandbox } from '@hostwright/sdk-testing';
import { apiPath, providerAnswers } from '@hostwright/vendor-cloudflare/sandbox';
import { apiToken, CloudflareProvider } from './provider.js';

/** The first is the zone of `RunningSandbox.server`; the others belong to the same token. */
const zones = ['example.net', 'other-example.net', 'nodepoint.eu'] as const;

/**
 * Cloudflare's DNS API over plain HTTP on 127.0.0.1.
 * The ledger holds one `dns-record` per record; its owner is the record's comment.
 * The control API also takes `PUT /rate-limit { requests }`, `PUT /token { status, mayEdit, ownedByAccount }` `PUT /zone { status }`
 * and `PUT /zones { zones }`.
 */
export default defineSandbox({
  id: 'cloudflare-dns',
  async start(options = {}) {
    const parts = sandboxParts(options);
    const provider = new CloudflareProvider(zones, parts.clock);
    const http = await startHttpSandbox({
      parts,
      port: options.port,
      latencyMs: 100,
      routes: provider.routes(),
      control: provider.control(),
      before: (request) => provider.before(request),
      ledger: () => provider.ledger(),
      answers: providerAnswers,
    });
    return http.running({ server: { apiUrl: `${http.url}${apiPath}`, apiToken, zone: zones[0] } });
  },
});
