import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, WelcomeMails, type Caller } from '@hostwright/core';
import { CurrentCaller, IdPipe, Scopes, Staff } from '../http/index.js';
import { WelcomeMailAnswer } from './services.answers.js';

@ApiTags('services')
@Controller('api/v1/services')
export class WelcomeMailsController {
  constructor(private readonly mails: WelcomeMails) {}

  @Post(':id/welcome-mail')
  @Staff()
  @Scopes('services:write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send the customer once more what they need to begin, with a new link when they have never logged in' })
  @ApiAcceptedResponse({ type: WelcomeMailAnswer })
  send(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<WelcomeMailAnswer> {
    return this.mails.sendAgain(id, actorOf(caller));
  }
}
