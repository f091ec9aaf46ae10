import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ModuleCatalog, type ModuleDescription } from '@hostwright/core';
import { Scopes, Staff } from '../http/index.js';
import { ExtensionsAnswer, ModuleAnswer } from './servers.answers.js';

@ApiTags('extensions')
@Controller('api/v1/extensions')
export class ExtensionsController {
  constructor(private readonly catalog: ModuleCatalog) {}

  @Get()
  @Staff()
  @Scopes('servers:read')
  @ApiOperation({ summary: 'Extensions that were found, those that could not be loaded with the reason' })
  @ApiOkResponse({ type: ExtensionsAnswer })
  list(): ExtensionsAnswer {
    return {
      items: this.catalog.list().map((extension) => ({ ...extension, modules: extension.modules.map((module) => this.shown(module)) })),
    };
  }

  private shown({
    kind,
    server,
    product,
    order,
    properties,
    operations,
    actions,
    canTest,
    canSignOn,
    canAdopt,
    canServeSites,
    looks,
  }: ModuleDescription): ModuleAnswer {
    return {
      kind,
      server: this.catalog.schemaOf(server),
      product: product ? this.catalog.schemaOf(product) : null,
      order: order ? this.catalog.schemaOf(order) : null,
      properties: properties ? this.catalog.schemaOf(properties) : null,
      operations,
      actions: actions.map((action) => ({ ...action, input: this.catalog.schemaOf(action.input) })),
      canTest,
      canSignOn,
      canAdopt,
      canServeSites,
      looks,
    };
  }
}
