import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { JobDirectory, type Caller, type CustomerJob, type PageOf } from '@hostwright/core';
import { CurrentCaller, Customer, IdPipe, pageClass, pageIn, PageQuery, Scopes, Staff } from '../http/index.js';
import { CustomerJobAnswer } from './jobs.answers.js';

@ApiTags('services')
@Controller('api/v1/services')
export class ServiceJobsController {
  constructor(private readonly directory: JobDirectory) {}

  @Get(':id/jobs')
  @Staff()
  @Customer()
  @Scopes('jobs:read')
  @ApiOperation({ summary: 'What was done with a service, as its customer is shown it, newest first; all of it is in the list of jobs' })
  @ApiOkResponse({ type: pageClass(CustomerJobAnswer) })
  list(@Param('id', IdPipe) id: string, @Query() query: PageQuery, @CurrentCaller() caller: Caller): Promise<PageOf<CustomerJob>> {
    return this.directory.ofService(id, pageIn(query), caller);
  }
}
