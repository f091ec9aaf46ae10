import { Body, Controller, Header, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ServiceFiles, type Caller, type HandedFiles } from '@hostwright/core';
import { ApiSettings } from '../api-settings.js';
import { RateLimits } from '../auth/index.js';
import { CurrentCaller, Customer, IdPipe, Public, Scopes, Staff } from '../http/index.js';
import { FileLinkAnswer, FilesAnswer, FileLinkStateAnswer } from './files.answers.js';
import { FileLinkInput, NewFileLinkInput } from './files.inputs.js';

/** Files of services, secrets among them. Tokens are in bodies only: addresses are logged on the way. */
@ApiTags('services')
@Controller('api/v1')
export class FilesController {
  constructor(
    private readonly files: ServiceFiles,
    private readonly limits: RateLimits,
    private readonly settings: ApiSettings,
  ) {}

  @Post('services/:id/file-link')
  @Staff()
  @Customer()
  @Scopes('services:write')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'A link to the files of the service, such as a certificate and its key. It works once, for 15 minutes' })
  @ApiOkResponse({ type: FileLinkAnswer })
  async makeLink(
    @Param('id', IdPipe) id: string,
    @Body() { component }: NewFileLinkInput,
    @CurrentCaller() caller: Caller,
  ): Promise<FileLinkAnswer> {
    const { token, expiresAt } = await this.files.makeLink(id, component, caller);
    // Behind a #, so that no server and no log gets to see it.
    return { url: `${this.settings.publicUrl}/app/files#${token}`, expiresAt };
  }

  @Post('file-links/look')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Whether a link to files still works. Looking does not use it up' })
  @ApiOkResponse({ type: FileLinkStateAnswer })
  async look(@Body() { token }: FileLinkInput, @Req() request: FastifyRequest): Promise<FileLinkStateAnswer> {
    await this.limits.link(request.ip);
    const { state, product, serviceId } = await this.files.look(token);
    return { state, product, serviceId };
  }

  @Post('file-links/open')
  @Public()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The files that a link leads to, once: as the service has them now' })
  @ApiOkResponse({ type: FilesAnswer })
  async open(@Body() { token }: FileLinkInput, @Req() request: FastifyRequest): Promise<HandedFiles> {
    await this.limits.link(request.ip);
    return this.files.open(token);
  }
}
