import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, LookRequests, type Caller, type Look } from '@hostwright/core';
import { CurrentCaller, IdPipe, Scopes, Staff } from '../http/index.js';
import { RunAnswer } from './reconciliation.answers.js';

@ApiTags('servers')
@Controller('api/v1/servers')
export class ServerLooksController {
  constructor(private readonly requests: LookRequests) {}

  @Post(':id/reconcile')
  @Staff()
  @Scopes('servers:write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Compare panel and provider now; a run that is not over is answered instead of another one' })
  @ApiAcceptedResponse({ type: RunAnswer })
  reconcile(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<Look> {
    return this.requests.request(id, 'reconcile', actorOf(caller));
  }

  @Post(':id/collect-usage')
  @Staff()
  @Scopes('servers:write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Collect what services on the server use now; a run that is not over is answered instead of another one' })
  @ApiAcceptedResponse({ type: RunAnswer })
  collectUsage(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<Look> {
    return this.requests.request(id, 'usage', actorOf(caller));
  }
}
