import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { AccessModule, MailsModule } from '@hostwright/core';
import { ApiSettings } from '../api-settings.js';
import { AccountsController } from './accounts.controller.js';
import { AdmissionGuard } from './admission-guard.js';
import { ApiKeysController } from './api-keys.controller.js';
import { AuthController } from './auth.controller.js';
import { KnownAccounts } from './known-accounts.js';
import { KnownTokens } from './known-tokens.js';
import { LoginGuard, LoginStrategy } from './login-strategy.js';
import { OneTimeLinksController } from './one-time-links.controller.js';
import { RateLimits } from './rate-limits.js';
import { RememberedKeys } from './remembered-keys.js';
import { Tokens } from './tokens.js';

@Module({
  imports: [
    AccessModule,
    MailsModule,
    PassportModule,
    JwtModule.registerAsync({ inject: [ApiSettings], useFactory: ({ jwtKey }: ApiSettings) => ({ secret: jwtKey }) }),
  ],
  controllers: [AuthController, OneTimeLinksController, AccountsController, ApiKeysController],
  providers: [AdmissionGuard, KnownAccounts, KnownTokens, LoginGuard, LoginStrategy, RateLimits, RememberedKeys, Tokens],
  exports: [AdmissionGuard, AccessModule, LoginGuard, RateLimits],
})
export class AuthModule {}
