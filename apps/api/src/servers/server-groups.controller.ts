import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, AuditLog, ServerGroupStore, type Caller, type PageOf, type ServerGroup } from '@hostwright/core';
import { CurrentCaller, definedIn, IdPipe, pageClass, pageIn, PageQuery, Scopes, Staff } from '../http/index.js';
import { ServerGroupAnswer } from './servers.answers.js';
import { NewServerGroupInput, ServerGroupChangeInput } from './servers.inputs.js';

@ApiTags('servers')
@Controller('api/v1/server-groups')
export class ServerGroupsController {
  constructor(
    private readonly groups: ServerGroupStore,
    private readonly audit: AuditLog,
  ) {}

  @Get()
  @Staff()
  @Scopes('servers:read')
  @ApiOperation({ summary: 'Groups of servers that products are placed on' })
  @ApiOkResponse({ type: pageClass(ServerGroupAnswer) })
  list(@Query() query: PageQuery): Promise<PageOf<ServerGroup>> {
    return this.groups.list(pageIn(query));
  }

  @Post()
  @Staff()
  @Scopes('servers:write')
  @ApiOperation({ summary: 'Make a group' })
  @ApiCreatedResponse({ type: ServerGroupAnswer })
  async add(@Body() { name, fill = 'least_full' }: NewServerGroupInput, @CurrentCaller() caller: Caller): Promise<ServerGroup> {
    const group = await this.groups.add({ name, fill });
    await this.audit.record({
      actor: actorOf(caller),
      action: 'server_group.added',
      subject: `server_group:${group.id}`,
      details: { name },
    });
    return group;
  }

  @Get(':id')
  @Staff()
  @Scopes('servers:read')
  @ApiOperation({ summary: 'One group' })
  @ApiOkResponse({ type: ServerGroupAnswer })
  get(@Param('id', IdPipe) id: string): Promise<ServerGroup> {
    return this.groups.get(id);
  }

  @Patch(':id')
  @Staff()
  @Scopes('servers:write')
  @ApiOperation({ summary: 'Rename a group or change how it fills' })
  @ApiOkResponse({ type: ServerGroupAnswer })
  async change(
    @Param('id', IdPipe) id: string,
    @Body() change: ServerGroupChangeInput,
    @CurrentCaller() caller: Caller,
  ): Promise<ServerGroup> {
    const group = await this.groups.change(id, definedIn(change));
    await this.audit.record({
      actor: actorOf(caller),
      action: 'server_group.changed',
      subject: `server_group:${id}`,
      details: { ...definedIn(change) },
    });
    return group;
  }

  @Delete(':id')
  @Staff()
  @Scopes('servers:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a group that nothing belongs to' })
  @ApiNoContentResponse()
  async remove(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.groups.remove(id);
    await this.audit.record({ actor: actorOf(caller), action: 'server_group.removed', subject: `server_group:${id}`, details: {} });
  }
}
