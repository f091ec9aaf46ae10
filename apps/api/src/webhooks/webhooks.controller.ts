import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiCallbacks,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { actorOf, WebhookEndpoints, webhookEventTypes, webhookTestType, type Caller } from '@hostwright/core';
import { CurrentCaller, definedIn, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { WebhookAnswer, WebhookEventTypesAnswer, WebhookMessage, WebhookWithSecretAnswer } from './webhooks.answers.js';
import { NewWebhookInput, WebhookChangeInput, WebhooksQuery } from './webhooks.inputs.js';

const sent =
  'Sent by POST and signed as Standard Webhooks has it (headers `webhook-id`, `webhook-timestamp`, `webhook-signature`). Any 2xx within 15 s takes ' +
  'it; 410 disables the webhook; everything else is tried again for 72 hours, always under the same `webhook-id`.';

@ApiTags('webhooks')
@ApiExtraModels(WebhookMessage)
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(private readonly endpoints: WebhookEndpoints) {}

  @Get('event-types')
  @Staff()
  @Scopes('webhooks:read')
  @ApiOperation({ summary: 'What webhooks can be told of' })
  @ApiOkResponse({ type: WebhookEventTypesAnswer })
  eventTypes(): WebhookEventTypesAnswer {
    return { items: [...webhookEventTypes, webhookTestType] };
  }

  @Get()
  @Staff()
  @Scopes('webhooks:read')
  @ApiOperation({ summary: 'Webhooks, without their secrets' })
  @ApiOkResponse({ type: pageClass(WebhookAnswer) })
  list(@Query() query: WebhooksQuery) {
    return this.endpoints.list(pageIn(query), filterIn(query));
  }

  @Post()
  @Staff()
  @Scopes('webhooks:write')
  @ApiOperation({ summary: 'Tell an address of events from now on; its secret is shown in this answer only', description: sent })
  @ApiCreatedResponse({ type: WebhookWithSecretAnswer })
  @ApiCallbacks({
    name: 'event',
    callbackUrl: '{$request.body#/url}',
    method: 'post',
    requestBody: { type: WebhookMessage },
    expectedResponse: { status: 204, description: 'Taken; any 2xx will do' },
  })
  create(@Body() input: NewWebhookInput, @CurrentCaller() caller: Caller): Promise<WebhookWithSecretAnswer> {
    return this.endpoints.create(definedIn(input), actorOf(caller));
  }

  @Get(':id')
  @Staff()
  @Scopes('webhooks:read')
  @ApiOperation({ summary: 'One webhook' })
  @ApiOkResponse({ type: WebhookAnswer })
  get(@Param('id', IdPipe) id: string): Promise<WebhookAnswer> {
    return this.endpoints.get(id);
  }

  @Patch(':id')
  @Staff()
  @Scopes('webhooks:write')
  @ApiOperation({ summary: 'Change its address, what it is told of, or whether it is told at all' })
  @ApiOkResponse({ type: WebhookAnswer })
  change(@Param('id', IdPipe) id: string, @Body() change: WebhookChangeInput, @CurrentCaller() caller: Caller): Promise<WebhookAnswer> {
    return this.endpoints.change(id, definedIn(change), actorOf(caller));
  }

  @Delete(':id')
  @Staff()
  @Scopes('webhooks:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Tell it nothing any more, and forget what it was told' })
  @ApiNoContentResponse()
  remove(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<void> {
    return this.endpoints.remove(id, actorOf(caller));
  }

  @Post(':id/rotate-secret')
  @Staff()
  @Scopes('webhooks:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'A new secret, shown in this answer only; for 24 hours the one before signs beside it' })
  @ApiOkResponse({ type: WebhookWithSecretAnswer })
  rotateSecret(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<WebhookWithSecretAnswer> {
    return this.endpoints.rotateSecret(id, actorOf(caller));
  }
}
