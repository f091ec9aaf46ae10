import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
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
import { objectIn, readable, serviceIdIn, textIn } from './paymenter-input.js';
import { AddedDomainAnswer, DomainBody, PaymenterErrorAnswer, SiteDomainsAnswer, SuccessAnswer } from './paymenter.answers.js';
import { SiteDomains } from './site-domains.js';

interface DomainCall {
  readonly serviceId: string;
  readonly domain: string;
}

/** What Paymenter's extensions ask about the domains of a site, at the paths and in the words they use. */
@ApiTags('Paymenter')
@ApiBadRequestResponse({ type: PaymenterErrorAnswer })
@ApiUnauthorizedResponse({ type: PaymenterErrorAnswer, description: 'A wrong key, or the service is suspended' })
@ApiNotFoundResponse({ type: PaymenterErrorAnswer })
@Controller()
export class SiteDomainsController {
  constructor(private readonly domains: SiteDomains) {}

  @Get(['action/getdomain', 'actions/getdomain'])
  @Scopes('paymenter')
  @ApiOperation({ summary: "A site's domains of its customer's own, and those that wait for their DNS with what it must say" })
  @ApiQuery({ name: 'service_id', type: String })
  @ApiOkResponse({ type: SiteDomainsAnswer })
  list(@Query('service_id') serviceId: unknown): Promise<JsonObject> {
    return this.domains.list(serviceIdIn(serviceId));
  }

  @Post(['action/setdomain', 'actions/setdomain'])
  @KnownKeys('service_id', 'domain')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a domain lead to a site: proxy host and certificate. Its DNS must lead here already. May be repeated' })
  @ApiBody({ type: DomainBody })
  @ApiOkResponse({ type: AddedDomainAnswer })
  @ApiConflictResponse({ type: PaymenterErrorAnswer, description: 'The plan allows no more, or it is the domain of another service' })
  set(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<JsonObject> {
    const { serviceId, domain } = domainCallIn(body);
    return this.domains.add(serviceId, domain, 'pointed', actorOf(caller));
  }

  @Post(['action/deldomain', 'actions/deldomain'])
  @KnownKeys('service_id', 'domain')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a domain away from a site, with its proxy host, its certificate and its zone; may be repeated' })
  @ApiBody({ type: DomainBody })
  @ApiOkResponse({ type: SuccessAnswer })
  @ApiConflictResponse({ type: PaymenterErrorAnswer })
  remove(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<JsonObject> {
    const { serviceId, domain } = domainCallIn(body);
    return this.domains.remove(serviceId, domain, actorOf(caller));
  }

  @Post('customdomain/add')
  @KnownKeys('service_id', 'domain')
  @Scopes('paymenter')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Let a domain lead to a site whose owner proves that it is theirs: TXT record, zone at our name servers when it is delegated to them, ' +
      'proxy host, certificate. While the DNS does not show it the error says what it must say, and the domain waits up to 72 hours',
  })
  @ApiBody({ type: DomainBody })
  @ApiOkResponse({ type: AddedDomainAnswer })
  @ApiConflictResponse({ type: PaymenterErrorAnswer, description: 'The plan allows no more, or it is the domain of another service' })
  add(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<JsonObject> {
    const { serviceId, domain } = domainCallIn(body);
    return this.domains.add(serviceId, domain, 'proven', actorOf(caller));
  }
}

function domainCallIn(body: unknown): DomainCall {
  const given = objectIn(body);
  return { serviceId: serviceIdIn(given['service_id']), domain: readable(textIn(given, 'domain'), 'domain') };
}
