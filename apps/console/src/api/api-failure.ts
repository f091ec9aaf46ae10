/** What the API answered instead of what it was asked for; status 0: nothing came back at all. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field?: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = 'ApiFailure';
  }
}

/** The failure that an answer tells of. What is not the panel's own error, such as a proxy's page, is not shown to anybody. */
export function failureIn(status: number, body: unknown, retryAfter: string | null): ApiFailure {
  const error = (typeof body === 'object' && body !== null ? (body as { error?: unknown }).error : undefined) as
    Record<string, unknown> | undefined;
  const seconds = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
  if (typeof error?.['code'] !== 'string' || typeof error['message'] !== 'string') {
    return new ApiFailure(status, 'unreadable', `the panel answered with status ${status}`, undefined, seconds);
  }
  const field = typeof error['field'] === 'string' ? error['field'] : undefined;
  return new ApiFailure(status, error['code'], error['message'], field, seconds);
}

/** An error as a sentence for the screen. The panel's own words are kept: they name the thing and the rule. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiFailure))
    return 'Something went wrong in this page. Reload it; if that does not help, tell who runs the panel.';
  if (error.status === 0) return 'The panel cannot be reached. Check the connection and try again.';
  if (error.status === 429) return `Too many attempts. Try again ${waitText(error.retryAfterSeconds)}.`;
  const { field, message } = error;
  // Where it begins with the field that is named, and need not be named again.
  if (field !== undefined && message.startsWith(field)) return message.endsWith('.') ? message : `${message}.`;
  return field === undefined ? sentenceOf(message) : `${sentenceOf(message)} (${field})`;
}

/** What is wrong with one field of what was sent. */
export interface Fault {
  /** As the API names it: `order.email`. */
  readonly field: string;
  readonly text: string;
}

/** The field that an error is about, when it is about one. */
export function faultIn(error: unknown): Fault | undefined {
  if (!(error instanceof ApiFailure) || error.field === undefined) return undefined;
  const { field, message } = error;
  // Beside the field itself its name as programs have it is of no use.
  return { field, text: sentenceOf(message.startsWith(field) ? message.slice(field.length).replace(/^:?\s+/, '') : message) };
}

/** What is wrong with that field, where that is the one. */
export function textAt(fault: Fault | undefined, field: string): string | undefined {
  return fault?.field === field ? fault.text : undefined;
}

function sentenceOf(message: string): string {
  const said = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(said) ? said : `${said}.`;
}

function waitText(seconds: number | undefined): string {
  if (seconds === undefined) return 'in a while';
  if (seconds < 90) return `in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  return `in ${Math.ceil(seconds / 60)} minutes`;
}
