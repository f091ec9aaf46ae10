import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  actorOf,
  ProvisioningDesk,
  ServiceDirectory,
  ServiceInspector,
  type Caller,
  type PageOf,
  type PlacedOrder,
  type Service,
  type ShownService,
} from '@hostwright/core';
import { CurrentCaller, Customer, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { InspectionsAnswer, PlacedOrderAnswer, RequestedJobAnswer, ServiceAnswer, ServiceDetailsAnswer } from './services.answers.js';
import { NewServiceInput, OperationInput, ServicesQuery } from './services.inputs.js';

@ApiTags('services')
@Controller('api/v1/services')
export class ServicesController {
  constructor(
    private readonly directory: ServiceDirectory,
    private readonly desk: ProvisioningDesk,
    private readonly inspector: ServiceInspector,
  ) {}

  @Get()
  @Staff()
  @Customer()
  @Scopes('services:read')
  @ApiOperation({ summary: 'Services; customers are shown their own' })
  @ApiOkResponse({ type: pageClass(ServiceAnswer) })
  list(@Query() query: ServicesQuery, @CurrentCaller() caller: Caller): Promise<PageOf<Service>> {
    return this.directory.list(pageIn(query), filterIn(query), caller);
  }

  @Post()
  @Staff()
  @Scopes('services:write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Order a service for a customer; a job builds it' })
  @ApiAcceptedResponse({ type: PlacedOrderAnswer })
  order(@Body() { product, customer, order = {}, external }: NewServiceInput, @CurrentCaller() caller: Caller): Promise<PlacedOrder> {
    return this.desk.placeOrder({
      productCode: product,
      customerEmail: customer.email,
      ...(customer.name !== undefined && { customerName: customer.name }),
      order,
      ...(external && { external: { source: external.source, id: external.id } }),
      requestedBy: actorOf(caller),
    });
  }

  @Get(':id')
  @Staff()
  @Customer()
  @Scopes('services:read')
  @ApiOperation({ summary: 'One service' })
  @ApiOkResponse({ type: ServiceDetailsAnswer })
  get(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<ShownService> {
    return this.directory.get(id, caller);
  }

  @Get(':id/inspection')
  @Staff()
  @Scopes('services:read')
  @ApiOperation({ summary: 'Ask the provider how the service is doing now' })
  @ApiOkResponse({ type: InspectionsAnswer })
  async inspect(@Param('id', IdPipe) id: string): Promise<InspectionsAnswer> {
    return { items: await this.inspector.inspect(id) };
  }

  @Post(':id/operations')
  @Staff()
  @Scopes('services:write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Ask for an operation such as suspend or terminate; a job does it' })
  @ApiAcceptedResponse({ type: RequestedJobAnswer })
  operate(@Param('id', IdPipe) id: string, @Body() { operation }: OperationInput, @CurrentCaller() caller: Caller) {
    return this.desk.request(id, operation, actorOf(caller));
  }
}
