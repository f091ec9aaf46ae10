import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { domainNameIn, DomainStore, type Caller, type PageOf } from '@hostwright/core';
import { CurrentCaller, filterIn, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { DomainAnswer, shownPage } from './domains.answers.js';
import { DomainsQuery } from './domains.inputs.js';

@ApiTags('domains')
@Controller('api/v1/domains')
export class DomainsController {
  constructor(private readonly domains: DomainStore) {}

  @Get()
  @Staff()
  @Scopes('services:read')
  @ApiOperation({ summary: 'Domains of every service, those that are gone included' })
  @ApiOkResponse({ type: pageClass(DomainAnswer) })
  async list(@Query() query: DomainsQuery, @CurrentCaller() caller: Caller): Promise<PageOf<DomainAnswer>> {
    const { name, ...filter } = filterIn(query);
    const found = await this.domains.list(pageIn(query), { ...filter, ...(name === undefined ? {} : { name: domainNameIn(name) }) });
    return shownPage(found, caller);
  }
}
