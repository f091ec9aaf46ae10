import { PanelError, retryAfterMsOf, type ErrorCode, type HttpHeaders } from '@hostwright/sdk';

/*
 * WHM's answers as our codes. Success and refusal are both HTTP 200; `metadata.result` alone tells them apart. A refused token is 403, at
 * times 401, or 200 with the log-in page. Whatever is no JSON, such as the page of a licence that ended, says nothing about the call.
 * Source: api.docs.cpanel.net (WHM API 1, UAPI), and what third-party modules have seen of the reasons' wording.
 */

const reasonLimit = 300;
/** Bad log-ins can have the panel's address blocked, so a log-in that was refused is not tried again at once. */
const refusedForMs = 2 * 60_000;

export interface Answer {
  /** Function or module and function, for messages. */
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
    options: { readonly retryAfterMs?: number; readonly field?: string } = {},
  ) {
    super(code, message, options);
  }
}

export function isRefusal(error: unknown, code: ErrorCode): error is Refusal {
  return error instanceof Refusal && error.code === code;
}

export function isNameTaken(error: unknown): boolean {
  return error instanceof Refusal && /already has an account named/i.test(error.reason);
}

/** The name cannot be given, and no account has it: WHM looks for that first. */
export function isNameUnused(error: unknown): boolean {
  return error instanceof Refusal && nameCollision.test(error.reason);
}

const nameCollision = /already has a (?:group|database owner) named|same initial/i;

/** A no to what was asked, whatever it is worded like; not one to whoever asks. */
export function isNo(error: unknown): error is Refusal {
  return error instanceof Refusal && ['rejected', 'not_found', 'conflict'].includes(error.code);
}

interface Meaning {
  readonly of: RegExp;
  readonly code: ErrorCode;
  /** The setting that is to be mended. */
  readonly field?: string;
  /** What to do about it, where the reason leaves that open. */
  readonly hint?: string;
}

/** What a reason means. The first that fits; any other is a no that the provider means. */
const meanings: readonly Meaning[] = [
  { of: /^Unknown app\b/i, code: 'unsupported' },
  {
    of: /do not have the (?:.* )?feature|does not have the (?:.* )?feature/i,
    code: 'invalid_config',
    field: 'package',
    hint: 'switch it on in the feature list of the package',
  },
  { of: /do not have root access/i, code: 'invalid_config', field: 'token', hint: 'it takes a token that may do everything' },
  { of: /do not have (?:access to an account|a user) named|\buser\b.*\bdoes not exist|account does not exist/i, code: 'not_found' },
  { of: /permission denied|not have permission|access denied|insufficient privileges/i, code: 'invalid_config', field: 'token' },
  { of: /already has an account named|already exists|already configured/i, code: 'conflict' },
  { of: nameCollision, code: 'conflict' },
  { of: /password.*(?:strength|weak|too short|rating)|strength rating/i, code: 'invalid_input', field: 'password' },
];

export interface WhmAnswer {
  /** Empty when there is none. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * What a WHM call that worked answered.
 * Throws: a `Refusal` as `meanings` has it, `invalid_config` when access was denied, `unavailable` for a 429; `unknown_outcome` for
 * whatever says neither yes nor no.
 */
export function openWhm(answer: Answer): WhmAnswer {
  const body = openJson(answer);
  const metadata = asObject(body['metadata']);
  const denied = asObject(body['cpanelresult']);
  if (denied !== undefined && metadata === undefined) throw refused(answer);
  const result = metadata?.['result'];
  if (metadata !== undefined && (result === 1 || result === '1')) return { data: asObject(body['data']) ?? {}, metadata };
  if (result === 0 || result === '0') throw refusalOf(answer.what, whyOf(metadata));
  // A legacy answer, or something else's: the call may have been carried out.
  throw new PanelError('unknown_outcome', `${answer.what}: the answer bears no result`);
}

/** The `data` of a UAPI call made through WHM: the outer result says nothing about the inner one. The docs print that wrapped once more. */
export function openUapi(answer: Answer): unknown {
  const given = asObject(openWhm(answer).data['uapi']);
  const uapi = asObject(given?.['result']) ?? given;
  const status = uapi?.['status'];
  if (status === 1 || status === '1') return uapi?.['data'];
  if (status === 0 || status === '0') {
    const { errors } = uapi as { readonly errors?: unknown };
    const said = Array.isArray(errors) ? errors.filter((each): each is string => typeof each === 'string') : [];
    throw refusalOf(answer.what, reasonOf(said.join('; ')));
  }
  throw new PanelError('unknown_outcome', `${answer.what}: the answer bears no status`);
}

/** Without what cPanel puts before it, and not longer than a message may be. */
export function reasonOf(reason: unknown): string {
  const text = typeof reason === 'string' ? reason.trim() : '';
  const plain = text.replace(/^API failure:\s*/, '').replace(/^\(XID \w+\)\s*/, '');
  return plain.length > reasonLimit ? `${plain.slice(0, reasonLimit)}…` : plain;
}

function refusalOf(what: string, reason: string): Refusal {
  const { code = 'rejected', field, hint } = meanings.find(({ of }) => of.test(reason)) ?? {};
  const said = reason === '' ? 'refused without a reason' : reason;
  return new Refusal(code, `${what}: ${said}${hint === undefined ? '' : `; ${hint}`}`, reason, field === undefined ? {} : { field });
}

/** Of some calls the reason is only that they failed; why, stands beside it. */
function whyOf(metadata: Readonly<Record<string, unknown>> | undefined): string {
  const reason = reasonOf(metadata?.['reason']);
  if (!/^Failed to \w+ \w+\.$/.test(reason)) return reason;
  const raw = asObject(metadata?.['output'])?.['raw'];
  const why = typeof raw === 'string' ? reasonOf(raw.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')) : '';
  return why === '' ? reason : `${reason} (${why})`;
}

function openJson(answer: Answer): Readonly<Record<string, unknown>> {
  const { what, status, headers, text } = answer;
  if (status === 429) {
    throw new Refusal('unavailable', `${what}: too many requests`, '', { retryAfterMs: retryAfterMsOf(headers) });
  }
  if (status === 401 || status === 403) throw refused(answer);
  if (status >= 300 && status < 400) throw new Refusal('invalid_config', `${what}: the address answers with a redirect (${status})`, '');
  if (status < 200 || status >= 300) throw new PanelError('unknown_outcome', `${what}: answered ${status}`);
  const body = asObject(parsed(text));
  if (body !== undefined) return body;
  if (isLogInPage(text)) throw refused(answer);
  throw new PanelError('unknown_outcome', `${what}: the answer cannot be read`);
}

function refused({ what }: Answer): Refusal {
  const message = `${what}: access was denied: the user, its token or its privileges; or the host blocks the panel's address after bad log-ins`;
  return new Refusal('invalid_config', message, 'Access denied', { field: 'token', retryAfterMs: refusedForMs });
}

function isLogInPage(text: string): boolean {
  return /^\s*</.test(text) && (/<title>[^<]*\blog-?in\b/i.test(text) || /id="?login[_-]?form/i.test(text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a page, or an answer that was cut
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
