import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  actorOf,
  FailedWork,
  hideSecrets,
  QueueHistory,
  queueNames,
  taskQueueNames,
  type Caller,
  type PageOf,
  type QueueEntry,
  type QueueName,
} from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { CurrentCaller, IdPipe, pageClass, pageIn, PageQuery, Scopes, Staff } from '../http/index.js';
import { ClearedAnswer, QueueEntryAnswer, QueuesAnswer, RetriedAnswer } from './jobs.answers.js';

@ApiTags('queues')
@Controller('api/v1/queues')
export class QueuesController {
  constructor(
    private readonly queues: QueueHistory,
    private readonly failedWork: FailedWork,
  ) {}

  @Get()
  @Staff()
  @Scopes('queues:read')
  @ApiOperation({ summary: 'How the queues stand' })
  @ApiOkResponse({ type: QueuesAnswer })
  async stats(): Promise<QueuesAnswer> {
    return { items: await this.queues.stats() };
  }

  @Get(':queue/failed')
  @Staff()
  @Scopes('queues:read')
  @ApiParam({ name: 'queue', enum: queueNames })
  @ApiOperation({ summary: 'What failed and was not cleared, newest first' })
  @ApiOkResponse({ type: pageClass(QueueEntryAnswer) })
  async failed(@Param('queue') queue: string, @Query() query: PageQuery): Promise<PageOf<QueueEntry>> {
    return shown(await this.queues.failed(queueIn(queue), pageIn(query)));
  }

  @Get(':queue/results')
  @Staff()
  @Scopes('queues:read')
  @ApiParam({ name: 'queue', enum: queueNames })
  @ApiOperation({ summary: 'What ended within the last 24 hours, newest first' })
  @ApiOkResponse({ type: pageClass(QueueEntryAnswer) })
  async results(@Param('queue') queue: string, @Query() query: PageQuery): Promise<PageOf<QueueEntry>> {
    return shown(await this.queues.results(queueIn(queue), pageIn(query)));
  }

  @Post(':queue/retry-failed')
  @Staff()
  @Scopes('queues:write')
  @HttpCode(200)
  @ApiParam({ name: 'queue', enum: taskQueueNames })
  @ApiOperation({ summary: 'Try everything that failed once more; jobs, deliveries and runs have ways of their own' })
  @ApiOkResponse({ type: RetriedAnswer })
  async retryAll(@Param('queue') queue: string, @CurrentCaller() caller: Caller): Promise<RetriedAnswer> {
    return { retried: await this.failedWork.retryAll(queueIn(queue), actorOf(caller)) };
  }

  @Post(':queue/failed/:id/retry')
  @Staff()
  @Scopes('queues:write')
  @HttpCode(200)
  @ApiParam({ name: 'queue', enum: taskQueueNames })
  @ApiOperation({ summary: 'Try one that failed once more' })
  @ApiOkResponse({ type: RetriedAnswer })
  async retry(@Param('queue') queue: string, @Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<RetriedAnswer> {
    await this.failedWork.retry(queueIn(queue), id, actorOf(caller));
    return { retried: 1 };
  }

  @Delete(':queue/failed')
  @Staff()
  @Scopes('queues:write')
  @ApiParam({ name: 'queue', enum: queueNames })
  @ApiOperation({ summary: 'Take what failed off the list; open operator tasks stay' })
  @ApiOkResponse({ type: ClearedAnswer })
  async clear(@Param('queue') queue: string, @CurrentCaller() caller: Caller): Promise<ClearedAnswer> {
    return { cleared: await this.queues.clearFailed(queueIn(queue), actorOf(caller)) };
  }
}

function queueIn(text: string): QueueName {
  const queue = queueNames.find((name) => name === text);
  if (!queue) throw new PanelError('not_found', `there is no queue of this name; there are ${queueNames.join(', ')}`);
  return queue;
}

function shown(page: PageOf<QueueEntry>): PageOf<QueueEntry> {
  return { ...page, items: page.items.map((entry) => ({ ...entry, result: hideSecrets(entry.result) })) };
}
