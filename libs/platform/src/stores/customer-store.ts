import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { DataSource, MoreThan } from 'typeorm';
import { CustomerStore, pageOf, type Customer, type Page, type PageOf } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { meaning, notFound } from './constraints.js';
import { customerEntity } from './entities.js';

const meanings = { customer_email_idx: () => new PanelError('conflict', 'a customer with this e-mail address exists', { field: 'email' }) };

@Injectable()
export class TypeormCustomerStore extends CustomerStore {
  constructor(
    private readonly db: DataSource,
    @Inject(pg.Pool) private readonly pool: pg.Pool,
  ) {
    super();
  }

  async get(id: string): Promise<Customer> {
    const { rows } = await this.pool.query<Customer>({
      name: 'customer_by_id',
      text: `SELECT id, email, name, created_at AS "createdAt" FROM customer WHERE id = $1`,
      values: [id],
    });
    if (!rows[0]) throw notFound('customer', id);
    return rows[0];
  }

  async add(customer: Pick<Customer, 'email' | 'name'>): Promise<Customer> {
    return meaning(this.rows.save(this.rows.create(customer)), meanings);
  }

  async change(id: string, change: Partial<Pick<Customer, 'email' | 'name'>>): Promise<Customer> {
    if (Object.keys(change).length > 0) await meaning(this.rows.update({ id }, change), meanings);
    return this.get(id);
  }

  async list({ limit, after }: Page, { email }: { readonly email?: string }): Promise<PageOf<Customer>> {
    const query = this.rows
      .createQueryBuilder('customer')
      .orderBy('customer.id')
      .limit(limit + 1);
    if (after !== undefined) query.andWhere({ id: MoreThan(after) });
    if (email !== undefined) query.andWhere('lower(customer.email) = lower(:email)', { email });
    return pageOf(await query.getMany(), limit);
  }

  private get rows() {
    return this.db.getRepository(customerEntity);
  }
}
