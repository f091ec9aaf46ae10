import { isDeepStrictEqual } from 'node:util';
import { allowAction, allowOperation, desiredState, type ModuleCatalog, type RequestedJob, type WantedAction } from '@hostwright/core';
import { PanelError, type Fields, type ValuesOf } from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import { ableOf, thereOf } from './able-components.js';
import { ChildrenAlong, desire } from './children-along.js';
import { livingChildren } from './children.js';
import { requireRoom, withDomains } from './domain-rules.js';
import type { JobMaking } from './job-making.js';
import { loadComponents, requireThere } from './job-rows.js';
import { actionOf } from './module-operations.js';
import { changed, type ProductFacts } from './product-facts.js';
import { requireSamePlace } from './parents.js';
import { lockService, queueJob, standingOf } from './service-jobs.js';
import { stopWork, unfinishedOf, type UnfinishedJob } from './unfinished-jobs.js';

/** Asks for operations on services that are there, each inside the caller's transaction. */
export class OperationRequests {
  private readonly children: ChildrenAlong;

  constructor(
    private readonly jobs: JobMaking,
    private readonly modules: ModuleCatalog,
  ) {
    this.children = new ChildrenAlong(jobs);
  }

  /** `again`: also for what the service is already, because the provider has it otherwise. Throws `conflict` when that is asked for while something else is under way. */
  async request(client: PoolClient, serviceId: string, operation: string, requestedBy: string, again = false): Promise<RequestedJob> {
    const service = await lockService(client, serviceId);
    if (operation === 'changePackage')
      throw new PanelError('invalid_input', 'a change of package needs the product it is to become', { field: 'operation' });
    if (operation === 'changePassword')
      throw new PanelError('invalid_input', 'a change of password has a call of its own', { field: 'operation' });
    const jobs = await unfinishedOf(client, serviceId);
    allowOperation(standingOf(service, jobs), operation, again);
    const same = jobs.find((job) => job.operation === operation);
    if (same && operation === 'terminate') await this.endChildren(client, serviceId, requestedBy);
    if (same) return { jobId: same.id, created: false };
    if (again) refuseWhileBusy(serviceId, jobs);
    if (operation === 'terminate') {
      const ended = await this.terminateAtOnce(client, serviceId, service.state, jobs.length > 0, requestedBy);
      if (ended) return { jobId: ended, created: false };
      await stopWork(client, serviceId, 'the service was cancelled');
    }
    const all = await loadComponents(client, serviceId);
    const { able, without } = ableOf(this.jobs, operation === 'terminate' ? all : thereOf(all, jobs), operation);
    const components = operation === 'terminate' ? await withDomains(client, serviceId, able) : able;
    const held = operation === 'terminate' && (await this.endChildren(client, serviceId, requestedBy));
    const jobId = await queueJob(client, this.jobs, service, jobs, { operation, requestedBy, components, without, held });
    const desired = desiredState(operation);
    if (desired) await desire(client, serviceId, desired, again ? null : false);
    if (!again && (operation === 'suspend' || operation === 'unsuspend'))
      await this.children.take(client, serviceId, operation, requestedBy);
    return { jobId, created: true, ...(without.length > 0 ? { without } : {}) };
  }

  /** Asks for the end of all that was added to the service. Answers whether anything of it lives. */
  private async endChildren(client: PoolClient, serviceId: string, requestedBy: string): Promise<boolean> {
    for (const { id } of await livingChildren(client, serviceId)) await this.request(client, id, 'terminate', requestedBy);
    return (await livingChildren(client, serviceId)).length > 0;
  }

  async changePackage(client: PoolClient, serviceId: string, product: ProductFacts, requestedBy: string): Promise<RequestedJob> {
    const service = await lockService(client, serviceId);
    const jobs = await unfinishedOf(client, serviceId);
    allowOperation(standingOf(service, jobs), 'changePackage');
    await requireSamePlace(client, service, product);
    const under = jobs.find((job) => job.operation === 'changePackage');
    if (under?.program.productId === product.id) return { jobId: under.id, created: false };
    if (under) throw new PanelError('conflict', 'this service is being changed to another product; try again when that is done');
    // What is not there is made as the product has it by then.
    const there = changed(await loadComponents(client, serviceId), product).filter(({ remoteId }) => remoteId !== null);
    // What stays as it is need not be able to change, unless nothing of the service can.
    const able = there.filter(
      ({ extension, settings, previous }) => this.jobs.can(extension, 'changePackage') || !isDeepStrictEqual(settings, previous),
    );
    const components = able.length > 0 ? able : there;
    for (const { extension, previous: from, settings: to } of components)
      this.jobs.module(extension).allowChange?.({ from, to } as { from: ValuesOf<Fields>; to: ValuesOf<Fields> });
    for (const { name, extension, settings } of components)
      await requireRoom(client, this.jobs.module(extension), { serviceId, component: name, settings, more: 0 });
    const jobId = await queueJob(client, this.jobs, service, jobs, {
      operation: 'changePackage',
      requestedBy,
      components,
      productId: product.id,
    });
    return { jobId, created: true };
  }

