import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { actorOf, type Caller } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { ApiLog, CurrentCaller, Scopes } from '../http/index.js';
import { objectIn, serviceIdIn, unknownKeys } from './paymenter-input.js';
import { PaymenterErrorAnswer } from './paymenter.answers.js';
import { SupportCalls, type SupportOperation } from './support-calls.js';
import { createSupportFields, createSupportIn } from './support-input.js';
import { CreateSupportAnswer, CreateSupportBody, SupportBody, SupportStatusAnswer } from './support.answers.js';
import { noteUnknownKeys } from './unknown-keys.js';

/** The calls of Paymenter's support extension, at the paths and in the words it uses. */
@ApiTags('Paymenter')
@ApiBadRequestResponse({ type: PaymenterErrorAnswer })
@ApiUnauthorizedResponse({ type: PaymenterErrorAnswer })
@Controller('support')
export class SupportController {
  constructor(
    private readonly calls: SupportCalls,
    private readonly log: ApiLog,
  ) {}

  @Post('create')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: 'Order a support subscription. Answers its key at once' })
  @ApiBody({ type: CreateSupportBody })
  @ApiOkResponse({ type: CreateSupportAnswer })
  @ApiConflictResponse({ type: PaymenterErrorAnswer, description: 'Ordered before, or no room' })
  create(@Body() body: unknown, @CurrentCaller() caller: Caller, @Req() request: FastifyRequest): Promise<JsonObject> {
    noteUnknownKeys(this.log, request.id, unknownKeys(body, createSupportFields));
    return this.calls.create(createSupportIn(body), actorOf(caller));
  }

  @Post('suspend')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: 'Suspend a support subscription; may be repeated' })
  @ApiBody({ type: SupportBody })
  @ApiOkResponse({ type: SupportStatusAnswer })
  @ApiNotFoundResponse({ type: PaymenterErrorAnswer })
  @ApiConflictResponse({ type: PaymenterErrorAnswer, description: 'Not set up yet, on its way to another state, or ended' })
  suspend(@Body() body: unknown, @CurrentCaller() caller: Caller, @Req() request: FastifyRequest): Promise<JsonObject> {
    return this.change('suspend', body, caller, request);
  }

  @Post('unsuspend')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a suspended support subscription good again; may be repeated' })
  @ApiBody({ type: SupportBody })
  @ApiOkResponse({ type: SupportStatusAnswer })
  @ApiNotFoundResponse({ type: PaymenterErrorAnswer })
  @ApiConflictResponse({ type: PaymenterErrorAnswer, description: 'On its way to another state, or ended' })
  unsuspend(@Body() body: unknown, @CurrentCaller() caller: Caller, @Req() request: FastifyRequest): Promise<JsonObject> {
    return this.change('unsuspend', body, caller, request);
  }

  @Post('terminate')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a support subscription; what there was stays on record. May be repeated' })
  @ApiBody({ type: SupportBody })
  @ApiOkResponse({ type: SupportStatusAnswer })
  @ApiNotFoundResponse({ type: PaymenterErrorAnswer })
  terminate(@Body() body: unknown, @CurrentCaller() caller: Caller, @Req() request: FastifyRequest): Promise<JsonObject> {
    return this.change('terminate', body, caller, request);
  }

  private change(operation: SupportOperation, body: unknown, caller: Caller, request: FastifyRequest): Promise<JsonObject> {
    noteUnknownKeys(this.log, request.id, unknownKeys(body, ['service_id']));
    return this.calls.change(serviceIdIn(objectIn(body)['service_id']), operation, actorOf(caller));
  }
}
