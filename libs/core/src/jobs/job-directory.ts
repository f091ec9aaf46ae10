import { Injectable } from '@nestjs/common';
import { ownerFilter, type Caller } from '../access/index.js';
import type { Page, PageOf } from '../paging/index.js';
import { ModuleCatalog } from '../servers/index.js';
import { ServiceStore } from '../services/index.js';
import { jobForCustomer, summaryForCustomer, type CustomerJob, type CustomerJobDetails } from './customer-job.js';
import { JobHistory, type JobDetails } from './job-history.js';
import { jobForStaff } from './job-views.js';

/** Shows jobs to those who may see them, and of each what they may see. */
@Injectable()
export class JobDirectory {
  constructor(
    private readonly history: JobHistory,
    private readonly services: ServiceStore,
    private readonly modules: ModuleCatalog,
  ) {}

  /** Throws `not_found`, also for a job of somebody else's. */
  async get(id: string, caller: Caller): Promise<JobDetails | CustomerJobDetails> {
    const job = await this.history.get(id, ownerFilter(caller));
    return caller.kind === 'customer' ? jobForCustomer(job, this.isForCustomers(job)) : jobForStaff(job);
  }

  /** What was done with a service, as its customer may see it; newest first. Throws `not_found`, also for somebody else's. */
  async ofService(serviceId: string, page: Page, caller: Caller): Promise<PageOf<CustomerJob>> {
    const owner = ownerFilter(caller);
    await this.services.get(serviceId, owner);
    const found = await this.history.list(page, { serviceId }, owner);
    return { ...found, items: found.items.map(summaryForCustomer) };
  }

  private isForCustomers({ components, operation }: JobDetails): boolean {
    return components.every(({ extension }) => {
      const actions = this.modules.find(extension, 'provisioning')?.actions ?? [];
      return actions.some(({ name, shownTo }) => name === operation && shownTo === 'customer');
    });
  }
}
