import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  actorOf,
  DomainDesk,
  DomainStore,
  ownerFilter,
  ServiceDirectory,
  type Caller,
  type PageOf,
  type WantedDomain,
} from '@hostwright/core';
import { CurrentCaller, Customer, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { DomainAnswer, RequestedDomainAnswer, shownPage, shownRequest } from './domains.answers.js';
import { NewDomainInput, ServiceDomainsQuery } from './domains.inputs.js';

@ApiTags('domains')
@Controller('api/v1/services/:id/domains')
export class ServiceDomainsController {
  constructor(
    private readonly domains: DomainStore,
    private readonly desk: DomainDesk,
    private readonly services: ServiceDirectory,
  ) {}

  @Get()
  @Staff()
  @Customer()
  @Scopes('services:read')
  @ApiOperation({ summary: 'Domains that lead, are to lead or have led to the service' })
  @ApiOkResponse({ type: pageClass(DomainAnswer) })
  async list(
    @Param('id', IdPipe) id: string,
    @Query() query: ServiceDomainsQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<PageOf<DomainAnswer>> {
    // Somebody else's service is as unknown as one that is not there.
    await this.services.get(id, caller);
    return shownPage(await this.domains.list(pageIn(query), { ...filterIn(query), serviceId: id }, ownerFilter(caller)), caller);
  }

  @Post()
  @Staff()
  @Customer()
  @Scopes('services:write')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Let a domain lead to the service. The answer tells what its DNS must say; once it does, a job adds it. Again: look at once',
  })
  @ApiAcceptedResponse({ type: RequestedDomainAnswer })
  async add(
    @Param('id', IdPipe) id: string,
    @Body() { name, component }: NewDomainInput,
    @CurrentCaller() caller: Caller,
  ): Promise<RequestedDomainAnswer> {
    const wanted = { ...this.asked(id, name, caller), ...(component === undefined ? {} : { component }) };
    return shownRequest(await this.desk.add(wanted), caller);
  }

  @Delete(':name')
  @Staff()
  @Customer()
  @Scopes('services:write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Take a domain away; a job does it, unless it was only waited for' })
  @ApiAcceptedResponse({ type: RequestedDomainAnswer })
  async remove(
    @Param('id', IdPipe) id: string,
    @Param('name') name: string,
    @CurrentCaller() caller: Caller,
  ): Promise<RequestedDomainAnswer> {
    return shownRequest(await this.desk.remove(this.asked(id, name, caller)), caller);
  }

  private asked(serviceId: string, name: string, caller: Caller): Omit<WantedDomain, 'component'> {
    const owner = ownerFilter(caller);
    return { serviceId, name, ...(owner === undefined ? {} : { ownedBy: owner }), requestedBy: actorOf(caller) };
  }
}
