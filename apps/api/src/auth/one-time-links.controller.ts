import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { OneTimeLinks, viewOfAccount } from '@hostwright/core';
import { Public } from '../http/index.js';
import { ForgottenPasswordAnswer, LinkAnswer, LinkSentAnswer, LoginAnswer } from './auth.answers.js';
import { ForgottenPasswordInput, LinkInput, LinkPasswordInput } from './auth.inputs.js';
import { KnownAccounts } from './known-accounts.js';
import { RateLimits } from './rate-limits.js';
import { tokenLifetimeSeconds, Tokens } from './tokens.js';

/** For whoever comes by a link out of a mail. Tokens are in bodies only: addresses are logged on the way. */
@ApiTags('log-in')
@Controller('api/v1/auth')
export class OneTimeLinksController {
  constructor(
    private readonly links: OneTimeLinks,
    private readonly tokens: Tokens,
    private readonly limits: RateLimits,
    private readonly known: KnownAccounts,
  ) {}

  @Post('one-time-links/look')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether a link out of a mail still works. Looking does not use it up' })
  @ApiOkResponse({ type: LinkAnswer })
  async look(@Body() { token }: LinkInput, @Req() request: FastifyRequest): Promise<LinkAnswer> {
    await this.limits.link(request.ip);
    const { state, email } = await this.links.look(token);
    return { state, email };
  }

  @Post('one-time-links/password')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Set the password with a link out of a mail, once, and log in' })
  @ApiOkResponse({ type: LoginAnswer })
  async setPassword(@Body() { token, password }: LinkPasswordInput, @Req() request: FastifyRequest): Promise<LoginAnswer> {
    await this.limits.link(request.ip);
    const account = await this.links.setPassword(token, password);
    this.known.forget(account.id);
    return { token: this.tokens.issue(account), expiresInSeconds: tokenLifetimeSeconds, account: viewOfAccount(account) };
  }

  @Post('one-time-links/renew')
  @Public()
  @HttpCode(202)
  @ApiOperation({ summary: 'Have a new link sent, by mail, in place of one that was used or is too old' })
  @ApiAcceptedResponse({ type: LinkSentAnswer })
  async renew(@Body() { token }: LinkInput, @Req() request: FastifyRequest): Promise<LinkSentAnswer> {
    await this.limits.link(request.ip);
    await this.links.sendNew(token);
    return { sent: true };
  }

  @Post('forgotten-password')
  @Public()
  @HttpCode(202)
  @ApiOperation({ summary: 'Have a link sent to set a new password; the answer is the same whoever has the address, if anybody' })
  @ApiAcceptedResponse({ type: ForgottenPasswordAnswer })
  async forgotten(@Body() { email }: ForgottenPasswordInput, @Req() request: FastifyRequest): Promise<ForgottenPasswordAnswer> {
    await this.limits.reset(request.ip);
    await this.links.sendReset(email);
    return { accepted: true };
  }
}
