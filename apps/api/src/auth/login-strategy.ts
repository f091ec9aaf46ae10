import { Injectable } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { Caller } from '@hostwright/core';
import { isPanelError, PanelError } from '@hostwright/sdk';
import { ApiSettings } from '../api-settings.js';
import { KnownAccounts } from './known-accounts.js';
import { tokenAudience, tokenIssuer } from './tokens.js';

/** Reads the token of somebody who logged in. */
@Injectable()
export class LoginStrategy extends PassportStrategy(Strategy, 'login') {
  constructor(
    settings: ApiSettings,
    private readonly accounts: KnownAccounts,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // A KeyObject: given text, every check would first try to read it as a PEM key, which takes fifty times as long.
      secretOrKey: settings.jwtKey as unknown as Buffer,
      algorithms: ['HS256'],
      issuer: tokenIssuer,
      audience: tokenAudience,
    });
  }

  validate({ sub, iat }: { readonly sub?: unknown; readonly iat?: unknown }): Promise<Caller> {
    if (typeof sub !== 'string' || typeof iat !== 'number') throw new PanelError('unauthenticated', 'this log-in is not valid any more');
    return this.accounts.caller(sub, iat);
  }
}

/** Admits whoever has a valid token, and tells the others in our words. */
@Injectable()
export class LoginGuard extends AuthGuard('login') {
  // The signature is Nest's: it leaves the caller's type open.
  override handleRequest<C>(error: unknown, caller: C | false): C {
    if (isPanelError(error)) throw error;
    if (error) throw error as Error;
    if (!caller) throw new PanelError('unauthenticated', 'log in or send an API key as a bearer token');
    return caller;
  }
}
