import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, TriggerLog, TriggerReplays, type Caller, type PageOf, type TriggerEvent } from '@hostwright/core';
import { CurrentCaller, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { ReplayedEventsAnswer, TriggerEventAnswer } from './triggers.answers.js';
import { ReplayFailedEventsInput, TriggerEventsQuery } from './triggers.inputs.js';

@ApiTags('triggers')
@Controller('api/v1/trigger-events')
export class TriggerEventsController {
  constructor(
    private readonly log: TriggerLog,
    private readonly replays: TriggerReplays,
  ) {}

  @Get()
  @Staff()
  @Scopes('triggers:read')
  @ApiOperation({ summary: 'What providers told of subscriptions and payments, newest first; what was seen to is kept for 30 days' })
  @ApiOkResponse({ type: pageClass(TriggerEventAnswer) })
  list(@Query() query: TriggerEventsQuery): Promise<PageOf<TriggerEvent>> {
    return this.log.list(pageIn(query), filterIn(query));
  }

  @Post('replay-failed')
  @Staff()
  @Scopes('triggers:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Look once more at everything of a server that failed' })
  @ApiOkResponse({ type: ReplayedEventsAnswer })
  async replayFailed(@Body() { serverId }: ReplayFailedEventsInput, @CurrentCaller() caller: Caller): Promise<ReplayedEventsAnswer> {
    return { replayed: await this.replays.replayFailed(serverId, actorOf(caller)) };
  }

  @Get(':id')
  @Staff()
  @Scopes('triggers:read')
  @ApiOperation({ summary: 'One event' })
  @ApiOkResponse({ type: TriggerEventAnswer })
  get(@Param('id', IdPipe) id: string): Promise<TriggerEvent> {
    return this.log.get(id);
  }

  @Post(':id/replay')
  @Staff()
  @Scopes('triggers:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Look once more at what it is about, now' })
  @ApiOkResponse({ type: TriggerEventAnswer })
  replay(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<TriggerEvent> {
    return this.replays.replay(id, actorOf(caller));
  }
}
