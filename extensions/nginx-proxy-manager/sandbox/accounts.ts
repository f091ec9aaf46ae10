import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer, type SandboxRequest } from '@hostwright/sdk-testing';
import { failure, internalError, permissionDenied } from './errors.js';

/** The account of `RunningSandbox.server`; it opens nothing else. */
export const identity = 'panel@example.net';
export const secret = 'sandbox-npm-password-7d21';

type Level = 'manage' | 'view' | 'hidden';

export interface Account {
  readonly id: number;
  email: string;
  twoFactor: boolean;
  disabled: boolean;
  admin: boolean;
  proxyHosts: Level;
  certificates: Level;
}

const dayMs = 24 * 60 * 60_000;

/** The panel's account and the tokens it was given. Tokens are opaque here: a JWT's inside concerns nobody but the server. */
export class Accounts {
  readonly account: Account = {
    id: 2,
    email: identity,
    twoFactor: false,
    disabled: false,
    admin: false,
    proxyHosts: 'manage',
    certificates: 'manage',
  };
  #valid = new Set<string>();
  #expired = new Set<string>();

  logIn(given: { readonly identity: string; readonly secret: string }): SandboxAnswer {
    const right = given.identity === identity && given.secret === secret && !this.account.disabled;
    if (!right) return failure(400, 'Invalid email or password', 'error.invalid-auth');
    if (this.account.twoFactor) return json(200, { requires_2fa: true, challenge_token: aToken() });
    return this.#fresh();
  }

  /** `GET /tokens`. */
  refresh(): SandboxAnswer {
    return this.#fresh();
  }

  /** Refuses a call without a good token, in the provider's odd ways. */
  guard(request: SandboxRequest): SandboxAnswer | undefined {
    const header = request.headers.authorization;
    if (header === undefined || !header.startsWith('Bearer ')) return permissionDenied();
    const token = header.slice('Bearer '.length);
    if (this.#expired.has(token)) return failure(400, 'Token has expired');
    if (!this.#valid.has(token)) return internalError(); // signed by another key, or no token at all
    if (this.account.disabled) return failure(400, 'User cannot be loaded for Token');
    return undefined;
  }

  /** Every token so far has expired. */
  expireTokens(): void {
    this.#expired = new Set([...this.#expired, ...this.#valid]);
    this.#valid = new Set();
  }

  /** The signing keys were made anew, as when the container is. */
  regenerateKeys(): void {
    this.#valid = new Set();
    this.#expired = new Set();
  }

  answered(): JsonObject {
    const { id, email, disabled, admin, proxyHosts, certificates } = this.account;
    const at = '2026-01-05T09:00:00.000Z';
    return {
      id,
      created_on: at,
      modified_on: at,
      is_disabled: disabled,
      email,
      name: 'Panel',
      nickname: 'panel',
      avatar: '',
      roles: admin ? ['admin'] : [],
      permissions: {
        visibility: 'all',
        proxy_hosts: proxyHosts,
        redirection_hosts: 'hidden',
        dead_hosts: 'hidden',
        streams: 'hidden',
        access_lists: 'hidden',
        certificates,
      },
    };
  }

  #fresh(): SandboxAnswer {
    const token = aToken();
    this.#valid.add(token);
    return json(200, { token, expires: new Date(Date.now() + dayMs).toISOString() });
  }
}

function aToken(): string {
  return `eyJ${randomBytes(24).toString('base64url')}.${randomBytes(48).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
}
