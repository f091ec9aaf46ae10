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
  type RequestedJob,
  type Service,
  type ShownService,
} from '@hostwright/core';
import { CurrentCaller, Customer, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import {
  InspectionsAnswer,
  PlacedOrderAnswer,
  RequestedJobAnswer,
  ServiceActionsAnswer,
  ServiceAnswer,
  ServiceDetailsAnswer,
} from './services.answers.js';
import { ActionInput, NewServiceInput, OperationInput, PackageInput, ServicesQuery } from './services.inputs.js';

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
    return { items: await this.inspector.askEach(id) };
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

  @Post(':id/package')
  @Staff()
  @Scopes('services:write')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Ask for the service to become one of another product; a job changes it. The same product again restores what was sold',
  })
  @ApiAcceptedResponse({ type: RequestedJobAnswer })
  change(@Param('id', IdPipe) id: string, @Body() { product }: PackageInput, @CurrentCaller() caller: Caller): Promise<RequestedJob> {
    return this.desk.changePackage(id, product, actorOf(caller));
  }

  @Get(':id/actions')
  @Staff()
  @Customer()
  @Scopes('services:read')
  @ApiOperation({ summary: "The module's own buttons; customers see those that are meant for them" })
  @ApiOkResponse({ type: ServiceActionsAnswer })
  async actions(@Param('id', IdPipe) id: string, @CurrentCaller() caller: Caller): Promise<ServiceActionsAnswer> {
    return { items: await this.directory.actions(id, caller) };
  }

  @Post(':id/actions/:name')
  @Staff()
  @Customer()
  @Scopes('services:write')
  @HttpCode(202)
  @ApiOperation({ summary: "Press one of the module's own buttons; a job does it, and its result is what the action answers" })
  @ApiAcceptedResponse({ type: RequestedJobAnswer })
  async act(
    @Param('id', IdPipe) id: string,
    @Param('name') name: string,
    @Body() { component, input = {} }: ActionInput,
    @CurrentCaller() caller: Caller,
  ): Promise<RequestedJob> {
    // Somebody else's service is as unknown as one that is not there.
    await this.directory.actions(id, caller);
    return this.desk.act({
      serviceId: id,
      name,
      ...(component === undefined ? {} : { component }),
      input,
      requestedBy: actorOf(caller),
      byCustomer: caller.kind === 'customer',
    });
  }
}
