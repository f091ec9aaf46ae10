import { PanelError, type ErrorCode, type HttpHeaders } from '@hostwright/sdk';

/*
 * Cloudflare's answers as our codes. What it means is in `errors[].code`: the HTTP status says little, most "already exists" are 400,
 * and an HTTP 200 may hold `success: false`.
 * Source: Cloudflare API v4, "envelope" and "rate limits"; the codes of tenant, zones, subscriptions, records and custom hostnames from its
 * docs and from the issues named beside them.
 */

/** Codes that are acted upon. */
export const codes = {
  /** "example.com already exists", in this account or in another of ours. */
  zoneExists: 1061,
  /** "Zone is already unpaused", and the same of paused (terraform#191). */
  pausedAlready: 1022,
  /** "The zone does not have an active core subscription": its plan is free (terraform#7083). */
  noCoreSubscription: 1207,
  /** "Authentication error", also of a plan that is changed right after its zone was made (pulumi-cloudflare#251). */
  authentication: 10000,
  /** A second check of the name servers within the time the plan sets between two. Unconfirmed. */
  checkedLately: 1224,
  /** "Unable to decode the JSON request body": `ssl.settings` without the entitlement (cloudflare-php#230). */
  undecodable: 1400,
  /** "Duplicate custom hostname found." Unconfirmed. */
  hostnameExists: 1406,
  hostnameInvalid: 1407,
  hostnameNotAscii: 1408,
  /** `test`, `example`, `invalid`, `localhost`. */
  hostnameReserved: 1409,
  /** `example.com`, `.net` and `.org`. */
  hostnameProhibited: 1411,
  /** The origin is not in the zone's DNS. */
  originUnknown: 1421,
  /** "Record already exists." and "An identical record already exists." (ddns-go#1378, certbot#10725) */
  recordExists: 81057,
  recordIdentical: 81058,
  /** "An A, AAAA, or CNAME record with that host already exists." */
  hostTaken: 81053,
  /** A CNAME beside another type, or the other way round. */
  cnameClash: 81054,
  /** "Record does not exist." */
  noRecord: 81044,
} as const;

/** The object is not there, in the words of several layers: malformed id, unknown zone, unknown record, unknown hostname. */
const goneCodes: readonly number[] = [1001, 7000, 7003, 1435, 1436, codes.noRecord];
/** The credentials are unknown, malformed, expired, or may not do this. 1068 is of a zone without an account, or in one of another's. */
const credentialCodes: readonly number[] = [1000, 1068, 6003, 6111, 9106, 9109, 10000, 10001];
/** "Please wait and consider throttling your request speed", with and without HTTP 429; 1105: too many attempts for one domain. */
const throttleCodes: readonly number[] = [971, 1105, 10429];
/** A hostname that no certificate can be had for, that is prohibited, or whose origin or method is wrong. */
const inputCodes: readonly number[] = [
  codes.hostnameInvalid,
  codes.hostnameNotAscii,
  codes.hostnameReserved,
  codes.hostnameProhibited,
  codes.originUnknown,
  1432,
];

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

/** True when what was asked for is not there. A free zone's missing plan is another matter. */
export function isGone(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'not_found' && !error.codes.includes(codes.noCoreSubscription);
}

export interface Exchange {
  /** Method and path, for messages. */
  readonly what: string;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly text: string;
  /** The setting that it was sent with. */
  readonly credential: 'globalKey' | 'apiToken';
}

type Envelope = Readonly<Record<string, unknown>>;

/**
 * The envelope of a call that worked.
 * Throws: `unavailable` (throttled), `invalid_config` (credentials, address), `not_found`, `invalid_input`, `conflict`, `rejected` as a
 * `Refusal`; `unknown_outcome` for a 5xx and for whatever cannot be read, because the call may have been carried out.
 */
export function openEnvelope(exchange: Exchange): Envelope {
  const { what, status } = exchange;
  const envelope = readAnswer(exchange);
  if (status >= 200 && status < 300 && envelope['success'] === true) return envelope;
  if (envelope['success'] !== false) throw new PanelError('unknown_outcome', `${what}: Cloudflare's answer (${status}) has no known shape`);
  if (status === 408) throw new PanelError('unknown_outcome', `${what}: Cloudflare gave up waiting for the request`);
  const { given, said } = errorsOf(envelope);
  throw new Refusal(meaningOf(status, given), `${what}: Cloudflare refused${said}`, given);
}

/**
 * An answer without the envelope, as of GraphQL, and of the deletion of a custom hostname; one that has it is opened.
 * Throws as `openEnvelope` does.
 */
export function openBare(exchange: Exchange): Envelope {
  const answer = readAnswer(exchange);
  if (exchange.status < 200 || exchange.status >= 300 || 'success' in answer) return openEnvelope(exchange);
  return answer;
}

function meaningOf(status: number, given: readonly number[]): ErrorCode {
  const has = (list: readonly number[]): boolean => given.some((code) => list.includes(code));
  if (has(inputCodes)) return 'invalid_input';
  if (status === 404 || has(goneCodes)) return 'not_found';
  return status === 409 || given.includes(codes.hostnameExists) ? 'conflict' : 'rejected';
}

/** What can be read and is neither a 5xx nor about the caller. */
function readAnswer({ what, status, headers, text, credential }: Exchange): Envelope {
  if (status >= 500) throw new PanelError('unknown_outcome', `${what}: Cloudflare answered ${status}`);
  const envelope = parseObject(text);
  const { given, said } = errorsOf(envelope ?? {});
  const has = (list: readonly number[]): boolean => given.some((code) => list.includes(code));
  if (status === 429 || has(throttleCodes)) {
    throw new Refusal('unavailable', `${what}: Cloudflare asks to slow down${said}`, given, { retryAfterMs: retryAfterMs(headers) });
  }
  if (status === 401 || status === 403 || has(credentialCodes)) {
    throw new Refusal('invalid_config', `${what}: the token or key was refused or lacks a permission${said}`, given, { field: credential });
  }
  if (status >= 300 && status < 400) {
    throw new Refusal('invalid_config', `${what}: the API address answers with a redirect (${status})`, given, { field: 'apiUrl' });
  }
  if (envelope === undefined) throw new PanelError('unknown_outcome', `${what}: Cloudflare's answer (${status}) cannot be read`);
  return envelope;
}

function parseObject(text: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Envelope) : undefined;
  } catch {
    return undefined; // an HTML page, or an answer that was cut
  }
}

/** Codes and messages, those in `error_chain` included: some errors say only there what is wrong. */
function errorsOf(envelope: Envelope): { readonly given: readonly number[]; readonly said: string } {
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
  const text = found.map(({ code, message }) => `${code} ${message}`.trim()).join('; ');
  const short = text.length > reasonLimit ? `${text.slice(0, reasonLimit)}…` : text;
  return { given: found.map(({ code }) => code), said: short === '' ? '' : `: ${short}` };
}

/** `retry-after` in seconds, or the `t` of `Ratelimit: "default";r=0;t=30`; five minutes when neither is there. */
function retryAfterMs(headers: HttpHeaders): number {
  const seconds = headers.get('retry-after') ?? /;\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1] ?? '';
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : blockMs;
}
