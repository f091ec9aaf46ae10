import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Accounts, AccountStore, actorOf, viewOfAccount, type AccountView, type Caller, type PageOf } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { CurrentCaller, filterIn, IdPipe, pageClass, pageIn, Staff } from '../http/index.js';
import { AccountAnswer } from './auth.answers.js';
import { AccountChangeInput, AccountsQuery, NewAccountInput } from './auth.inputs.js';
import { KnownAccounts } from './known-accounts.js';

@ApiTags('accounts')
@Controller('api/v1/accounts')
export class AccountsController {
  constructor(
    private readonly accounts: Accounts,
    private readonly store: AccountStore,
    private readonly known: KnownAccounts,
  ) {}

  @Get()
  @Staff()
  @ApiOperation({ summary: 'Accounts that can log in' })
  @ApiOkResponse({ type: pageClass(AccountAnswer) })
  list(@Query() query: AccountsQuery): Promise<PageOf<AccountView>> {
    return this.store.list(pageIn(query), filterIn(query));
  }

  @Post()
  @Staff()
  @ApiOperation({ summary: 'Make an account, for staff or for a customer' })
  @ApiCreatedResponse({ type: AccountAnswer })
  open(@Body() account: NewAccountInput, @CurrentCaller() caller: Caller): Promise<AccountView> {
    return this.accounts.open(account, actorOf(caller));
  }

  @Patch(':id')
  @Staff()
  @ApiOperation({ summary: 'Change the password, disable or enable' })
  @ApiOkResponse({ type: AccountAnswer })
  async change(
    @Param('id', IdPipe) id: string,
    @Body() { password, disabled }: AccountChangeInput,
    @CurrentCaller() caller: Caller,
  ): Promise<AccountView> {
    if (disabled === true && caller.kind === 'staff' && caller.accountId === id) {
      throw new PanelError('invalid_input', 'you cannot disable your own account', { field: 'disabled' });
    }
    if (password !== undefined) await this.accounts.changePassword(id, password, actorOf(caller));
    const changed = disabled === undefined ? undefined : await this.accounts.setDisabled(id, disabled, actorOf(caller));
    this.known.forget(id);
    if (changed) return changed;
    const account = await this.store.find(id);
    if (!account) throw new PanelError('not_found', `there is no account ${id}`);
    return viewOfAccount(account);
  }
}
