import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiExtraModels, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import {
  actorOf,
  JobDirectory,
  JobHistory,
  OperatorDesk,
  type Caller,
  type CustomerJobDetails,
  type JobDetails,
  type JobSummary,
  type PageOf,
} from '@hostwright/core';
import { CurrentCaller, Customer, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { ContinuedJobAnswer, CustomerJobDetailsAnswer, JobAnswer, JobDetailsAnswer } from './jobs.answers.js';
import { JobsQuery, ResolutionInput, SkipStepInput } from './jobs.inputs.js';

@ApiTags('jobs')
@Controller('api/v1/jobs')
export class JobsController {
  constructor(
    private readonly history: JobHistory,
    private readonly directory: JobDirectory,
    private readonly desk: OperatorDesk,
  ) {}

  @Get()
  @Staff()
  @Scopes('jobs:read')
  @ApiOperation({ summary: 'Provisioning jobs, newest first' })
  @ApiOkResponse({ type: pageClass(JobAnswer) })
  list(@Query() query: JobsQuery): Promise<PageOf<JobSummary>> {
    return this.history.list(pageIn(query), filterIn(query));
  }

  @Get(':id')
  @Staff()
  @Customer()
  @Scopes('jobs:read')
  @ApiOperation({ summary: 'One job with its steps and events; customers are shown those of their own services, in their words' })
  @ApiExtraModels(JobDetailsAnswer, CustomerJobDetailsAnswer)
  @ApiOkResponse({ schema: { oneOf: [{ $ref: getSchemaPath(JobDetailsAnswer) }, { $ref: getSchemaPath(CustomerJobDetailsAnswer) }] } })
  get(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<JobDetails | CustomerJobDetails> {
    return this.directory.get(id, caller);
  }

  @Post(':id/retry')
  @Staff()
  @Scopes('jobs:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try again from where it stopped; a failed create starts anew as a new job' })
  @ApiOkResponse({ type: ContinuedJobAnswer })
  async retry(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<ContinuedJobAnswer> {
    await this.history.mustExist(id);
    return { jobId: await this.desk.retry(id, actorOf(caller)) };
  }

  @Post(':id/skip')
  @Staff()
  @Scopes('jobs:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take a step as done without its call' })
  @ApiNoContentResponse()
  async skip(
    @Param('id', IdPipe) id: string,
    @Body() { step, output = null }: SkipStepInput,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.history.mustExist(id);
    await this.desk.skip(id, step, output, actorOf(caller));
  }

  @Post(':id/start-over')
  @Staff()
  @Scopes('jobs:write')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Undo a create that met what is somebody else’s; the service stays ordered, and a retry makes it with other values',
  })
  @ApiNoContentResponse()
  async startOver(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.history.mustExist(id);
    await this.desk.startOver(id, actorOf(caller));
  }

  @Post(':id/rollback')
  @Staff()
  @Scopes('jobs:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Stop at the next step boundary and undo what was done' })
  @ApiNoContentResponse()
  async rollBack(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.history.mustExist(id);
    await this.desk.rollBack(id, actorOf(caller));
  }

  @Post(':id/mark-resolved')
  @Staff()
  @Scopes('jobs:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'End the job as it is; a person has seen to the rest' })
  @ApiNoContentResponse()
  async markResolved(
    @Param('id', IdPipe) id: string,
    @Body() { resolution }: ResolutionInput,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.history.mustExist(id);
    await this.desk.markResolved(id, resolution, actorOf(caller));
  }
}