  /**
   * Gives a service once more what it was sold as, because the provider has it otherwise. What its product has become since, or that it is
   * no longer for sale, makes no difference. Throws `conflict` when something else is under way.
   */
  async repeatPackage(client: PoolClient, serviceId: string, requestedBy: string): Promise<RequestedJob> {
    const service = await lockService(client, serviceId);
    const jobs = await unfinishedOf(client, serviceId);
    allowOperation(standingOf(service, jobs), 'changePackage');
    const same = jobs.find(({ operation, program }) => operation === 'changePackage' && program.productId === undefined);
    if (same) return { jobId: same.id, created: false };
    refuseWhileBusy(serviceId, jobs);
    const { able } = ableOf(this.jobs, thereOf(await loadComponents(client, serviceId), jobs), 'changePackage');
    const components = able.map((one) => ({ ...one, previous: one.settings }));
    const jobId = await queueJob(client, this.jobs, service, jobs, { operation: 'changePackage', requestedBy, components });
    return { jobId, created: true };
  }

  async act(client: PoolClient, { serviceId, name, component, input, requestedBy, byCustomer }: WantedAction): Promise<RequestedJob> {
    const service = await lockService(client, serviceId);
    const found = (await loadComponents(client, serviceId))
      .map((facts) => ({ facts, action: actionOf(this.jobs.find(facts.extension) ?? {}, name) }))
      .filter(({ facts, action }) => action && (component ?? facts.name) === facts.name && (!byCustomer || action.shownTo === 'customer'));
    const [one] = found;
    if (!one?.action) throw new PanelError('not_found', `service ${serviceId} has no action '${name}'`, { field: 'action' });
    if (found.length > 1)
      throw new PanelError('invalid_input', `several components have an action '${name}': name one`, { field: 'component' });
    const jobs = await unfinishedOf(client, serviceId);
    allowAction(standingOf(service, jobs), name, one.action.when);
    requireThere(one.facts, serviceId);
    const checked = this.modules.check(one.action.input, input, 'input');
    const same = jobs.find(
      ({ operation, program }) =>
        operation === name && program.components[0]?.name === one.facts.name && isDeepStrictEqual(program.components[0].input, checked),
    );
    if (same) return { jobId: same.id, created: false };
    const components = [{ ...one.facts, input: checked }];
    return {
      jobId: await queueJob(client, this.jobs, service, jobs, { operation: name, requestedBy, components, interactive: byCustomer }),
      created: true,
    };
  }

  /** Ends a service of which there is nothing: over already, or never delivered and nobody at work on it. Answers its last job. */
  private async terminateAtOnce(
    client: PoolClient,
    serviceId: string,
    state: string,
    busy: boolean,
    requestedBy: string,
  ): Promise<string | undefined> {
    const over = state === 'terminated' || state === 'cancelled';
    if (!over && (busy || state !== 'pending')) return undefined;
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM provisioning_job WHERE service_id = $1 ORDER BY id DESC LIMIT 1`, [
      serviceId,
    ]);
    if (!over) {
      await client.query(`UPDATE service SET state = 'cancelled', state_since = now(), desired_state = 'terminated' WHERE id = $1`, [
        serviceId,
      ]);
      await client.query(
        `UPDATE reservation SET free_at = now() + interval '24 hours' WHERE service_id = $1 AND free_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM provisioning_job p WHERE p.id = reservation.job_id AND p.phase = 'looking')`,
        [serviceId],
      );
      await client.query(
        `UPDATE operator_task SET state = 'resolved', resolved_at = now(), resolved_by = $2, resolution = 'the service was cancelled' WHERE service_id = $1 AND state = 'open' AND kind <> 'not_undone'`,
        [serviceId, requestedBy],
      );
      await client.query(`INSERT INTO outbox (topic, payload) VALUES ('service.cancelled', jsonb_build_object('serviceId', $1::text))`, [
        serviceId,
      ]);
    }
    return rows[0]?.id;
  }
}

/** What is wrong may be so because of the work, and may be right after it. */
function refuseWhileBusy(serviceId: string, [first]: readonly UnfinishedJob[]): void {
  if (first) throw new PanelError('conflict', `job ${first.id} of service ${serviceId} is under way; look again when it is over`);
}
