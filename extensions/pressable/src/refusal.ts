import { PanelError, retryAfterMsOf, type ErrorCode, type HttpHeaders } from '@hostwright/sdk';

/*
 * Pressable's answers as our codes. Success is `{"message":"Success","data":…,"errors":null}`; a refusal has a status of 400 or more and
 * `errors`, a flat list of texts. The log-in answers as OAuth does, `{"error":…,"error_description":…}`, and some calls with `message` or
 * `error` alone.
 * Source: Pressable API v1; pressable/mpcp-whmcs-integration; a8cteam51/team51-cli.
 */

const reasonLimit = 300;

export interface Answer {
  /** Method and path, for messages. */
  readonly what: string;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly text: string;
}

export interface Envelope {
  readonly message: string;
  readonly data: unknown;
  /** How many there are in all, where the answer is one page of a list. */
  readonly totalItems: number | undefined;
}

/** What was answered instead of a success, in the provider's own words. To everybody else it is the `PanelError` it extends. */
export class Refusal extends PanelError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly status: number,
    options: { readonly retryAfterMs?: number; readonly field?: string } = {},
  ) {
    super(code, message, options);
  }
}

export function isNotFound(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === 'not_found';
}

/** Pressable did not like what was asked, for a reason of its own: a name that is taken, a value that is wrong. */
export function isRejected(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === 'rejected';
}

/** There is no such call, or nothing that it could be about: a web server says the first with a page of its own. */
export function isNoSuchCall(error: unknown): error is Refusal {
  return error instanceof Refusal && error.status === 404;
}

/** The API application lacks the permission for that call. */
export function isForbidden(error: unknown): error is Refusal {
  return error instanceof Refusal && error.status === 403;
}

/**
 * The envelope of a call that worked.
 * Throws: `invalid_config` (log-in, permission, address), `not_found`, `rejected`, `unavailable` as a `Refusal`; `unknown_outcome` for a
 * 5xx and for whatever cannot be read, because the call may have been carried out.
 */
export function openEnvelope(answer: Answer): Envelope {
  const { what, status, text } = answer;
  const body = asObject(parsed(text));
  refuseByStatus(answer, body);
  if (status < 200 || status >= 300) {
    // A page of something in front of Pressable says nothing about the site.
    if (body === undefined) throw new Refusal('unknown_outcome', `${what}: the answer (${status}) has no known shape`, status);
    const code = status === 404 ? 'not_found' : 'rejected';
    throw new Refusal(code, `${what}: ${code === 'not_found' ? 'not there' : 'refused'}${said(body)}`, status);
  }
  if (status === 204 && text === '') return { message: 'Success', data: null, totalItems: undefined };
  // Every answer has a message or data; what has neither is not Pressable's.
  if (body === undefined || (typeof body['message'] !== 'string' && !('data' in body))) {
    throw new PanelError('unknown_outcome', `${what}: the answer (${status}) cannot be read`);
  }
  if (textsOf(body['errors']).length > 0) throw new Refusal('rejected', `${what}: refused${said(body)}`, status);
  const { message, data = null } = body;
  return { message: typeof message === 'string' ? message : '', data, totalItems: totalOf(body['page']) };
}

/** Throws what the status alone tells, whatever the body is. */
export function refuseByStatus({ what, status, headers }: Answer, body: Readonly<Record<string, unknown>> | undefined): void {
  const refuse = (code: ErrorCode, message: string, options: { readonly retryAfterMs?: number; readonly field?: string } = {}): Refusal =>
    new Refusal(code, `${what}: ${message}${said(body)}`, status, options);
  if (status >= 500 || status === 408) throw new PanelError('unknown_outcome', `${what}: Pressable answered ${status}`);
  if (status === 429) throw refuse('unavailable', 'too many requests', { retryAfterMs: retryAfterMsOf(headers) });
  if (status === 401) throw refuse('invalid_config', 'the client ID or secret was refused', { field: 'clientSecret' });
  if (status === 403) throw refuse('invalid_config', 'the API application lacks the permission for this', { field: 'clientId' });
  if (status >= 300 && status < 400) throw refuse('invalid_config', `the address answers with a redirect (${status})`, { field: 'apiUrl' });
}

/** The reasons that a body gives, in its own words: `errors`, or else `message` or `error`. Empty when it gives none. */
export function reasonOf(body: Readonly<Record<string, unknown>> | undefined): string {
  if (body === undefined) return '';
  const errors = textsOf(body['errors']);
  const alone = [body['message'], body['error_description'], body['error']].find((text) => typeof text === 'string' && text !== '');
  const reason = errors.length > 0 ? errors.join('; ') : typeof alone === 'string' ? alone : '';
  return reason.length > reasonLimit ? `${reason.slice(0, reasonLimit)}…` : reason;
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // a page, or an answer that was cut
  }
}

function said(body: Readonly<Record<string, unknown>> | undefined): string {
  const reason = reasonOf(body);
  return reason === '' ? '' : `: ${reason}`;
}

function textsOf(errors: unknown): readonly string[] {
  if (typeof errors === 'string') return errors === '' ? [] : [errors];
  return Array.isArray(errors) ? errors.map((error: unknown) => (typeof error === 'string' ? error : JSON.stringify(error))) : [];
}

function totalOf(page: unknown): number | undefined {
  const total = asObject(page)?.['totalItems'];
  return typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : undefined;
}
