import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, RestorationStore, type Caller } from '@hostwright/core';
import { CurrentCaller, IdPipe, Scopes, Staff } from '../http/index.js';
import { RestorationAnswer, restorationAnswer } from './restoration.answers.js';
import { ReleaseInput } from './restoration.inputs.js';

@ApiTags('restoration')
@Controller('api/v1/restoration')
export class RestorationController {
  constructor(private readonly restorations: RestorationStore) {}

  @Get()
  @Staff()
  @Scopes('servers:read')
  @ApiOperation({
    summary: 'Whether the panel was restored from a backup, and which servers are held until they have been compared with it',
  })
  @ApiOkResponse({ type: RestorationAnswer })
  async latest(): Promise<RestorationAnswer> {
    return restorationAnswer(await this.restorations.latest());
  }

  @Post('servers/:id/release')
  @Staff()
  @Scopes('servers:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Let jobs and orders on a server that cannot be looked at. What was made there after the backup may be in their way',
  })
  @ApiOkResponse({ type: RestorationAnswer })
  async release(
    @Param('id', IdPipe) id: string,
    @Body() { reason }: ReleaseInput,
    @CurrentCaller() caller: Caller,
  ): Promise<RestorationAnswer> {
    return restorationAnswer(await this.restorations.release(id, reason, actorOf(caller)));
  }
}
