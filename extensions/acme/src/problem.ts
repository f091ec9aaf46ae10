import { PanelError, type ErrorCode, type HttpHeaders } from '@hostwright/sdk';

/*
 * Problem documents (RFC 7807, RFC 8555 6.7) as our codes. What they mean is in `type`; the HTTP status says little.
 */

export interface Exchange {
  /** Method and path, for messages. */
  readonly what: string;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly text: string;
}

/** A definite no, with the authority's own word for it. */
export class Refusal extends PanelError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly type: string,
    retryAfterMs?: number,
  ) {
    super(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}

/** True when the authority refused with that word. */
export function refusedWith(error: unknown, ...types: readonly string[]): error is Refusal {
  return error instanceof Refusal && types.includes(error.type);
}

const prefix = 'urn:ietf:params:acme:error:';
/** The account, its key or its contract with the authority. */
const ours: readonly string[] = [
  'accountDoesNotExist',
  'badPublicKey',
  'badSignatureAlgorithm',
  'externalAccountRequired',
  'invalidContact',
  'unsupportedContact',
  'userActionRequired',
];
const longestText = 300;
const dayMs = 86_400_000;

/** The answer of a call that worked. Throws as `problemOf` says. */
export function openAnswer(exchange: Exchange): Exchange {
  if (exchange.status >= 200 && exchange.status < 300) return exchange;
  throw problemOf(exchange);
}

/** `unavailable` for a rate limit, `invalid_config` for what the account lacks, `rejected` or `not_found`; `unknown_outcome` for the rest. */
export function problemOf({ what, status, headers, text }: Exchange): PanelError {
  const { type, said } = read(text);
  const message = `${what}: the authority refused${said === '' ? '' : `: ${said}`}`;
  if (type === 'rateLimited' || status === 429)
    return new Refusal('unavailable', `${what}: the authority's rate limit is reached: ${said}`, type, retryAfterMs(headers) ?? 60_000);
  if (type === 'badNonce') return new Refusal('unavailable', `${what}: the authority took none of its own nonces`, type);
  if (status === 503) return new Refusal('unavailable', `${what}: the authority is down for now`, type, retryAfterMs(headers) ?? 30_000);
  if (status >= 500 || type === 'serverInternal') return new PanelError('unknown_outcome', `${what}: the authority answered ${status}`);
  if (ours.includes(type)) return new Refusal('invalid_config', message, type);
  if (status === 404) return new Refusal('not_found', message, type);
  if (type === '') return new PanelError('unknown_outcome', `${what}: the authority's answer (${status}) cannot be read`);
  return new Refusal('rejected', message, type);
}

/** Seconds or a date, which counts from the answer's own; at most a day, after which the authority is asked again how long. Milliseconds. */
export function retryAfterMs(headers: HttpHeaders): number | undefined {
  const text = headers.get('retry-after') ?? '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 1_000), dayMs);
}

/** What an authorization or an order says of why it failed. */
export function saidOf(error: unknown): string {
  return read(JSON.stringify(error ?? {})).said;
}

function read(text: string): { readonly type: string; readonly said: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: '', said: '' }; // an HTML page, or an answer that was cut
  }
  if (typeof value !== 'object' || value === null) return { type: '', said: '' };
  const { type, detail, subproblems } = value as Record<string, unknown>;
  const parts = Array.isArray(subproblems)
    ? (subproblems as unknown[]).map((one) => (one as Record<string, unknown> | null)?.['detail'])
    : [];
  const said = [detail, ...parts].filter((one) => typeof one === 'string').join('; ');
  return {
    type: typeof type === 'string' && type.startsWith(prefix) ? type.slice(prefix.length) : '',
    said: said.length > longestText ? `${said.slice(0, longestText)}…` : said,
  };
}

export function isRefusal(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'rejected';
}

/** Not there any more, or another account's: the one that was used before a change of the key. */
export function isNotOurs(error: unknown): boolean {
  return error instanceof Refusal && (error.code === 'not_found' || error.type === 'unauthorized');
}
