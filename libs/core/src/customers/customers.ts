import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/index.js';
import { CustomerStore, type Customer } from './customer.js';

/** Enters customers and keeps their particulars. */
@Injectable()
export class Customers {
  constructor(
    private readonly store: CustomerStore,
    private readonly audit: AuditLog,
  ) {}

  async add(customer: { email: string; name?: string }, actor: string): Promise<Customer> {
    const made = await this.store.add({ email: customer.email, name: customer.name ?? '' });
    await this.audit.record({ actor, action: 'customer.added', subject: `customer:${made.id}`, details: {} });
    return made;
  }

  async change(id: string, change: { email?: string; name?: string }, actor: string): Promise<Customer> {
    const changed = await this.store.change(id, change);
    await this.audit.record({ actor, action: 'customer.changed', subject: `customer:${id}`, details: { changed: Object.keys(change) } });
    return changed;
  }
}
