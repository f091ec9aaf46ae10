import { defineSandbox, json, sandboxParts, startHttpSandbox, TestAuthority } from '@hostwright/sdk-testing';
import type { JsonObject } from '@hostwright/sdk';
import { account, GoGetSslProvider } from './provider.js';
import { lookerAt } from './validation.js';

/**
 * GoGetSSL's reseller API v1 over plain HTTP on 127.0.0.1. The ledger holds one `certificate-order` per order that is alive. Names are
 * validated by what a name server on this machine says: `PUT /name-server {"address": "127.0.0.1:PORT"}`; without one, never. The control API
 * also takes `PUT /balance {"balance"}`, `/sessions` (forgets every key), `/list {"has"}`, `/order {"id", "state"}` and `/paid {"id"}`.
 */
export default defineSandbox({
  id: 'ssl-gogetssl',
  async start(options = {}) {
    const parts = sandboxParts(options);
    let nameServer: string | undefined;
    const provider = new GoGetSslProvider(
      parts.clock,
      await TestAuthority.make('GoGetSSL sandbox'),
      lookerAt(() => nameServer),
      () => Date.now(),
    );
    const http = await startHttpSandbox({
      parts,
      port: options.port,
      latencyMs: 300,
      before: provider.before,
      routes: provider.routes(),
      control: [
        ...provider.control(),
        {
          method: 'PUT',
          path: '/name-server',
          handle: ({ body }) => {
            nameServer = (body as JsonObject)['address'] as string;
            return json(200, {});
          },
        },
      ],
      ledger: () => provider.ledger(),
      answers: {
        internalError: () => ({ status: 500, headers: { 'content-type': 'text/html' }, text: '<h1>500 Internal Server Error</h1>' }),
        notFound: () => json(200, { error: true, message: 'Error', description: 'Method not found' }),
      },
    });
    const contact = { firstName: 'Ada', lastName: 'Lovelace', title: 'Administrator', email: 'ssl@example.net', phone: '+31 20 0000000' };
    return http.running({
      server: { apiUrl: http.url, ...account, ...contact },
      product: { productId: 65, months: 12, webServer: 'Sectigo', keyType: 'ecdsa-p256', validation: 'automatic', install: false },
    });
  },
});
