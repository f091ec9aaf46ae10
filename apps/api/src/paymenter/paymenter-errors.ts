import { type ErrorAnswer } from '../http/index.js';

/** The routes that another billing panel calls; their errors have its shape. */
const supportPaths = ['/support/create', '/support/suspend', '/support/unsuspend', '/support/terminate'];
const paths = new Set(['/create-site', '/delete-site', '/status', '/health', '/suspend', '/unsuspend', '/wp/upgrade', ...supportPaths]);
const folders = ['/action/', '/actions/', '/customdomain/'];
/** Their callers show the whole body to their customers. */
const inPlainText = new Set(['/add/zone', '/delete/zone', '/add/record', '/delete/record'].map((path) => `/customdomain${path}`));

export function isPaymenterPath(path: string): boolean {
  return paths.has(withoutSlash(path)) || folders.some((folder) => path.startsWith(folder));
}

/** What the caller can do something about. The rest is for our staff: callers show the text to their customers as it is. */
const forCallers = new Set(['invalid_input', 'unauthenticated', 'forbidden', 'not_found', 'conflict', 'too_large', 'too_many_requests']);

export interface PaymenterErrorShape {
  readonly status: number;
  /** A text where the caller reads a text. */
  readonly body: { readonly success: false; readonly error: string } | string;
}

/** An error in the shape the other panel reads. */
export function paymenterError(answer: ErrorAnswer, path: string): PaymenterErrorShape {
  const { status, error } = told(answer);
  return { status, body: inPlainText.has(withoutSlash(path)) ? error : { success: false, error } };
}

function told({ status, code, message }: ErrorAnswer): { readonly status: number; readonly error: string } {
  if (forCallers.has(code)) return { status: code === 'forbidden' ? 401 : status, error: message };
  return status === 503
    ? { status: 503, error: 'this cannot be done right now; try again later' }
    : { status: 500, error: 'this could not be done; our staff know about it' };
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
