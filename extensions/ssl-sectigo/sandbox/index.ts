import { defineSandbox, NameServerSwitch, sandboxParts, startHttpSandbox, TestAuthority } from '@hostwright/sdk-testing';
import { account } from './calls.js';
import { Orders } from './orders.js';
import { SectigoProvider } from './provider.js';
import { recordOf } from './validation.js';

/**
 * Sectigo's reseller API over plain HTTP on 127.0.0.1. The ledger holds one `certificate-order` per order that is alive. Names are validated
 * by what a name server on this machine says: `PUT /name-server {"address": "127.0.0.1:PORT"}`; without one, never. The control API also takes
 * `PUT /credit {"credit"}`, `/order {"id", "state"}`, `/order-answer {"number"}`, `/tells {"state", "singles"}`, `/collect {"lines", "hours"}`,
 * `/replace {"pending"}`, `/refunds {"open"}` and `/refuse {"call", "number", "times"}`, which answers the next calls of that name with that number.
 */
export default defineSandbox({
  id: 'ssl-sectigo',
  async start(options = {}) {
    const parts = sandboxParts(options);
    const nameServer = new NameServerSwitch();
    const authority = await TestAuthority.make('Sectigo sandbox');
    const now = (): number => Date.now();
    const orders = new Orders(parts.clock, authority, (...asked) => nameServer.hasCname(recordOf(...asked)), now);
    const provider = new SectigoProvider(orders, authority, parts.clock, now, (what) => void parts.violations.push(what));
    const encoded = (text: string) => ({ status: 200, headers: { 'content-type': 'application/x-www-form-urlencoded' }, text });
    const http = await startHttpSandbox({
      parts,
      port: options.port,
      latencyMs: 300,
      routes: provider.routes(),
      control: [...provider.control(), nameServer.route],
      ledger: () => provider.ledger(),
      answers: {
        internalError: () => ({ status: 500, headers: { 'content-type': 'text/html' }, text: '<h1>500 Internal Server Error</h1>' }),
        notFound: (_request, pathKnown) =>
          pathKnown ? encoded('errorCode=-17&errorMessage=Request+used+GET+rather+than+POST%21') : { status: 404, text: 'Not Found' },
      },
    });
    return http.running({
      server: { apiUrl: `${http.url}/products`, ...account, testOrders: false },
      product: {
        code: 287,
        covers: 'one name',
        days: 365,
        validates: 'domain',
        revokeAtEnd: false,
        keyType: 'ecdsa-p256',
        validation: 'always automatic',
        install: false,
      },
    });
  },
});
