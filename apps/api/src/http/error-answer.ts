import { HttpException } from '@nestjs/common';
import { isPanelError, type ErrorCode } from '@hostwright/sdk';

/** What a caller is told when something did not happen. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: ErrorCode | 'internal';
  readonly message: string;
  readonly field?: string;
  readonly retryAfterMs?: number;
}

const statusOf: Readonly<Record<ErrorCode, number>> = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  not_owned: 409,
  too_large: 413,
  too_many_requests: 429,
  unsupported: 501,
  invalid_config: 502,
  rejected: 502,
  unknown_outcome: 503,
  unavailable: 503,
};

/** What the framework refuses before a route is reached. Its own words are not passed on: they quote the request. */
const refusals: Readonly<Record<number, { readonly code: ErrorCode; readonly message: string }>> = {
  400: { code: 'invalid_input', message: 'the body is not valid JSON' },
  401: { code: 'unauthenticated', message: 'log in or send an API key' },
  403: { code: 'forbidden', message: 'you may not do this' },
  404: { code: 'not_found', message: 'there is nothing at this address' },
  405: { code: 'not_found', message: 'there is nothing at this address for this method' },
  413: { code: 'too_large', message: 'the body is larger than 256 KiB' },
  414: { code: 'too_large', message: 'the address is too long' },
  415: { code: 'invalid_input', message: 'send the body as application/json' },
  431: { code: 'too_large', message: 'the headers are too large' },
};

/** Any error as the caller is told it. What nobody planned for tells nothing; `isBug` says that it belongs into the log. */
export function errorAnswer(error: unknown): ErrorAnswer & { readonly isBug: boolean } {
  if (isPanelError(error)) {
    const { code, message, field, retryAfterMs } = error;
    return {
      status: statusOf[code],
      code,
      message,
      ...(field !== undefined && { field }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      isBug: false,
    };
  }
  const status = httpStatusOf(error);
  const refusal = status === undefined ? undefined : refusals[status];
  if (status !== undefined && refusal) return { status, ...refusal, isBug: false };
  return { status: 500, code: 'internal', message: 'something went wrong on our side; the log has the details', isBug: true };
}

function httpStatusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  // Errors of the HTTP server, which bear a status and a code of their own.
  const { statusCode, code } = (typeof error === 'object' && error !== null ? error : {}) as { statusCode?: unknown; code?: unknown };
  return typeof statusCode === 'number' && typeof code === 'string' && code.startsWith('FST_') ? statusCode : undefined;
}
