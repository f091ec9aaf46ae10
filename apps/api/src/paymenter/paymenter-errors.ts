import { type ErrorAnswer } from '../http/index.js';

/** The routes that another billing panel calls; their errors have its shape. */
const paths = new Set(['/create-site', '/delete-site', '/status', '/health', '/suspend', '/unsuspend', '/wp/upgrade']);
const folders = ['/action/', '/actions/'];

export function isPaymenterPath(path: string): boolean {
  return paths.has(path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path) || folders.some((folder) => path.startsWith(folder));
}

/** What the caller can do something about. The rest is for our staff: callers show the text to their customers as it is. */
const forCallers = new Set(['invalid_input', 'unauthenticated', 'forbidden', 'not_found', 'conflict', 'too_large', 'too_many_requests']);

/** An error in the shape the other panel reads. */
export function paymenterError({ status, code, message }: ErrorAnswer): {
  readonly status: number;
  readonly body: { readonly success: false; readonly error: string };
} {
  if (forCallers.has(code)) return { status: code === 'forbidden' ? 401 : status, body: { success: false, error: message } };
  const busy = status === 503;
  return {
    status: busy ? 503 : 500,
    body: {
      success: false,
      error: busy ? 'this cannot be done right now; try again later' : 'this could not be done; our staff know about it',
    },
  };
}
