import { PanelError, retryAfterMsOf, type ErrorCode, type HttpHeaders } from '@hostwright/sdk';

/*
 * Nginx Proxy Manager's answers as our codes. It never uses 401: a bad log-in and an expired token are 400, a missing permission is
 * 403, a token it did not sign is 500.
 * Source: NginxProxyManager/nginx-proxy-manager 2.15.1, `backend/lib/error.js`, `backend/internal`, `backend/lib/express`.
 */

const reasonLimit = 300;

export interface Answer {
  /** Method and path, for messages. */
  readonly what: string;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly text: string;
}

/** A definite no, with the provider's own words. To everybody else it is the `PanelError` it extends. */
export class Refusal extends PanelError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly reason: string,
    retryAfterMs?: number,
  ) {
    super(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}

export function isDomainInUse(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'rejected' && / is already in use$/.test(error.reason);
}

export function isAlreadyThatWay(error: unknown): boolean {
  return error instanceof Refusal && /^Host is already (?:en|dis)abled$/.test(error.reason);
}

/** The account has no e-mail. In this branch the hosts of the domain were taken down and stay so until they are saved again. */
export function isMissingEmail(error: unknown): boolean {
  return error instanceof Refusal && /^A valid email address must be set/.test(error.reason);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'not_found';
}

/** True when the token was refused before anything was done, so the call can be repeated with a new one. */
export function isTokenRefused(answer: Pick<Answer, 'status' | 'text'>): boolean {
  return answer.status === 403 || (answer.status === 400 && reasonOf(answer.text) === 'Token has expired');
}

/**
 * The body of a call that worked, parsed.
 * Throws: `invalid_config` (log-in, permission, address), `not_found`, `rejected`, `unavailable` as a `Refusal`; `unknown_outcome` for
 * a 5xx and for whatever cannot be read, because the call may have been carried out.
 */
export function openAnswer(answer: Answer): unknown {
  const { what, status } = answer;
  const reason = reasonOf(answer.text);
  const said = reason === '' ? '' : `: ${reason}`;
  const refuse = (code: ErrorCode, message: string, retryAfterMs?: number): Refusal =>
    new Refusal(code, `${what}: ${message}`, reason, retryAfterMs);

  if (status >= 200 && status < 300) {
    const body = parsed(answer.text);
    if (body === undefined) throw new PanelError('unknown_outcome', `${what}: the answer (${status}) cannot be read`);
    return body.value;
  }
  if (status >= 500) {
    // Certbot looks for its lock before it does anything.
    if (/Another instance of Certbot is already running/i.test(answer.text)) {
      throw refuse('unavailable', 'another certificate is being issued', 60_000);
    }
    throw new PanelError('unknown_outcome', `${what}: answered ${status}${said}`);
  }
  if (status >= 300 && status < 400) throw refuse('invalid_config', `the address answers with a redirect (${status})`);
  if (status === 429) throw refuse('unavailable', 'too many requests', retryAfterMsOf(answer.headers));
  if (status === 401) throw refuse('invalid_config', 'something in front of Nginx Proxy Manager asks for a log-in of its own');
  if (status === 403) throw refuse('invalid_config', 'the account may not do this');
  // A web server that is not Nginx Proxy Manager, or is it without `/api`, answers pages.
  if (reason === '') throw new PanelError('unknown_outcome', `${what}: the answer (${status}) has no known shape`);
  if (status === 404) throw refuse('not_found', 'not there');
  if (/^(?:Invalid email or password|User cannot be loaded for Token|Token has expired)$/.test(reason)) {
    throw refuse('invalid_config', `the log-in was refused${said}`);
  }
  if (/^A valid email address must be set/.test(reason)) {
    throw refuse('invalid_config', `the account needs a valid e-mail address for Let's Encrypt${said}`);
  }
  throw refuse('rejected', `refused${said}`);
}

/** The reason in `{"error":{"message":…}}`; one route answers `{"error":"…"}`. Empty when there is none. */
export function reasonOf(text: string): string {
  const body = parsed(text)?.value;
  if (typeof body !== 'object' || body === null) return '';
  const error = (body as { error?: unknown }).error;
  const message = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error;
  if (typeof message !== 'string') return '';
  return message.length > reasonLimit ? `${message.slice(0, reasonLimit)}…` : message;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined; // a page, or an answer that was cut
  }
}
