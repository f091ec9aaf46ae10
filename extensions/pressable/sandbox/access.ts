import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer, type SandboxRequest } from '@hostwright/sdk-testing';
import { failure } from './envelope.js';

/** The credentials of `RunningSandbox.server`; they open nothing else. */
export const clientId = 'sandbox-client-QbWIe7vxfNzZ1vZ7';
export const clientSecret = 'sandbox-secret-V8uqwz5sL0PdNVm8';

const lifetimeSeconds = 3_599;
/** Somebody who goes on with credentials that were refused locks the account. */
const mostRefusals = 3;

/** The API application, its permissions and the tokens it was given. */
export class Access {
  #secret = clientSecret;
  #tokens = new Set<string>();
  #refusals = 0;
  logIns = 0;
  /** An application that may only read. */
  readOnly = false;
  /** Paths that it may not call at all. */
  closed: readonly string[] = [];
  /** How a refused token is answered: both are seen. */
  refusalKey: 'message' | 'error' = 'message';
  /** What `expires_in` says. */
  lifetimeSeconds = lifetimeSeconds;

  constructor(private readonly violate: (what: string) => void) {}

  logIn(body: unknown): SandboxAnswer {
    const { grant_type: grant, client_id: id, client_secret: secret } = (body ?? {}) as Record<string, unknown>;
    this.logIns += 1;
    if (grant !== 'client_credentials') return json(400, { error: 'unsupported_grant_type', error_description: 'Unsupported grant type.' });
    if (id !== clientId || secret !== this.#secret) {
      this.#refusals += 1;
      if (this.#refusals > mostRefusals) this.violate('went on with credentials that were refused, which locks the account');
      return json(401, { error: 'invalid_client', error_description: 'Client authentication failed due to unknown client.' });
    }
    const token = randomBytes(32).toString('base64url');
    this.#tokens.add(token);
    const profile = { id: 1, name: 'Reseller', email: 'reseller@example.com', gravatar: 'https://www.gravatar.com/avatar/0?d=mp' };
    const scopes = ['authorized', 'owner'];
    return json(200, {
      access_token: token,
      token_type: 'Bearer',
      expires_in: this.lifetimeSeconds,
      scope: 'authorized',
      created_at: Math.floor(Date.now() / 1000),
      ...profile,
      scopes,
    });
  }

  /** Refuses a call without a good token, or without the permission. */
  guard({ method, path, headers }: SandboxRequest): SandboxAnswer | undefined {
    if (path === '/auth/token') return undefined;
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (token === undefined || !this.#tokens.has(token)) return this.#unauthorized();
    const closed = this.closed.includes(path) || (this.readOnly && method !== 'GET');
    return closed ? failure(403, 'Forbidden', ['The token does not have the required permissions.']) : undefined;
  }

  /** Every token so far has expired. */
  expireTokens(): void {
    this.#tokens = new Set();
  }

  /** The secret was made anew in the control panel, or the old one put back. */
  changeSecret(changed: boolean): void {
    this.#secret = changed ? `${clientSecret}-2` : clientSecret;
    this.#refusals = 0;
    this.expireTokens();
  }

  #unauthorized(): SandboxAnswer {
    const body: JsonObject = this.refusalKey === 'error' ? { error: 'The access token is invalid' } : { message: 'Unauthorized' };
    return json(401, body);
  }
}
