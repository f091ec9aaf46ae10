import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { actorOf, JobHistory, ownerFilter, type Caller } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { CurrentCaller, Customer, IdPipe, Scopes, Staff } from '../http/index.js';
import { OpenStreams } from './open-streams.js';
import { ProgressFeed } from './progress-feed.js';
import { ProgressStream } from './progress-stream.js';

/** `connection`: a stream's connection is used for nothing else, so that the process can stop as soon as its streams have ended. */
const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  connection: 'close',
};

@ApiTags('jobs')
@Controller('api/v1/jobs')
export class JobStreamController {
  constructor(
    private readonly history: JobHistory,
    private readonly feed: ProgressFeed,
    private readonly open: OpenStreams,
  ) {}

  @Get(':id/stream')
  @Staff()
  @Customer()
  @Scopes('jobs:read')
  @ApiOperation({
    summary: 'Progress as server-sent events, from the beginning or from `Last-Event-ID`; ends after the last event',
    description: 'Each event is `{ type, step, total, percentage, message, timestamp }` with the id `<job>:<number>`.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: '`<job>:<number>` of the last event received' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ schema: { type: 'string' } })
  async stream(
    @Param('id', IdPipe) id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const after = lastNumber(id, lastEventId);
    await this.history.mustExist(id, ownerFilter(caller));
    const onEnd = this.open.take(actorOf(caller));
    reply.hijack();
    reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...streamHeaders });
    new ProgressStream(reply.raw, this.feed, { jobId: id, after, forCustomer: caller.kind === 'customer', onEnd });
  }
}

/** The number of the last event the caller has; 0 when it has none. */
export function lastNumber(jobId: string, lastEventId: string | undefined): number {
  if (lastEventId === undefined || lastEventId === '') return 0;
  const [, job, number] = /^(\d{1,18}):(\d{1,9})$/.exec(lastEventId) ?? [];
  if (job !== jobId || number === undefined) {
    throw new PanelError('invalid_input', `Last-Event-ID must be <job>:<number> of an event of job ${jobId}`, { field: 'Last-Event-ID' });
  }
  return Number(number);
}
