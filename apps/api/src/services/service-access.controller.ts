import { Body, Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ServiceAccess, type AccessWays, type Caller, type RequestedJob, type SignOn } from '@hostwright/core';
import { CurrentCaller, Customer, definedIn, IdPipe, Scopes, Staff } from '../http/index.js';
import { AccessWaysAnswer, RequestedJobAnswer, SignOnAnswer } from './services.answers.js';
import { PasswordChangeInput, SignOnInput } from './services.inputs.js';

@ApiTags('services')
@Controller('api/v1/services')
export class ServiceAccessController {
  constructor(private readonly access: ServiceAccess) {}

  @Get(':id/access')
  @Staff()
  @Customer()
  @Scopes('services:read')
  @ApiOperation({ summary: 'Which parts of the service can be logged in to from here, and which have a password to change' })
  @ApiOkResponse({ type: AccessWaysAnswer })
  ways(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<AccessWays> {
    return this.access.ways(id, caller);
  }

  @Post(':id/sign-on')
  @Staff()
  @Customer()
  @Scopes('services:write')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Log in: the provider is asked now, and the address serves once. Not while the service is suspended' })
  @ApiOkResponse({ type: SignOnAnswer })
  signOn(@Param('id', IdPipe) id: string, @Body() { component }: SignOnInput, @CurrentCaller() caller: Caller): Promise<SignOn> {
    return this.access.signOn(id, component, caller);
  }

  @Post(':id/password')
  @Staff()
  @Customer()
  @Scopes('services:write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask for a new password; a job sets it. Without one it is random, and nobody is told it' })
  @ApiAcceptedResponse({ type: RequestedJobAnswer })
  changePassword(
    @Param('id', IdPipe) id: string,
    @Body() wanted: PasswordChangeInput,
    @CurrentCaller() caller: Caller,
  ): Promise<RequestedJob> {
    return this.access.changePassword(id, definedIn(wanted), caller);
  }
}
