import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditLog, type AuditEntry, type PageOf } from '@hostwright/core';
import { filterIn, pageClass, pageIn, PageQuery, Scopes, Shows, Staff, TextInput } from '../http/index.js';

export class AuditEntryAnswer {
  @Shows('id') readonly id: string;
  @Shows('time') readonly at: Date;
  @Shows('text', { description: '`staff:1`, `customer:2`, `key:3`, `cli`' }) readonly actor: string;
  @Shows('text') readonly action: string;
  @Shows('text', { description: 'What it was done to, such as `server:4`' }) readonly subject: string;
  @Shows('values') readonly details: object;
}

export class AuditQuery extends PageQuery {
  @TextInput({ optional: true, max: 200 }) readonly subject?: string;
  @TextInput({ optional: true, max: 200 }) readonly actor?: string;
}

@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditLog) {}

  @Get()
  @Staff()
  @Scopes('audit:read')
  @ApiOperation({ summary: 'Who did what, newest first' })
  @ApiOkResponse({ type: pageClass(AuditEntryAnswer) })
  list(@Query() query: AuditQuery): Promise<PageOf<AuditEntry>> {
    return this.audit.list(pageIn(query), filterIn(query));
  }
}
