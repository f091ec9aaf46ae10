import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TriggerInbox } from '@hostwright/core';
import type { TriggerNotice } from '@hostwright/sdk';
import type { FastifyRequest } from 'fastify';
import { RateLimits } from '../auth/index.js';
import { Public, RawBody } from '../http/index.js';
import { ReceivedAnswer } from './triggers.answers.js';

@ApiTags('triggers')
@Controller('triggers')
export class TriggersController {
  constructor(
    private readonly inbox: TriggerInbox,
    private readonly limits: RateLimits,
  ) {}

  @Post(':extension')
  @Public()
  @RawBody()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Where a provider tells of subscriptions and payments; it signs what it sends',
    description: 'The name of the extension that knows the provider is the end of the address. The same event again changes nothing.',
  })
  @ApiOkResponse({ type: ReceivedAnswer })
  async receive(@Param('extension') extension: string, @Req() request: FastifyRequest): Promise<ReceivedAnswer> {
    try {
      await this.inbox.receive(extension, noticeOf(request));
    } catch (error) {
      // Whoever signs rightly is never slowed down: what is refused comes again, later than it should.
      await this.limits.call(`address:${request.ip}`);
      throw error;
    }
    return { received: true };
  }
}

function noticeOf({ headers, url, body }: FastifyRequest): TriggerNotice {
  const query = url.indexOf('?');
  return {
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
      ),
    ),
    query: query === -1 ? '' : url.slice(query + 1),
    body: typeof body === 'string' ? body : '',
    receivedAt: new Date().toISOString(),
  };
}
