import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { MailLog, type LoggedMail, type PageOf } from '@hostwright/core';
import { filterIn, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { MailAnswer } from './mails.answers.js';
import { MailsQuery } from './mails.inputs.js';

@ApiTags('mails')
@Controller('api/v1/mails')
export class MailsController {
  constructor(private readonly log: MailLog) {}

  @Get()
  @Staff()
  @Scopes('customers:read')
  @ApiOperation({
    summary: 'Mails of the last day, and those that wait or failed, newest first; what is in them is kept nowhere',
    description: 'One that failed is tried once more by `POST /api/v1/queues/emails/failed/{id}/retry`.',
  })
  @ApiOkResponse({ type: pageClass(MailAnswer) })
  list(@Query() query: MailsQuery): Promise<PageOf<LoggedMail>> {
    return this.log.list(pageIn(query), filterIn(query));
  }
}
