import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  actorOf,
  FindingStore,
  LookStore,
  RepairDesk,
  type Caller,
  type Finding,
  type Look,
  type PageOf,
  type Repair,
} from '@hostwright/core';
import { CurrentCaller, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { FindingAnswer, RepairAnswer, RunAnswer } from './reconciliation.answers.js';
import { FindingsQuery, RepairInput, RunsQuery } from './reconciliation.inputs.js';

@ApiTags('reconciliation')
@Controller('api/v1/reconciliation')
export class ReconciliationController {
  constructor(
    private readonly findings: FindingStore,
    private readonly looks: LookStore,
    private readonly repairs: RepairDesk,
  ) {}

  @Get('findings')
  @Staff()
  @Scopes('services:read')
  @ApiOperation({ summary: 'What is otherwise at a provider than in the panel, newest first' })
  @ApiOkResponse({ type: pageClass(FindingAnswer) })
  list(@Query() query: FindingsQuery): Promise<PageOf<Finding>> {
    return this.findings.list(pageIn(query), filterIn(query));
  }

  @Get('findings/:id')
  @Staff()
  @Scopes('services:read')
  @ApiOperation({ summary: 'One finding' })
  @ApiOkResponse({ type: FindingAnswer })
  get(@Param('id', IdPipe) id: string): Promise<Finding> {
    return this.findings.get(id);
  }

  @Post('findings/:id/repair')
  @Staff()
  @Scopes('services:write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Begin what mends it: a job, or a task for a person where only a person can decide. Twice is once' })
  @ApiAcceptedResponse({ type: RepairAnswer })
  repair(@Param('id', IdPipe) id: string, @Body() { confirm }: RepairInput, @CurrentCaller() caller: Caller): Promise<Repair> {
    return this.repairs.repair(id, confirm, actorOf(caller));
  }

  @Get('runs')
  @Staff()
  @Scopes('servers:read')
  @ApiOperation({ summary: 'Looks at servers, those that wait and those under way included, newest first' })
  @ApiOkResponse({ type: pageClass(RunAnswer) })
  runs(@Query() query: RunsQuery): Promise<PageOf<Look>> {
    return this.looks.list(pageIn(query), filterIn(query));
  }
}
