import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import {
  AccountStore,
  pageOf,
  viewOfAccount,
  type Account,
  type AccountView,
  type NewAccount,
  type Page,
  type PageOf,
} from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { meaning, notFound } from './constraints.js';
import { accountEntity } from './entities.js';

const meanings = {
  account_email_idx: () => new PanelError('conflict', 'an account with this e-mail address exists', { field: 'email' }),
  account_customer_id_fkey: () => new PanelError('invalid_input', 'there is no such customer', { field: 'customerId' }),
};

@Injectable()
export class TypeormAccountStore extends AccountStore {
  constructor(private readonly db: DataSource) {
    super();
  }

  async findByEmail(email: string): Promise<Account | undefined> {
    return (await this.rows.createQueryBuilder('account').where('lower(account.email) = lower(:email)', { email }).getOne()) ?? undefined;
  }

  async find(id: string): Promise<Account | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  async add(account: NewAccount): Promise<Account> {
    const made = await meaning(this.rows.save(this.rows.create(account)), meanings);
    return { ...made, lastLoginAt: null, disabledAt: null, tokensValidFrom: null };
  }

  async change(id: string, change: Partial<Pick<Account, 'passwordHash' | 'disabledAt' | 'tokensValidFrom'>>): Promise<Account> {
    await this.rows.update({ id }, change);
    const changed = await this.find(id);
    if (!changed) throw notFound('account', id);
    return changed;
  }

  async loggedIn(id: string, at: Date): Promise<void> {
    await this.rows.update({ id }, { lastLoginAt: at });
  }

  async list(
    { limit, after }: Page,
    filter: { readonly role?: Account['role']; readonly customerId?: string },
  ): Promise<PageOf<AccountView>> {
    const found = await this.rows.find({
      where: { ...filter, ...(after === undefined ? {} : { id: MoreThan(after) }) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return pageOf(found.map(viewOfAccount), limit);
  }

  private get rows() {
    return this.db.getRepository(accountEntity);
  }
}
