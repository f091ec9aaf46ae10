import { PanelError } from '@hostwright/sdk';
import { retryAfterMs, type Exchange } from './problem.js';

export interface Directory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
  readonly revokeCert: string;
  readonly externalAccountRequired: boolean;
}

export interface Order {
  readonly status: 'pending' | 'ready' | 'processing' | 'valid' | 'invalid';
  readonly authorizations: readonly string[];
  readonly finalize: string;
  readonly certificate: string | undefined;
  readonly error: unknown;
  /** ISO 8601: afterwards the authority knows nothing of it, whatever came of it. */
  readonly expires: string | undefined;
  /** When to look at it again, as far as the authority says. */
  readonly afterMs: number | undefined;
}

export interface Authorization {
  readonly name: string;
  readonly wildcard: boolean;
  readonly status: 'pending' | 'valid' | 'invalid' | 'deactivated' | 'expired' | 'revoked';
  /** Undefined where the authority does not offer one by DNS. */
  readonly challenge: Challenge | undefined;
}

export interface Challenge {
  readonly url: string;
  readonly status: string;
  readonly token: string;
  readonly error: unknown;
}

const orderStates: readonly string[] = ['pending', 'ready', 'processing', 'valid', 'invalid'];
const authorizationStates: readonly string[] = ['pending', 'valid', 'invalid', 'deactivated', 'expired', 'revoked'];

export function readDirectory(answer: Exchange): Directory {
  const value = objectIn(answer);
  const meta = value['meta'];
  return {
    newNonce: text(value, 'newNonce', answer),
    newAccount: text(value, 'newAccount', answer),
    newOrder: text(value, 'newOrder', answer),
    revokeCert: text(value, 'revokeCert', answer),
    externalAccountRequired:
      typeof meta === 'object' && meta !== null && (meta as Record<string, unknown>)['externalAccountRequired'] === true,
  };
}

export function readOrder(answer: Exchange): Order {
  const value = objectIn(answer);
  const { status, authorizations, certificate, expires } = value;
  // After one of its validations was given up. RFC 8555 (7.1.6) has such an order invalid; Pebble calls it by the state of the validation.
  const state = status === 'deactivated' ? 'invalid' : status;
  if (typeof state !== 'string' || !orderStates.includes(state)) throw strange(answer, 'status');
  if (!Array.isArray(authorizations) || !authorizations.every((url) => typeof url === 'string')) throw strange(answer, 'authorizations');
  return {
    status: state as Order['status'],
    authorizations: authorizations as string[],
    finalize: text(value, 'finalize', answer),
    certificate: typeof certificate === 'string' ? certificate : undefined,
    error: value['error'],
    expires: typeof expires === 'string' && !Number.isNaN(Date.parse(expires)) ? expires : undefined,
    afterMs: retryAfterMs(answer.headers),
  };
}

export function readAuthorization(answer: Exchange): Authorization {
  const value = objectIn(answer);
  const { status, identifier, wildcard, challenges } = value;
  if (typeof status !== 'string' || !authorizationStates.includes(status)) throw strange(answer, 'status');
  const name = (identifier as Record<string, unknown> | null | undefined)?.['value'];
  if (typeof name !== 'string') throw strange(answer, 'identifier');
  if (!Array.isArray(challenges)) throw strange(answer, 'challenges');
  const byDns = (challenges as (Record<string, unknown> | null)[]).find((one) => one?.['type'] === 'dns-01') ?? undefined;
  return {
    name: name.toLowerCase(),
    wildcard: wildcard === true,
    status: status as Authorization['status'],
    challenge: byDns && {
      url: text(byDns, 'url', answer),
      status: text(byDns, 'status', answer),
      token: token(byDns, answer),
      error: byDns['error'],
    },
  };
}

/** It becomes part of what is published: base64url and nothing else (RFC 8555, 8.1). */
function token(value: Record<string, unknown>, answer: Exchange): string {
  const found = text(value, 'token', answer);
  if (!/^[A-Za-z0-9_-]{16,256}$/.test(found)) throw strange(answer, 'token');
  return found;
}

function objectIn(answer: Exchange): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(answer.text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new PanelError('unknown_outcome', `${answer.what}: the authority's answer cannot be read`);
}

function text(value: Record<string, unknown>, name: string, answer: Exchange): string {
  const found = value[name];
  if (typeof found !== 'string' || found === '') throw strange(answer, name);
  return found;
}

function strange(answer: Exchange, name: string): PanelError {
  return new PanelError('unknown_outcome', `${answer.what}: the authority's answer has no ${name} that can be read`);
}
