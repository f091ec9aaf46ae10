import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  actorOf,
  WebhookLog,
  WebhookReplays,
  type Caller,
  type PageOf,
  type WebhookDelivery,
  type WebhookDeliveryDetails,
} from '@hostwright/core';
import { CurrentCaller, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff, timeIn } from '../http/index.js';
import { ReplayedAnswer, WebhookDeliveryAnswer, WebhookDeliveryDetailsAnswer } from './webhooks.answers.js';
import { ReplayFailedInput, WebhookDeliveriesQuery } from './webhooks.inputs.js';

@ApiTags('webhooks')
@Controller('api/v1/webhooks/:id')
export class WebhookDeliveriesController {
  constructor(
    private readonly log: WebhookLog,
    private readonly replays: WebhookReplays,
  ) {}

  @Post('test')
  @Staff()
  @Scopes('webhooks:write')
  @ApiOperation({ summary: 'Send it an event of the type webhook.test, whatever its filters; the delivery tells how it went' })
  @ApiCreatedResponse({ type: WebhookDeliveryAnswer })
  test(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<WebhookDelivery> {
    return this.replays.test(id, actorOf(caller));
  }

  @Get('deliveries')
  @Staff()
  @Scopes('webhooks:read')
  @ApiOperation({ summary: 'What it was told within the last 30 days and is to be told, newest first' })
  @ApiOkResponse({ type: pageClass(WebhookDeliveryAnswer) })
  list(@Param('id', IdPipe) id: string, @Query() query: WebhookDeliveriesQuery): Promise<PageOf<WebhookDelivery>> {
    return this.log.list(id, pageIn(query), filterIn(query));
  }

  @Get('deliveries/:deliveryId')
  @Staff()
  @Scopes('webhooks:read')
  @ApiOperation({ summary: 'One delivery with what is sent and every attempt' })
  @ApiOkResponse({ type: WebhookDeliveryDetailsAnswer })
  get(@Param('id', IdPipe) id: string, @Param('deliveryId', IdPipe) deliveryId: string): Promise<WebhookDeliveryDetails> {
    return this.log.get(id, deliveryId);
  }

  @Post('deliveries/:deliveryId/replay')
  @Staff()
  @Scopes('webhooks:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send it once more, now, under the same id' })
  @ApiOkResponse({ type: WebhookDeliveryAnswer })
  replay(
    @Param('id', IdPipe) id: string,
    @Param('deliveryId', IdPipe) deliveryId: string,
    @CurrentCaller() caller: Caller,
  ): Promise<WebhookDelivery> {
    return this.replays.replay(id, deliveryId, actorOf(caller));
  }

  @Post('replay-failed')
  @Staff()
  @Scopes('webhooks:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send once more everything that failed of what happened since a time' })
  @ApiOkResponse({ type: ReplayedAnswer })
  async replayFailed(
    @Param('id', IdPipe) id: string,
    @Body() { since }: ReplayFailedInput,
    @CurrentCaller() caller: Caller,
  ): Promise<ReplayedAnswer> {
    return { replayed: await this.replays.replayFailed(id, timeIn('since', since), actorOf(caller)) };
  }
}
