import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, OperatorTasks, type Caller, type OperatorTask, type PageOf } from '@hostwright/core';
import { CurrentCaller, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { OperatorTaskAnswer } from './jobs.answers.js';
import { OperatorTasksQuery, ResolutionInput } from './jobs.inputs.js';

@ApiTags('operator tasks')
@Controller('api/v1/operator-tasks')
export class OperatorTasksController {
  constructor(private readonly tasks: OperatorTasks) {}

  @Get()
  @Staff()
  @Scopes('jobs:read')
  @ApiOperation({ summary: 'What only a person can decide, newest first' })
  @ApiOkResponse({ type: pageClass(OperatorTaskAnswer) })
  list(@Query() query: OperatorTasksQuery): Promise<PageOf<OperatorTask>> {
    return this.tasks.list(pageIn(query), filterIn(query));
  }

  @Get(':id')
  @Staff()
  @Scopes('jobs:read')
  @ApiOperation({ summary: 'One task' })
  @ApiOkResponse({ type: OperatorTaskAnswer })
  get(@Param('id', IdPipe) id: string): Promise<OperatorTask> {
    return this.tasks.get(id);
  }

  @Post(':id/resolve')
  @Staff()
  @Scopes('jobs:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Note that it was seen to. The job itself is moved on by retry, skip, rollback or mark-resolved' })
  @ApiOkResponse({ type: OperatorTaskAnswer })
  resolve(
    @Param('id', IdPipe) id: string,
    @Body() { resolution }: ResolutionInput,
    @CurrentCaller() caller: Caller,
  ): Promise<OperatorTask> {
    return this.tasks.resolve(id, resolution, actorOf(caller));
  }
}
