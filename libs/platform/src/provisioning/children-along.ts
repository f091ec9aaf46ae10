import type { PoolClient } from 'pg';
import { ableOf, thereOf } from './able-components.js';
import { childrenSuspendedWith, runningChildren } from './children.js';
import type { JobMaking } from './job-making.js';
import { loadComponents } from './job-rows.js';
import { lockService, queueJob, type ServiceRecord } from './service-jobs.js';
import { unfinishedOf, type UnfinishedJob } from './unfinished-jobs.js';

/** Lets what was added to a service go with it, inside the caller's transaction. */
export class ChildrenAlong {
  constructor(private readonly jobs: JobMaking) {}

  /** What was added to a service is suspended with it, and what was suspended with it resumed. It goes behind what is under way for it. */
  async take(client: PoolClient, serviceId: string, operation: 'suspend' | 'unsuspend', requestedBy: string): Promise<void> {
    const suspends = operation === 'suspend';
    for (const { id } of await (suspends ? runningChildren : childrenSuspendedWith)(client, serviceId)) {
      const child = await lockService(client, id);
      const jobs = await unfinishedOf(client, id);
      const all = thereOf(await loadComponents(client, id), jobs);
      const { able: components, without } = ableOf(this.jobs, all, operation);
      // A child that cannot be suspended runs on; one that failed to be needs nothing but to be wanted again.
      const willBe = suspends ? child.state === 'active' || jobs.length > 0 : child.state === 'suspended' || jobs.some(isSuspend);
      if (components.length === all.length && all.some(({ extension }) => !this.jobs.can(extension, operation))) continue;
      await desire(client, id, suspends ? 'suspended' : 'active', suspends);
      if (!willBe) continue;
      await queueJob(client, this.jobs, child, jobs, { operation, requestedBy, components, without });
      await this.take(client, id, operation, requestedBy);
    }
  }

  /** A service that is made anew while it is meant to be suspended, such as an add-on of one that is: that comes behind its create. */
  async suspendBehind(client: PoolClient, service: ServiceRecord, requestedBy: string): Promise<void> {
    if (service.desired_state !== 'suspended') return;
    const { able: components, without } = ableOf(this.jobs, await loadComponents(client, service.id), 'suspend');
    if (!components.some(({ extension }) => this.jobs.can(extension, 'suspend'))) return;
    const before = await unfinishedOf(client, service.id);
    await queueJob(client, this.jobs, service, before, { operation: 'suspend', requestedBy, components, without });
  }
}

/** `withParent`: because its parent is; null leaves that as it is. */
export async function desire(client: PoolClient, serviceId: string, state: string, withParent: boolean | null): Promise<void> {
  await client.query({
    name: 'desk-desired',
    text: `UPDATE service SET desired_state = $2, suspended_with_parent = coalesce($3, suspended_with_parent) WHERE id = $1`,
    values: [serviceId, state, withParent],
  });
}

function isSuspend({ operation }: UnfinishedJob): boolean {
  return operation === 'suspend';
}
