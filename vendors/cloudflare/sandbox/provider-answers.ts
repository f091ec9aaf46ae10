import type { ProviderAnswers } from '@hostwright/sdk-testing';
import { failure, noRoute, throttled } from './envelope.js';

/** Where the API lives under a sandbox's address, as it does at Cloudflare. */
export const apiPath = '/client/v4';

/** How Cloudflare fails. */
export const providerAnswers: ProviderAnswers = {
  internalError: () => failure(500, 10000, 'Internal server error'),
  notFound: ({ path }) => noRoute(path.slice(apiPath.length)),
  tooManyRequests: () => throttled(1),
  wrongShape: (_request, answer) => ({ ...answer, json: { result: [{ shape: true }], success: true, errors: [], messages: [] } }),
  unreadableBody: () => failure(400, 1400, 'Unable to decode the JSON request body'),
};
