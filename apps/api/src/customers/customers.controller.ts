import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, Customers, CustomerStore, type Caller, type Customer, type PageOf } from '@hostwright/core';
import {
  CurrentCaller,
  definedIn,
  EmailInput,
  filterIn,
  IdPipe,
  pageClass,
  pageIn,
  PageQuery,
  Scopes,
  Shows,
  Staff,
  TextInput,
} from '../http/index.js';

export class CustomerAnswer {
  @Shows('id') readonly id: string;
  @Shows('text') readonly email: string;
  @Shows('text') readonly name: string;
  @Shows('time') readonly createdAt: Date;
}

export class NewCustomerInput {
  @EmailInput() readonly email: string;
  @TextInput({ optional: true, min: 0, max: 200 }) readonly name?: string;
}

export class CustomerChangeInput {
  @EmailInput({ optional: true }) readonly email?: string;
  @TextInput({ optional: true, min: 0, max: 200 }) readonly name?: string;
}

export class CustomersQuery extends PageQuery {
  @EmailInput({ optional: true }) readonly email?: string;
}

@ApiTags('customers')
@Controller('api/v1/customers')
export class CustomersController {
  constructor(
    private readonly customers: Customers,
    private readonly store: CustomerStore,
  ) {}

  @Get()
  @Staff()
  @Scopes('customers:read')
  @ApiOperation({ summary: 'Customers' })
  @ApiOkResponse({ type: pageClass(CustomerAnswer) })
  list(@Query() query: CustomersQuery): Promise<PageOf<Customer>> {
    return this.store.list(pageIn(query), filterIn(query));
  }

  @Post()
  @Staff()
  @Scopes('customers:write')
  @ApiOperation({ summary: 'Enter a customer' })
  @ApiCreatedResponse({ type: CustomerAnswer })
  add(@Body() customer: NewCustomerInput, @CurrentCaller() caller: Caller): Promise<Customer> {
    return this.customers.add(customer, actorOf(caller));
  }

  @Get(':id')
  @Staff()
  @Scopes('customers:read')
  @ApiOperation({ summary: 'One customer' })
  @ApiOkResponse({ type: CustomerAnswer })
  get(@Param('id', IdPipe) id: string): Promise<Customer> {
    return this.store.get(id);
  }

  @Patch(':id')
  @Staff()
  @Scopes('customers:write')
  @ApiOperation({ summary: "Change a customer's particulars" })
  @ApiOkResponse({ type: CustomerAnswer })
  change(@Param('id', IdPipe) id: string, @Body() change: CustomerChangeInput, @CurrentCaller() caller: Caller): Promise<Customer> {
    return this.customers.change(id, definedIn(change), actorOf(caller));
  }
}
