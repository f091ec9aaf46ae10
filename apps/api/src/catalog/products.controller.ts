import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, ProductCatalog, ProductStore, type Caller, type PageOf, type Product } from '@hostwright/core';
import { CurrentCaller, definedIn, filterIn, IdPipe, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { componentsIn } from './components-in.js';
import { ProductAnswer, ProductOrderAnswer } from './products.answers.js';
import { NewProductInput, ProductChangeInput, ProductsQuery } from './products.inputs.js';

@ApiTags('products')
@Controller('api/v1/products')
export class ProductsController {
  constructor(
    private readonly catalog: ProductCatalog,
    private readonly products: ProductStore,
  ) {}

  @Get()
  @Staff()
  @Scopes('catalog:read')
  @ApiOperation({ summary: 'What is for sale' })
  @ApiOkResponse({ type: pageClass(ProductAnswer) })
  list(@Query() query: ProductsQuery): Promise<PageOf<Product>> {
    return this.products.list(pageIn(query), filterIn(query));
  }

  @Post()
  @Staff()
  @Scopes('catalog:write')
  @ApiOperation({ summary: 'Put a product together; every component is checked against its module' })
  @ApiCreatedResponse({ type: ProductAnswer })
  add(
    @Body() { code, name, description = '', state = 'active', components, onFailure = null, addonOf = [] }: NewProductInput,
    @CurrentCaller() caller: Caller,
  ): Promise<Product> {
    return this.catalog.add({ code, name, description, state, components: componentsIn(components), onFailure, addonOf }, actorOf(caller));
  }

  @Get(':id')
  @Staff()
  @Scopes('catalog:read')
  @ApiOperation({ summary: 'One product' })
  @ApiOkResponse({ type: ProductAnswer })
  get(@Param('id', IdPipe) id: string): Promise<Product> {
    return this.products.get(id);
  }

  @Get(':id/order')
  @Staff()
  @Scopes('catalog:read')
  @ApiOperation({ summary: 'What is asked when it is ordered' })
  @ApiOkResponse({ type: ProductOrderAnswer })
  async order(@Param('id', IdPipe) id: string): Promise<ProductOrderAnswer> {
    return { order: await this.catalog.orderSchema(id) };
  }

  @Patch(':id')
  @Staff()
  @Scopes('catalog:write')
  @ApiOperation({ summary: 'Change a product for what is sold from now on' })
  @ApiOkResponse({ type: ProductAnswer })
  change(
    @Param('id', IdPipe) id: string,
    @Body() { components, ...change }: ProductChangeInput,
    @CurrentCaller() caller: Caller,
  ): Promise<Product> {
    return this.catalog.change(id, { ...definedIn(change), ...(components && { components: componentsIn(components) }) }, actorOf(caller));
  }
}
