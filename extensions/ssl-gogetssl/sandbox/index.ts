import { defineSandbox, NameServerSwitch, sandboxParts, startHttpSandbox, TestAuthority } from '@hostwright/sdk-testing';
import { Orders } from './orders.js';
import { account, GoGetSslProvider, notFound } from './provider.js';
import { recordOf } from './validation.js';

/**
 * GoGetSSL's reseller API v1 over plain HTTP on 127.0.0.1. The ledger holds one `certificate-order` per order that is alive. Names are
 * validated by what a name server on this machine says: `PUT /name-server {"address": "127.0.0.1:PORT"}`; without one, never. The control API
 * also takes `PUT /balance {"balance", "refuses"}`, `/sessions` (forgets every key), `/locked-out {"is"}`, `/maintenance {"calls"}`, `/list {"has"}`,
 * `/cancellations {"byStaff", "open"}`, `/order {"id", "state"}` and `/paid {"id"}`. Products: 65 for several names, 66 for one, 67 with a
 * validation code of the buyer's own, 68 with an organization.
 */
export default defineSandbox({
  id: 'ssl-gogetssl',
  async start(options = {}) {
    const parts = sandboxParts(options);
    const nameServer = new NameServerSwitch();
    const authority = await TestAuthority.make('GoGetSSL sandbox');
    const orders = new Orders(
      parts.clock,
      authority,
      (...asked) => nameServer.hasCname(recordOf(...asked)),
      () => Date.now(),
    );
    const provider = new GoGetSslProvider(orders, authority, parts.clock);
    const http = await startHttpSandbox({
      parts,
      port: options.port,
      latencyMs: 300,
      before: provider.before,
      routes: provider.routes(),
      control: [...provider.control(), nameServer.route],
      ledger: () => provider.ledger(),
      answers: {
        internalError: () => ({ status: 500, headers: { 'content-type': 'text/html' }, text: '<h1>500 Internal Server Error</h1>' }),
        notFound,
      },
    });
    const contact = { firstName: 'Ada', lastName: 'Lovelace', title: 'Administrator', email: 'ssl@example.net', phone: '+31 20 0000000' };
    return http.running({
      server: { apiUrl: http.url, ...account, ...contact },
      product: {
        productId: 65,
        months: 12,
        webServer: 'Sectigo',
        ownCode: false,
        validates: 'domain',
        keyType: 'ecdsa-p256',
        validation: 'always automatic',
        install: false,
      },
    });
  },
});
