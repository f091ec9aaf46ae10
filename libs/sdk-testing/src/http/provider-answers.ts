import type { SandboxAnswer, SandboxRequest } from './exchange.js';
import { json, render } from './exchange.js';

/** The shapes in which a provider fails. What is left out has a plain default. */
export interface ProviderAnswers {
  /** Its internal error: `error_before`, `ghost_success` and `late_success`. */
  internalError(request: SandboxRequest): SandboxAnswer;
  /** The page of a gateway in front of it: `error_after`. Default: nginx's 502 page. */
  gatewayError?(request: SandboxRequest): SandboxAnswer;
  /** Default: 429 with `retry-after: 1` and an empty JSON object. */
  tooManyRequests?(request: SandboxRequest): SandboxAnswer;
  /** What it answers to `wrong_shape`, given the right answer. Default: JSON of a shape that no provider has. */
  wrongShape?(request: SandboxRequest, answer: SandboxAnswer): SandboxAnswer;
  /** The answer with a stranger's mark in place of ours. Default: every `hw-…` in the body becomes `strangersMark`. */
  wrongOwner?(request: SandboxRequest, answer: SandboxAnswer): SandboxAnswer;
  /** No route fits. `pathKnown`: with another method it would. */
  notFound(request: SandboxRequest, pathKnown: boolean): SandboxAnswer;
  /** The body is not what its content type says. Default: 400 and the reason. */
  unreadableBody?(request: SandboxRequest, reason: string): SandboxAnswer;
  /** Default: 413, and an empty JSON object. */
  tooLarge?(request: SandboxRequest): SandboxAnswer;
}

/** An owner mark that belongs to nobody in any test. */
export const strangersMark = 'hw-stranger-1';

export const defaultAnswers: Required<Omit<ProviderAnswers, 'internalError' | 'notFound'>> = {
  gatewayError: () => ({
    status: 502,
    headers: { 'content-type': 'text/html' },
    text: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
  }),
  tooManyRequests: () => json(429, {}, { 'retry-after': '1' }),
  wrongShape: () => json(200, { unexpected: [{ shape: true }] }),
  wrongOwner: (_request, answer) => withStrangersMark(answer),
  unreadableBody: (_request, reason) => json(400, { error: reason }),
  tooLarge: () => json(413, {}),
};

function withStrangersMark(answer: SandboxAnswer): SandboxAnswer {
  const { text, headers } = render(answer);
  return {
    status: answer.status,
    headers,
    text: text.replace(/\bhw-[a-z0-9-]*[a-z0-9]/g, strangersMark),
    ...(answer.statusText === undefined ? {} : { statusText: answer.statusText }),
  };
}
