import { defineSandbox, json, sandboxParts, startHttpSandbox } from '@hostwright/sdk-testing';
import { account, failure, ZohoProvider } from './provider.js';

/**
 * Zoho's log-in and what of Zoho Billing's API v1 tells how subscriptions stand, both at one address over plain HTTP on 127.0.0.1. Nothing is
 * sold through it: the control API takes `POST /sales {"plan", "email", "name", "quantity", "addons", "values"}`, which answers the subject,
 * `PUT /sale {"subject", "state", "status", "plan", "gone"}`, and `POST /notice {"subject", "type", "eventId", "query", "form", "secret"}`,
 * which answers headers, query and body of a signed event for a test to send; also `PUT /account {"endTokens", "apiDomain", "refuses"}`.
 */
export default defineSandbox({
  id: 'zoho-billing',
  async start(options = {}) {
    const parts = sandboxParts(options);
    let url = '';
    const provider = new ZohoProvider(
      parts.clock,
      () => url,
      () => Date.now(),
    );
    const http = await startHttpSandbox({
      parts,
      port: options.port,
      latencyMs: 200,
      routes: provider.routes(),
      control: provider.control(),
      ledger: () => [],
      answers: {
        internalError: () => failure(500, 1000, 'An unexpected error occurred'),
        notFound: () => failure(404, 5, 'Invalid URL Passed'),
        tooManyRequests: () => failure(429, 44, 'Too many requests'),
        unreadableBody: () => json(400, { code: 4, message: 'Invalid value passed for JSONString' }),
      },
    });
    url = http.url;
    return http.running({ server: { accountsUrl: http.url, apiUrl: http.url, ...account } });
  },
});
