import { defineSandbox, sandboxParts, startHttpSandbox } from '@hostwright/sdk-testing';
import { fault, success } from './envelope.js';
import { IspConfigProvider } from './provider.js';
import { password, username } from './sessions.js';

/**
 * ISPConfig's remote API over plain HTTP on 127.0.0.1. Faults and the log know a call by path and method, `/remote/json.php?dns_zone_add`.
 * The ledger holds one `dns-zone` per zone (owner: its TXT record `_hostwright`, or the mark in its hostmaster) and one `dns-record` per
 * record (owner: its zone's). The control API also takes `GET /sessions` and `PUT /sessions/expired`, `/user`, `/panel`, `/zones` and `/cron`.
 */
export default defineSandbox({
  id: 'ispconfig-dns',
  async start(options = {}) {
    const parts = sandboxParts(options);
    const provider = new IspConfigProvider(parts.clock);
    const http = await startHttpSandbox({
      parts,
      port: options.port,
      latencyMs: 150,
      callName: ({ pathname, search }) => `${pathname}${search}`,
      routes: provider.routes(),
      control: provider.control(),
      ledger: () => provider.ledger(),
      answers: {
        // PHP that died.
        internalError: () => ({ status: 500, text: '' }),
        notFound: () => ({ status: 404, headers: { 'content-type': 'text/html' }, text: '<h1>Not Found</h1>' }),
        tooManyRequests: () => ({
          status: 429,
          headers: { 'retry-after': '1', 'content-type': 'text/html' },
          text: '<h1>Too Many Requests</h1>',
        }),
        wrongShape: () => success({ unexpected: [{ shape: true }] }),
        unreadableBody: () => fault('Method data is invalid json', 'invalid_data'),
      },
    });
    const server = {
      panelUrl: http.url,
      username,
      password,
      serverId: 1,
      clientId: 0,
      nameServers: 'ns1.example.net ns2.example.net',
      proxyIp: '203.0.113.10',
      ttl: 3600,
    };
    return http.running({ server });
  },
});
