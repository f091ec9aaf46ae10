import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, ProductCatalog, ProductStore, type Caller, type PageOf, type Product, type ProductComponent } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { CurrentCaller, definedIn, filterIn, IdPipe, isId, pageClass, pageIn, Scopes, Staff } from '../http/index.js';
import { ProductAnswer } from './products.answers.js';
import { NewProductInput, ProductChangeInput, ProductsQuery, type ProductComponentInput } from './products.inputs.js';

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
    @Body() { code, name, description = '', state = 'active', components }: NewProductInput,
    @CurrentCaller() caller: Caller,
  ): Promise<Product> {
    return this.catalog.add({ code, name, description, state, components: componentsIn(components) }, actorOf(caller));
  }

  @Get(':id')
  @Staff()
  @Scopes('catalog:read')
  @ApiOperation({ summary: 'One product' })
  @ApiOkResponse({ type: ProductAnswer })
  get(@Param('id', IdPipe) id: string): Promise<Product> {
    return this.products.get(id);
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

function componentsIn(inputs: readonly ProductComponentInput[]): ProductComponent[] {
  return inputs.map(({ name, extension, serverGroupId, settings = {}, connections = {} }, index) => ({
    name,
    extension,
    serverGroupId,
    settings,
    connections: Object.fromEntries(
      Object.entries(connections).map(([kind, serverId]) => {
        if (typeof serverId === 'string' && isId(serverId)) return [kind, serverId];
        const field = `components.${index}.connections.${kind}`;
        throw new PanelError('invalid_input', `${field} must be the id of a server`, { field });
      }),
    ),
  }));
}
