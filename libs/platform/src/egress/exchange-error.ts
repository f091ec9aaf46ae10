import { PanelError } from '@hostwright/sdk';
import { RefusedAddressError } from './addresses.js';
import { wasReused, WrongCertificateError } from './connector.js';
import type { ExchangeFailure } from './exchange-once.js';

const untrusted = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const noConnection: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before anything was sent',
  EAI_AGAIN: 'the name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the host is unknown',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
};

/** An exchange that failed, in our words: what certainly did not happen, what the admin must mend, what nobody knows. */
export function exchangeError(what: string, method: string, failure: ExchangeFailure): PanelError {
  const { cause } = failure;
  if (!failure.sent) return notSent(what, failure);
  const error = (code: 'unavailable' | 'unknown_outcome', text: string) => new PanelError(code, `${what}: ${text}`, { cause });
  switch (failure.reason) {
    case 'timeout':
      return error('unknown_outcome', failure.answering ? 'the answer did not end in time' : 'no answer in time');
    case 'stopped':
      return error('unknown_outcome', 'stopped while waiting for the answer');
    case 'too large':
      return error('unknown_outcome', 'the answer is too large');
    case 'no connection':
    case 'lost':
      if (failure.answering) return error('unknown_outcome', 'the answer was cut short');
      // A kept connection that the server closed just then. Reading changes nothing, so it may count as not done.
      if ((method === 'GET' || method === 'HEAD') && isLoss(cause) && wasReused(cause as Error))
        return error('unavailable', 'the kept connection was closed');
      return isLoss(cause)
        ? error('unknown_outcome', 'the connection was lost before the answer')
        : error('unknown_outcome', `the answer is not HTTP (${codeOf(cause)})`);
  }
}

function notSent(what: string, failure: ExchangeFailure): PanelError {
  const { cause, reason } = failure;
  const error = (code: 'unavailable' | 'invalid_config', text: string) => new PanelError(code, `${what}: ${text}`, { cause });
  if (reason === 'timeout') return error('unavailable', 'no connection in time');
  if (reason === 'stopped') return error('unavailable', 'stopped before it was sent');
  if (cause instanceof WrongCertificateError) {
    return error('invalid_config', `the server's certificate is not the pinned one${cause.shown ? `; it shows ${cause.shown}` : ''}`);
  }
  if (cause instanceof RefusedAddressError) return error('invalid_config', cause.message);
  const code = codeOf(cause);
  if (untrusted.has(code)) return error('invalid_config', `the server's certificate is not trusted (${code})`);
  return error('unavailable', noConnection[code] ?? `no connection (${code})`);
}

function isLoss(cause: unknown): boolean {
  return ['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED'].includes(
    codeOf(cause),
  );
}

/** The error's code. Several addresses were tried: the first one's. */
function codeOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return 'unknown reason';
  const { code, errors, name } = cause as { code?: unknown; errors?: readonly unknown[]; name?: unknown };
  if (typeof code === 'string') return code;
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return typeof name === 'string' ? name : 'unknown reason';
}
