import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { actorOf, AdoptionDesk, ServerChoices, type Caller } from '@hostwright/core';
import { CurrentCaller, IdPipe, Scopes, Staff } from '../http/index.js';
import { AdoptedAnswer, ChoicesAnswer, FoundAccountsAnswer } from './server-accounts.answers.js';
import { AdoptionInput } from './servers.inputs.js';

/** What is on a server at its provider, as that says now. */
@ApiTags('servers')
@Controller('api/v1/servers')
export class ServerAccountsController {
  constructor(
    private readonly adoptions: AdoptionDesk,
    private readonly choices: ServerChoices,
  ) {}

  @Get(':id/choices/:list')
  @Staff()
  @Scopes('servers:read')
  @ApiOperation({ summary: 'A list for a form, such as the packages of the server; named by `x-choices-from` of a product field' })
  @ApiOkResponse({ type: ChoicesAnswer })
  async load(@Param('id', IdPipe) id: string, @Param('list') list: string): Promise<ChoicesAnswer> {
    return { items: await this.choices.load(id, list) };
  }

  @Get(':id/accounts')
  @Staff()
  @Scopes('servers:read')
  @ApiOperation({ summary: 'Everything on the server that could be a service, and whose it is' })
  @ApiOkResponse({ type: FoundAccountsAnswer })
  async accounts(@Param('id', IdPipe) id: string): Promise<FoundAccountsAnswer> {
    const found = await this.adoptions.accounts(id);
    return { items: found.map((one) => ({ ...one, owner: one.owner ?? null, package: one.package ?? null })) };
  }

  @Post(':id/accounts/:remoteId/adopt')
  @Staff()
  @Scopes('services:write')
  @ApiOperation({ summary: 'Make a service of what is on the server and nobody’s; nothing at the provider changes' })
  @ApiCreatedResponse({ type: AdoptedAnswer })
  adopt(
    @Param('id', IdPipe) id: string,
    @Param('remoteId') remoteId: string,
    @Body() { product, customer, order = {} }: AdoptionInput,
    @CurrentCaller() caller: Caller,
  ): Promise<AdoptedAnswer> {
    return this.adoptions.adopt({
      serverId: id,
      remoteId,
      productCode: product,
      customerEmail: customer.email,
      ...(customer.name === undefined ? {} : { customerName: customer.name }),
      order,
      requestedBy: actorOf(caller),
    });
  }
}
