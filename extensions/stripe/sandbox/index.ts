import { defineSandbox, sandboxParts, startHttpSandbox } from '@hostwright/sdk-testing';
import { failure } from './answers.js';
import { account, StripeProvider } from './provider.js';

/**
 * What of Stripe's API tells how subscriptions and payments stand, over plain HTTP on 127.0.0.1, in test mode. Nothing is sold through it:
 * the control API takes `POST /sales {"kind", "plan", "email", "name", "quantity", "values"}`, which answers the subject and the other ids,
 * `PUT /sale {"subject", "state", "status", "plan", "customerDeleted", "gone", "billed"}` (the reason of another invoice, paid),
 * `PUT /payment {"intent", "refunded", "dispute"}`, and `POST /notice {"subject", "type", "eventId", "signedAt",
 * "apiVersion", "secret"}`, which answers headers, query and body of a signed event for a test to send; also
 * `PUT /account {"lacks": […], "live"}`: what the key may not, and the mode of what is sold from then on.
 */
export default defineSandbox({
  id: 'stripe',
  async start(options = {}) {
    const parts = sandboxParts(options);
    const provider = new StripeProvider(() => Date.now());
    const http = await startHttpSandbox({
      parts,
      port: options.port,
      latencyMs: 150,
      before: provider.before,
      routes: provider.routes(),
      control: provider.control(),
      ledger: () => provider.ledger(),
      answers: {
        internalError: () => failure(500, { type: 'api_error', message: 'An unknown error occurred' }),
        notFound: ({ method, path }) =>
          failure(404, { type: 'invalid_request_error', message: `Unrecognized request URL (${method}: ${path})` }),
        tooManyRequests: () =>
          failure(429, { type: 'invalid_request_error', code: 'lock_timeout', message: 'This object cannot be accessed' }),
      },
    });
    return http.running({ server: { apiUrl: http.url, ...account } });
  },
});
