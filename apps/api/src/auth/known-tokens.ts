import { Injectable } from '@nestjs/common';
import { Clock } from '@hostwright/core';

const keptAtMost = 5_000;

/** What a token says, as far as admission asks. */
export interface TokenClaims {
  readonly accountId: string;
  /** Seconds since 1970, as tokens have them. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/**
 * Tokens whose signature, issuer and audience were found good: the same text has the same signature, so it is worked out once. Whether it
 * has expired is looked at every time, and whose it is and whether that account may still log in is not decided here.
 */
@Injectable()
export class KnownTokens {
  private readonly known = new Map<string, TokenClaims>();

  constructor(private readonly clock: Clock) {}

  find(token: string): TokenClaims | undefined {
    const claims = this.known.get(token);
    if (claims === undefined || this.clock.now().getTime() < claims.expiresAt * 1000) return claims;
    this.known.delete(token);
    return undefined;
  }

  /** `token` has been verified by the caller. */
  remember(token: string): void {
    const { sub, iat, exp } = payloadOf(token);
    if (typeof sub !== 'string' || typeof iat !== 'number' || typeof exp !== 'number') return;
    if (this.known.size >= keptAtMost) this.known.clear();
    this.known.set(token, { accountId: sub, issuedAt: iat, expiresAt: exp });
  }
}

function payloadOf(token: string): { readonly sub?: unknown; readonly iat?: unknown; readonly exp?: unknown } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
}
