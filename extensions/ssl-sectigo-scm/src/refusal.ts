import { PanelError, retryAfterMsOf, type ErrorCode, type HttpHeaders } from '@hostwright/sdk';

/*
 * Certificate Manager's answers as our codes. A refusal has a status of 400 or more and `{"code": -16, "description": "Unknown user"}`.
 * Source: Admin Operations 25.9.2 and its table of codes.
 */

export interface Exchange {
  /** Method and path, for messages. */
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
    /** Theirs, negative; undefined where there was none. */
    readonly number: number | undefined,
    retryAfterMs?: number,
  ) {
    super(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}

const minute = 60_000;
const longestText = 300;
/** What the account's owner, or who wrote the product's settings, has to mend. */
const toMend: readonly number[] = [-3, -16, -25, -36, -37, -39, -111];
/** Not now: the certificate, or the authority behind. */
const later: readonly number[] = [-109, -195];

/** Of a certificate that is not to be had yet: not collected, not available now, not collectable, authority not available. */
export const notYet = [-103, -109, -183, -195] as const;

export function isRefusedWith(error: unknown, ...numbers: readonly number[]): error is Refusal {
  return error instanceof Refusal && error.number !== undefined && numbers.includes(error.number);
}

export function isRefused(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === 'rejected';
}

/** There is no certificate of that id. */
export function isUnknown(error: unknown): error is Refusal {
  return error instanceof Refusal && (error.status === 404 || error.number === -124);
}

/**
 * The body of an answer that worked.
 * Throws: `unavailable` (throttled, not now), `invalid_config` (credentials, rights, profile, term), `rejected`, each as a `Refusal`;
 * `unknown_outcome` for a 5xx and for a refusal that cannot be read, because the call may have been carried out.
 */
export function openAnswer({ what, status, headers, text }: Exchange): string {
  if (status < 300) return text;
  if (status === 429) throw new Refusal('unavailable', `${what}: Sectigo asks to slow down`, status, undefined, retryAfterMsOf(headers));
  const { code, description } = refusalIn(text);
  const words = `${what}: Sectigo refused with ${code ?? status}${description}`;
  // "CA not available" comes with whatever status, and is as certain.
  if (code !== undefined && later.includes(code)) throw new Refusal('unavailable', words, status, code, 5 * minute);
  if (status >= 500 || status < 400) throw new PanelError('unknown_outcome', `${what}: Sectigo answered ${status}`);
  if (status === 401 || status === 403 || (code !== undefined && toMend.includes(code)))
    throw new Refusal('invalid_config', words, status, code);
  if (code === undefined && status !== 404) throw new PanelError('unknown_outcome', `${what}: Sectigo's answer (${status}) cannot be read`);
  throw new Refusal('rejected', words, status, code);
}

function refusalIn(text: string): { readonly code: number | undefined; readonly description: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { code: undefined, description: '' }; // a page of a gateway
  }
  const { code, description } = (typeof value === 'object' && value !== null ? value : {}) as { code?: unknown; description?: unknown };
  const said = typeof description === 'string' && description !== '' ? description : undefined;
  return {
    code: typeof code === 'number' && Number.isInteger(code) ? code : undefined,
    description: said === undefined ? '' : ` (${said.length > longestText ? `${said.slice(0, longestText)}…` : said})`,
  };
}
