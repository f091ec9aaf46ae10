import { PanelError, retryAfterMsOf, type ErrorCode, type HttpHeaders } from '@hostwright/sdk';
import { isTrue } from './answers.js';

/*
 * GoGetSSL's answers as our codes. Most refusals come with HTTP 200 and `"error": true`; the texts have no codes, so only the phrase of
 * the lock is matched. Source: gogetssl/api (GoGetSSLApi.php), gogetssl/whmcs-addon 3.0.3.
 */

export interface Exchange {
  /** Method and path, for messages; the query holds the key of the session. */
  readonly what: string;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly text: string;
}

/** A definite no. */
export class Refusal extends PanelError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly status: number,
    retryAfterMs?: number,
  ) {
    super(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}

const lockMs = 15 * 60_000;
const longestText = 300;

/** The session's key is not taken any more. */
export function isKeyRefused({ status }: Exchange): boolean {
  return status === 401 || status === 403;
}

/** A validation was asked for again too soon. */
export function isLocked(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'unavailable' && error.retryAfterMs === lockMs;
}

export function isRefused(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === 'rejected';
}

/**
 * The answer of a call that worked.
 * Throws: `unavailable` (throttled, locked), `invalid_config` (credentials), `rejected`, each as a `Refusal`; `unknown_outcome` for a 5xx and
 * for whatever cannot be read, because the call may have been carried out.
 */
export function openAnswer(exchange: Exchange): Readonly<Record<string, unknown>> {
  const { what, status, headers } = exchange;
  if (status === 429) throw new Refusal('unavailable', `${what}: GoGetSSL asks to slow down`, status, retryAfterMsOf(headers));
  if (status >= 500) throw new PanelError('unknown_outcome', `${what}: GoGetSSL answered ${status}`);
  const value = parseObject(exchange.text);
  const said = reasonOf(value);
  if (isKeyRefused(exchange)) throw new Refusal('invalid_config', `${what}: GoGetSSL refused the account${said}`, status);
  if (value === undefined) throw new PanelError('unknown_outcome', `${what}: GoGetSSL's answer (${status}) cannot be read`);
  if (isTrue(value['error'])) {
    if (said.includes('Function is locked for')) throw new Refusal('unavailable', `${what}: asked again too soon${said}`, status, lockMs);
    throw new Refusal('rejected', `${what}: GoGetSSL refused${said}`, status);
  }
  if (status >= 400) throw new Refusal('rejected', `${what}: GoGetSSL refused with ${status}${said}`, status);
  return value;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // a page of maintenance, or an answer that was cut
  }
}

function reasonOf(value: Readonly<Record<string, unknown>> | undefined): string {
  const said = [value?.['description'], value?.['message']].find((text) => typeof text === 'string' && text.trim() !== '') as
    string | undefined;
  if (said === undefined) return '';
  return `: ${said.length > longestText ? `${said.slice(0, longestText)}…` : said}`;
}
