/**
 * Why something did not happen. The code says who acts next:
 * - `invalid_input`: the caller corrects the request
 * - `unauthenticated`, `forbidden`, `too_large`, `too_many_requests`: the caller
 * - `not_found`, `conflict`: the caller reads the state again
 * - `unsupported`: the admin picks another module or version
 * - `invalid_config`: the admin mends the server or product settings; the job waits for it
 * - `rejected`: the provider said no and means it
 * - `not_owned`: the thing belongs to somebody else; a person decides and nothing of theirs is touched
 * - `unknown_outcome`: the call may have worked; the orchestrator looks before it does anything else
 * - `unavailable`: certainly not executed; the orchestrator tries again later. Where something that was started has ended with it, that is
 *   one of few tries, unless `retryAfterMs` says that it was only refused for now
 */
export const errorCodes = [
  'invalid_input',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'too_many_requests',
  'unsupported',
  'invalid_config',
  'rejected',
  'not_owned',
  'unknown_outcome',
  'unavailable',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface PanelErrorOptions {
  /** The error this one explains. Kept for logs, never shown. */
  readonly cause?: unknown;
  /** With `unavailable`: how long the provider asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /**
   * The field of the input that is at fault, as a dotted path. With `invalid_config`: the setting to mend. Where a step throws it and the
   * setting is the server's, staff are asked once for all the jobs that wait for it.
   */
  readonly field?: string;
}

/** The one error class of the panel and of every extension. Its message names the thing and the rule, and holds no secret. */
export class PanelError extends Error {
  override readonly name = 'PanelError';
  readonly retryAfterMs: number | undefined;
  readonly field: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: PanelErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
    this.field = options.field;
  }
}

/** True for a `PanelError`, also for one made by another copy of this package. */
export function isPanelError(error: unknown): error is PanelError {
  return error instanceof Error && error.name === 'PanelError' && errorCodes.includes((error as PanelError).code);
}
