import { Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { actorOf, type Caller } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { ApiLog, CurrentCaller, Scopes } from '../http/index.js';
import { PaymenterCalls } from './paymenter-calls.js';
import { createSiteIn, objectIn, serviceIdIn, unknownKeys } from './paymenter-input.js';
import { noteUnknownKeys } from './unknown-keys.js';
import { CreateSiteAnswer, CreateSiteBody, PaymenterErrorAnswer, SiteBody, SiteStatusAnswer, SuccessAnswer } from './paymenter.answers.js';

/** The calls of Paymenter's extensions, at the paths and in the words they use. */
@ApiTags('Paymenter')
@ApiBadRequestResponse({ type: PaymenterErrorAnswer })
@ApiUnauthorizedResponse({ type: PaymenterErrorAnswer })
@Controller()
export class PaymenterController {
  constructor(
    private readonly calls: PaymenterCalls,
    private readonly log: ApiLog,
  ) {}

  @Post('create-site')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: 'Order a site. Answers at once what was reserved; a job builds it' })
  @ApiBody({ type: CreateSiteBody })
  @ApiOkResponse({ type: CreateSiteAnswer })
  @ApiConflictResponse({ type: PaymenterErrorAnswer, description: 'Ordered before with other values, or no room' })
  create(@Body() body: unknown, @CurrentCaller() caller: Caller, @Req() request: FastifyRequest): Promise<JsonObject> {
    this.noteUnknown(request, unknownKeys(body));
    return this.calls.create(createSiteIn(body, this.calls.plans), actorOf(caller));
  }

  @Post('delete-site')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: 'Remove a site with everything that belongs to it; may be repeated' })
  @ApiBody({ type: SiteBody })
  @ApiOkResponse({ type: SuccessAnswer })
  @ApiNotFoundResponse({ type: PaymenterErrorAnswer })
  async remove(@Body() body: unknown, @CurrentCaller() caller: Caller, @Req() request: FastifyRequest): Promise<SuccessAnswer> {
    this.noteUnknown(request, unknownKeys(body, ['service_id']));
    await this.calls.remove(serviceIdIn(objectIn(body)['service_id']), actorOf(caller));
    return { success: true };
  }

  @Get('status')
  @Scopes('paymenter')
  @ApiOperation({ summary: 'How a site is doing now' })
  @ApiQuery({ name: 'service_id', type: String })
  @ApiOkResponse({ type: SiteStatusAnswer })
  @ApiNotFoundResponse({ type: PaymenterErrorAnswer })
  status(@Query('service_id') serviceId: unknown): Promise<JsonObject> {
    return this.calls.status(serviceIdIn(serviceId));
  }

  private noteUnknown(request: FastifyRequest, keys: readonly string[]): void {
    noteUnknownKeys(this.log, request.id, keys);
  }
}
