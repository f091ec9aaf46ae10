import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, ServerRegistry, ServerStore, type Caller, type Server } from '@hostwright/core';
import type { ConnectionTest } from '@hostwright/sdk';
import { CurrentCaller, definedIn, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { ConnectionTestAnswer, ServerAnswer } from './servers.answers.js';
import { NewServerInput, ServerChangeInput, ServersQuery } from './servers.inputs.js';

@ApiTags('servers')
@Controller('api/v1/servers')
export class ServersController {
  constructor(
    private readonly registry: ServerRegistry,
    private readonly servers: ServerStore,
  ) {}

  @Get()
  @Staff()
  @Scopes('servers:read')
  @ApiOperation({ summary: 'Connected servers' })
  @ApiOkResponse({ type: pageClass(ServerAnswer) })
  async list(@Query() query: ServersQuery) {
    const page = await this.servers.list(pageIn(query), filterIn(query));
    const used = await this.servers.used(page.items.map(({ id }) => id));
    return { ...page, items: page.items.map((server) => this.answer(server, used)) };
  }

  @Post()
  @Staff()
  @Scopes('servers:write')
  @ApiOperation({ summary: 'Connect a server; its settings are checked against its module' })
  @ApiCreatedResponse({ type: ServerAnswer })
  async connect(@Body() server: NewServerInput, @CurrentCaller() caller: Caller): Promise<ServerAnswer> {
    return this.shown(await this.registry.connect(server, actorOf(caller)));
  }

  @Get(':id')
  @Staff()
  @Scopes('servers:read')
  @ApiOperation({ summary: 'One server' })
  @ApiOkResponse({ type: ServerAnswer })
  async get(@Param('id', IdPipe) id: string): Promise<ServerAnswer> {
    return this.shown(await this.servers.get(id));
  }

  @Patch(':id')
  @Staff()
  @Scopes('servers:write')
  @ApiOperation({ summary: 'Change settings, state, capacity or group' })
  @ApiOkResponse({ type: ServerAnswer })
  async change(@Param('id', IdPipe) id: string, @Body() change: ServerChangeInput, @CurrentCaller() caller: Caller): Promise<ServerAnswer> {
    return this.shown(await this.registry.change(id, definedIn(change), actorOf(caller)));
  }

  @Delete(':id')
  @Staff()
  @Scopes('servers:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget a server that nothing is on' })
  @ApiNoContentResponse()
  remove(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<void> {
    return this.registry.remove(id, actorOf(caller));
  }

  @Post(':id/test')
  @Staff()
  @Scopes('servers:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ask the server whether the settings work; an error says what to mend' })
  @ApiOkResponse({ type: ConnectionTestAnswer })
  test(@Param('id', IdPipe) id: string): Promise<ConnectionTest> {
    return this.registry.test(id);
  }

  private async shown(server: Server): Promise<ServerAnswer> {
    return this.answer(server, await this.servers.used([server.id]));
  }

  private answer(server: Server, used: ReadonlyMap<string, number>): ServerAnswer {
    return { ...server, settings: this.registry.shownSettings(server), used: used.get(server.id) ?? 0 };
  }
}
