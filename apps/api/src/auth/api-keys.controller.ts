import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, ApiKeys, ApiKeyStore, type ApiKeyView, type Caller, type PageOf } from '@hostwright/core';
import { CurrentCaller, IdPipe, pageClass, pageIn, PageQuery, Staff, timeIn } from '../http/index.js';
import { ApiKeyAnswer, IssuedKeyAnswer } from './auth.answers.js';
import { NewApiKeyInput } from './auth.inputs.js';

@ApiTags('API keys')
@Controller('api/v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeys,
    private readonly store: ApiKeyStore,
  ) {}

  @Get()
  @Staff()
  @ApiOperation({ summary: 'API keys, without what is secret of them' })
  @ApiOkResponse({ type: pageClass(ApiKeyAnswer) })
  list(@Query() query: PageQuery): Promise<PageOf<ApiKeyView>> {
    return this.store.list(pageIn(query));
  }

  @Post()
  @Staff()
  @ApiOperation({ summary: 'Issue a key for a program; the key is shown in this answer only' })
  @ApiCreatedResponse({ type: IssuedKeyAnswer })
  issue(@Body() { name, scopes, expiresAt }: NewApiKeyInput, @CurrentCaller() caller: Caller): Promise<IssuedKeyAnswer> {
    return this.keys.issue(
      { name, scopes, ...(expiresAt !== undefined && { expiresAt: timeIn('expiresAt', expiresAt) }) },
      actorOf(caller),
    );
  }

  @Delete(':id')
  @Staff()
  @ApiOperation({ summary: 'Revoke a key; it opens nothing from now on' })
  @ApiOkResponse({ type: ApiKeyAnswer })
  revoke(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<ApiKeyView> {
    return this.keys.revoke(id, actorOf(caller));
  }
}
