import { PanelError, retryAfterMsOf, type ErrorCode, type HttpHeaders } from '@hostwright/sdk';

/*
 * ISPConfig's answers as our codes. The status is 200 whatever happened, and the fault's code word is always `remote_fault`: what it means
 * stands in the message, as a language key or, where the language file is loaded, as a text with HTML line breaks.
 * Source: ISPConfig 3 @ 47fb178, `interface/web/remote/json.php`, `interface/lib/classes/remoting.inc.php`; acme.sh#1198.
 */

const reasonLimit = 300;

export interface Answer {
  /** The method, for messages. */
  readonly what: string;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly text: string;
}

/** A definite no, with ISPConfig's own words. To everybody else it is the `PanelError` it extends. */
export class Refusal extends PanelError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly reasons: readonly string[],
    retryAfterMs?: number,
  ) {
    super(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}

const has = (error: unknown, pattern: RegExp): boolean => error instanceof Refusal && error.reasons.some((reason) => pattern.test(reason));

/** A zone of that name is there, on whatever server of the installation and whoever's it is. */
export function isZoneTaken(error: unknown): boolean {
  return has(error, /^origin_error_unique$|already a record for this zone/i);
}

/** An A, ALIAS or CNAME record of that name is there. */
export function isDuplicateRecord(error: unknown): boolean {
  return has(error, /^data_error_duplicate$|^Duplicate A, ALIAS or CNAME record/i);
}

/** True when the session was refused before anything was done, so the call can be repeated with a new one. */
export function isSessionRefused(answer: Pick<Answer, 'text'>): boolean {
  const envelope = parseObject(answer.text);
  return envelope !== undefined && envelope['code'] !== 'ok' && reasonsIn(envelope['message']).some((reason) => sessionGone.test(reason));
}

const sessionGone = /^The Session is expired or does not exist|^The SessionID is empty/i;

/** What a fault means by its message; the first that fits. Each was refused before anything was done. */
const meanings: readonly { readonly pattern: RegExp; readonly code: ErrorCode; readonly says: string }[] = [
  { pattern: /^The login failed/i, code: 'invalid_config', says: 'the log-in was refused' },
  { pattern: /^The login is not allowed from/i, code: 'invalid_config', says: 'the remote user may not log in from here' },
  { pattern: /do not have the permissions/i, code: 'invalid_config', says: 'the remote user lacks the function' },
  { pattern: sessionGone, code: 'unavailable', says: 'the session was refused again' },
  { pattern: /maintenance/i, code: 'unavailable', says: 'ISPConfig is in maintenance' },
];

/**
 * The `response` of a call that worked; whether it is a success is each method's own business.
 * Throws: `invalid_config` (log-in, permission, address, API switched off), `unavailable`, `unsupported` (no such method), `rejected` as a
 * `Refusal`; `unknown_outcome` for a 5xx, an empty body and whatever cannot be read, because the call may have been carried out.
 */
export function openAnswer({ what, status, headers, text }: Answer): unknown {
  const refuse = (code: ErrorCode, message: string, retryAfterMs?: number): Refusal =>
    new Refusal(code, `${what}: ${message}`, [], retryAfterMs);
  if (status >= 500) throw new PanelError('unknown_outcome', `${what}: ISPConfig answered ${status}`);
  if (status === 429) throw refuse('unavailable', 'too many requests', retryAfterMsOf(headers));
  if (status >= 300 && status < 400) throw refuse('invalid_config', `the address answers with a redirect (${status})`);
  if (status === 401 || status === 403 || status === 404) {
    throw refuse('invalid_config', `there is no remote API of ISPConfig at this address, or something stands in front of it (${status})`);
  }
  if (/^\s*Remote API is disabled/i.test(text)) throw refuse('invalid_config', 'the remote API is disabled in the security settings');
  const envelope = status === 200 ? parseObject(text) : undefined;
  if (envelope === undefined) throw new PanelError('unknown_outcome', `${what}: ISPConfig's answer (${status}) cannot be read`);
  const { code, message } = envelope;
  if (code === 'ok' && Object.hasOwn(envelope, 'response')) return envelope['response'];
  if (typeof code !== 'string' || code === 'ok' || typeof message !== 'string') {
    throw new PanelError('unknown_outcome', `${what}: ISPConfig's answer has no known shape`);
  }
  const reasons = reasonsIn(message);
  const said = reasons.length === 0 ? '' : `: ${shortened(reasons.join('; '))}`;
  if (code === 'invalid_method') throw new Refusal('unsupported', `${what}: this ISPConfig does not know the method`, reasons);
  const meaning = meanings.find(({ pattern }) => reasons.some((reason) => pattern.test(reason)));
  throw new Refusal(meaning?.code ?? 'rejected', `${what}: ${meaning?.says ?? 'ISPConfig refused'}${said}`, reasons);
}

/** The single texts of a message: `origin_error_unique<br />\r\n` holds one. */
export function reasonsIn(message: unknown): readonly string[] {
  if (typeof message !== 'string') return [];
  return message
    .split(/<br\s*\/?>|[\r\n]+/i)
    .map((text) => text.replace(/<[^<>]*>/g, '').trim())
    .filter((text) => text !== '');
}

function shortened(text: string): string {
  return text.length > reasonLimit ? `${text.slice(0, reasonLimit)}…` : text;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // nothing at all, a page, or an answer that was cut
  }
}
