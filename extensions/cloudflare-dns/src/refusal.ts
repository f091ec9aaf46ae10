import { PanelError, type ErrorCode, type HttpHeaders } from '@hostwright/sdk';

/*
 * Cloudflare's answers as our codes. What it means is in `errors[].code`: the HTTP status says little, most "already exists" are 400,
 * and an HTTP 200 may hold `success: false`.
 * Source: Cloudflare API v4, "envelope", "rate limits" and the DNS record codes seen in ddns-go#1378, certbot#10725, terraform#191.
 */

/** Record codes the module acts upon. */
export const codes = {
  /** "Record already exists." */
  exists: 81057,
  /** "An identical record already exists." */
  identical: 81058,
  /** "An A, AAAA, or CNAME record with that host already exists." */
  hostTaken: 81053,
  /** A CNAME beside another type, or the other way round. */
  cnameClash: 81054,
  /** "Record does not exist." */
  noRecord: 81044,
} as const;

/** The object is not there, in the words of several layers: malformed id, unknown zone, unknown record. */
const goneCodes: readonly number[] = [codes.noRecord, 1001, 7000, 7003];
/** The token is unknown, malformed, expired, or may not do this. */
const credentialCodes: readonly number[] = [1000, 6003, 6111, 9106, 9109, 10000, 10001];
/** "Please wait and consider throttling your request speed", seen with and without HTTP 429. */
const throttleCodes: readonly number[] = [971, 10429];

/** On overrun every call is refused for the next five minutes. */
const blockMs = 5 * 60_000;
const reasonLimit = 300;

interface ApiError {
  readonly code: number;
  readonly message: string;
}

/** A definite no, with Cloudflare's own codes. To everybody else it is the `PanelError` it extends. */
export class Refusal extends PanelError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly codes: readonly number[],
    options: { readonly retryAfterMs?: number; readonly field?: string } = {},
  ) {
    super(code, message, options);
  }
}

/** True when Cloudflare refused, and gave one of these codes. */
export function refusedWith(error: unknown, ...wanted: readonly number[]): error is Refusal {
  return error instanceof Refusal && error.codes.some((code) => wanted.includes(code));
}

export interface Exchange {
  /** Method and path, for messages. */
  readonly what: string;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly text: string;
}

/**
 * The envelope of a call that worked.
 * Throws: `unavailable` (throttled), `invalid_config` (token, address), `not_found`, `rejected` as a `Refusal`; `unknown_outcome` for a
 * 5xx and for whatever cannot be read, because the call may have been carried out.
 */
export function openEnvelope(exchange: Exchange): Readonly<Record<string, unknown>> {
  const { what, status, headers, text } = exchange;
  if (status >= 500) throw new PanelError('unknown_outcome', `${what}: Cloudflare answered ${status}`);
  const envelope = parseObject(text);
  const errors = envelope === undefined ? [] : apiErrors(envelope);
  const given = errors.map((error) => error.code);
  const said = reasonOf(errors);
  const has = (list: readonly number[]): boolean => given.some((code) => list.includes(code));

  if (status === 429 || has(throttleCodes)) {
    throw new Refusal('unavailable', `${what}: Cloudflare asks to slow down${said}`, given, { retryAfterMs: retryAfterMs(headers) });
  }
  if (status === 401 || status === 403 || has(credentialCodes)) {
    throw new Refusal('invalid_config', `${what}: the API token was refused or lacks a permission${said}`, given, { field: 'apiToken' });
  }
  if (status >= 300 && status < 400) {
    throw new Refusal('invalid_config', `${what}: the API address answers with a redirect (${status})`, given, { field: 'apiUrl' });
  }
  if (envelope === undefined) throw new PanelError('unknown_outcome', `${what}: Cloudflare's answer (${status}) cannot be read`);
  if (status >= 200 && status < 300 && envelope['success'] === true) return envelope;
  if (envelope['success'] !== false) throw new PanelError('unknown_outcome', `${what}: Cloudflare's answer (${status}) has no known shape`);
  if (status === 408) throw new PanelError('unknown_outcome', `${what}: Cloudflare gave up waiting for the request`);
  if (status === 404 || has(goneCodes)) throw new Refusal('not_found', `${what}: not there${said}`, given);
  throw new Refusal('rejected', `${what}: Cloudflare refused${said}`, given);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // an HTML page, or an answer that was cut
  }
}

/** Codes and messages, those in `error_chain` included: a DNS validation error says only there what is wrong. */
function apiErrors(envelope: Readonly<Record<string, unknown>>): ApiError[] {
  const found: ApiError[] = [];
  const collect = (list: unknown): void => {
    if (!Array.isArray(list)) return;
    for (const entry of list as unknown[]) {
      if (typeof entry !== 'object' || entry === null) continue;
      const { code, message, error_chain: chain } = entry as Record<string, unknown>;
      if (typeof code === 'number') found.push({ code, message: typeof message === 'string' ? message : '' });
      collect(chain);
    }
  };
  collect(envelope['errors']);
  return found;
}

function reasonOf(errors: readonly ApiError[]): string {
  if (errors.length === 0) return '';
  const text = errors.map((error) => `${error.code} ${error.message}`.trim()).join('; ');
  return `: ${text.length > reasonLimit ? `${text.slice(0, reasonLimit)}…` : text}`;
}

/** `retry-after` in seconds, or the `t` of `Ratelimit: "default";r=0;t=30`; five minutes when neither is there. */
function retryAfterMs(headers: HttpHeaders): number {
  const seconds = headers.get('retry-after') ?? /;\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1] ?? '';
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : blockMs;
}
