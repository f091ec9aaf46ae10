import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, AddonDirectory, ownerFilter, ProvisioningDesk, type Caller, type PlacedOrder } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { CurrentCaller, Customer, IdPipe, Scopes, Staff } from '../http/index.js';
import { AddonsAnswer, PlacedOrderAnswer } from './services.answers.js';
import { NewAddonInput } from './services.inputs.js';

@ApiTags('services')
@Controller('api/v1/services')
export class AddonsController {
  constructor(
    private readonly addons: AddonDirectory,
    private readonly desk: ProvisioningDesk,
  ) {}

  @Get(':id/addons')
  @Staff()
  @Customer()
  @Scopes('services:read')
  @ApiOperation({ summary: 'What can be added to a service now' })
  @ApiOkResponse({ type: AddonsAnswer })
  async list(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<AddonsAnswer> {
    return { items: await this.addons.of(id, caller) };
  }

  @Post(':id/addons')
  @Staff()
  @Customer()
  @Scopes('services:write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Add a product to a service; it becomes a service of its own below it, and a job builds it' })
  @ApiAcceptedResponse({ type: PlacedOrderAnswer })
  add(
    @Param('id', IdPipe) id: string,
    @Body() { product, order = {}, external, requestId }: NewAddonInput,
    @CurrentCaller() caller: Caller,
  ): Promise<PlacedOrder> {
    const ownedBy = ownerFilter(caller);
    if (ownedBy !== undefined && external)
      throw new PanelError('invalid_input', 'external is for programs and staff; use requestId', { field: 'external' });
    if (ownedBy === undefined && requestId !== undefined)
      throw new PanelError('invalid_input', 'requestId is for customers; use external', { field: 'requestId' });
    const key = external
      ? { source: external.source, id: external.id }
      : ownedBy !== undefined && requestId !== undefined
        ? { source: `customer:${ownedBy}`, id: requestId }
        : undefined;
    return this.desk.placeAddon({
      parentId: id,
      ...(ownedBy === undefined ? {} : { ownedBy }),
      productCode: product,
      order,
      ...(key && { external: key }),
      requestedBy: actorOf(caller),
    });
  }
}
