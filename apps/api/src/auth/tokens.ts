import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { Account } from '@hostwright/core';

/** Seconds a log-in lasts. */
export const tokenLifetimeSeconds = 12 * 3600;
export const tokenIssuer = 'hostwright';
export const tokenAudience = 'hostwright-api';

/** Signs what a person shows after logging in. It names the account and nothing else: what it may do is looked up. */
@Injectable()
export class Tokens {
  constructor(private readonly jwt: JwtService) {}

  issue(account: Account): string {
    return this.jwt.sign(
      {},
      { subject: account.id, expiresIn: tokenLifetimeSeconds, issuer: tokenIssuer, audience: tokenAudience, algorithm: 'HS256' },
    );
  }
}
