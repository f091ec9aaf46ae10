import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, TriggerMappings, TriggerMappingStore, type Caller, type TriggerMapping } from '@hostwright/core';
import { CurrentCaller, definedIn, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { TriggerMappingAnswer } from './triggers.answers.js';
import { NewTriggerMappingInput, TriggerMappingChangeInput, TriggerMappingsQuery } from './triggers.inputs.js';

@ApiTags('triggers')
@Controller('api/v1/trigger-mappings')
export class TriggerMappingsController {
  constructor(
    private readonly mappings: TriggerMappings,
    private readonly store: TriggerMappingStore,
  ) {}

  @Get()
  @Staff()
  @Scopes('triggers:read')
  @ApiOperation({ summary: 'Which product a plan at a provider means' })
  @ApiOkResponse({ type: pageClass(TriggerMappingAnswer) })
  async list(@Query() query: TriggerMappingsQuery) {
    const page = await this.store.list(pageIn(query), filterIn(query));
    return { ...page, items: page.items.map(shown) };
  }

  @Post()
  @Staff()
  @Scopes('triggers:write')
  @ApiOperation({ summary: 'Say which product a plan means; replay what failed for want of it' })
  @ApiCreatedResponse({ type: TriggerMappingAnswer })
  async add(@Body() input: NewTriggerMappingInput, @CurrentCaller() caller: Caller): Promise<TriggerMappingAnswer> {
    return shown(await this.mappings.add(wanted(input), actorOf(caller)));
  }

  @Get(':id')
  @Staff()
  @Scopes('triggers:read')
  @ApiOperation({ summary: 'One mapping' })
  @ApiOkResponse({ type: TriggerMappingAnswer })
  async get(@Param('id', IdPipe) id: string): Promise<TriggerMappingAnswer> {
    return shown(await this.store.get(id));
  }

  @Patch(':id')
  @Staff()
  @Scopes('triggers:write')
  @ApiOperation({ summary: 'Change a mapping; services follow when the provider tells of their subscription again' })
  @ApiOkResponse({ type: TriggerMappingAnswer })
  async change(
    @Param('id', IdPipe) id: string,
    @Body() change: TriggerMappingChangeInput,
    @CurrentCaller() caller: Caller,
  ): Promise<TriggerMappingAnswer> {
    return shown(await this.mappings.change(id, wanted(change), actorOf(caller)));
  }

  @Delete(':id')
  @Staff()
  @Scopes('triggers:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Map the plan to nothing any more; services of it stay as they are' })
  @ApiNoContentResponse()
  remove(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<void> {
    return this.mappings.remove(id, actorOf(caller));
  }
}

function wanted<I extends NewTriggerMappingInput | TriggerMappingChangeInput>({ policy, ...input }: I) {
  return { ...definedIn(input), ...(policy !== undefined && { policy: definedIn(policy) }) };
}

function shown({ productCode, ...mapping }: TriggerMapping): TriggerMappingAnswer {
  return { ...mapping, product: productCode };
}
