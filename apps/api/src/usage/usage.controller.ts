import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ServiceUsage, type Caller, type ShownUsage } from '@hostwright/core';
import { CurrentCaller, Customer, definedIn, IdPipe, Scopes, Staff } from '../http/index.js';
import { ServiceUsageAnswer } from './usage.answers.js';
import { UsageQuery } from './usage.inputs.js';

@ApiTags('services')
@Controller('api/v1/services')
export class UsageController {
  constructor(private readonly usage: ServiceUsage) {}

  @Get(':id/usage')
  @Staff()
  @Customer()
  @Scopes('services:read')
  @ApiOperation({ summary: 'What a service uses, and its days within a period of at most 400 days; customers are shown their own' })
  @ApiOkResponse({ type: ServiceUsageAnswer })
  read(@Param('id', IdPipe) id: string, @Query() query: UsageQuery, @CurrentCaller() caller: Caller): Promise<ShownUsage> {
    return this.usage.of(id, definedIn(query), caller);
  }
}
