import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
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
import { actorOf, type Caller } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { CurrentCaller, Scopes } from '../http/index.js';
import { KnownKeys } from './known-keys.js';
import { objectIn, serviceIdIn, textIn } from './paymenter-input.js';
import { ActionBody, PaymenterErrorAnswer, SiteBody, SuccessAnswer, UpgradeBody } from './paymenter.answers.js';
import { PaymenterSites } from './paymenter-sites.js';

const done: SuccessAnswer = { success: true };

/** What Paymenter's extensions ask of a site after it was ordered, at the paths and in the words they use. */
@ApiTags('Paymenter')
@ApiBadRequestResponse({ type: PaymenterErrorAnswer })
@ApiUnauthorizedResponse({ type: PaymenterErrorAnswer, description: 'A wrong key, or the service is suspended' })
@ApiNotFoundResponse({ type: PaymenterErrorAnswer })
@Controller()
export class PaymenterSitesController {
  constructor(private readonly sites: PaymenterSites) {}

  @Post('suspend')
  @KnownKeys('service_id')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop a site and keep its data; may be repeated' })
  @ApiBody({ type: SiteBody })
  @ApiOkResponse({ type: SuccessAnswer })
  async suspend(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<SuccessAnswer> {
    await this.sites.suspend(serviceIdIn(objectIn(body)['service_id']), actorOf(caller));
    return done;
  }

  @Post('unsuspend')
  @KnownKeys('service_id')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a site run again; may be repeated' })
  @ApiBody({ type: SiteBody })
  @ApiOkResponse({ type: SuccessAnswer })
  async unsuspend(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<SuccessAnswer> {
    await this.sites.unsuspend(serviceIdIn(objectIn(body)['service_id']), actorOf(caller));
    return done;
  }

  @Post('wp/upgrade')
  @KnownKeys('service_id', 'plan')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: 'Change the plan of a site; disks only grow' })
  @ApiBody({ type: UpgradeBody })
  @ApiOkResponse({ type: SuccessAnswer })
  @ApiConflictResponse({ type: PaymenterErrorAnswer, description: 'The site cannot become one of that plan' })
  async upgrade(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<SuccessAnswer> {
    const given = objectIn(body);
    await this.sites.upgrade(serviceIdIn(given['service_id']), textIn(given, 'plan'), actorOf(caller));
    return done;
  }

  @Post(['action/:name', 'actions/:name'])
  @KnownKeys('service_id', 'bak', 'domain')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: "Press one of a site's buttons: power, backups, proxy. Refused while the service is suspended" })
  @ApiBody({ type: ActionBody })
  @ApiOkResponse({ type: SuccessAnswer, description: 'With what the action answers' })
  @ApiConflictResponse({ type: PaymenterErrorAnswer, description: 'A quota is used up, or the site is being built' })
  press(@Param('name') name: string, @Body() body: unknown, @CurrentCaller() caller: Caller): Promise<JsonObject> {
    const action = this.sites.action(name, false);
    const given = objectIn(body);
    const values = Object.fromEntries([...action.input.values()].map((field) => [field, textIn(given, field)]));
    return this.sites.act(action, serviceIdIn(given['service_id']), values, actorOf(caller));
  }

  @Get(['action/:name', 'actions/:name'])
  @Scopes('paymenter')
  @ApiOperation({ summary: 'Read what a site has, such as its backups' })
  @ApiQuery({ name: 'service_id', type: String })
  @ApiOkResponse({ type: SuccessAnswer, description: 'With what was read' })
  read(@Param('name') name: string, @Query('service_id') serviceId: unknown, @CurrentCaller() caller: Caller): Promise<JsonObject> {
    return this.sites.act(this.sites.action(name, true), serviceIdIn(serviceId), {}, actorOf(caller));
  }
}
