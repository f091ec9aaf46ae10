import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AccountStore, LogIn, viewOfAccount, type Caller } from '@hostwright/core';
import { CurrentCaller, Customer, Public, Staff } from '../http/index.js';
import { CallerAnswer, LoginAnswer } from './auth.answers.js';
import { LoginInput } from './auth.inputs.js';
import { RateLimits } from './rate-limits.js';
import { tokenLifetimeSeconds, Tokens } from './tokens.js';

@ApiTags('log-in')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly logIn: LogIn,
    private readonly tokens: Tokens,
    private readonly limits: RateLimits,
    private readonly accounts: AccountStore,
  ) {}

  @Post('login')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Log in with e-mail address and password' })
  @ApiOkResponse({ type: LoginAnswer })
  async login(@Body() { email, password }: LoginInput, @Req() request: FastifyRequest): Promise<LoginAnswer> {
    await this.limits.login(request.ip, email);
    const account = await this.logIn.enter(email, password);
    await this.limits.loggedIn(request.ip, email);
    return { token: this.tokens.issue(account), expiresInSeconds: tokenLifetimeSeconds, account: viewOfAccount(account) };
  }

  @Get('me')
  @Staff()
  @Customer()
  @ApiOperation({ summary: 'Who is calling' })
  @ApiOkResponse({ type: CallerAnswer })
  async me(@CurrentCaller() caller: Caller): Promise<CallerAnswer> {
    if (caller.kind === 'key') return caller;
    const email = (await this.accounts.find(caller.accountId))?.email;
    return { ...caller, ...(email !== undefined && { email }) };
  }
}
