import { isDeepStrictEqual } from 'node:util';
import {
  allowAction,
  allowOperation,
  desiredState,
  type FailurePolicy,
  type ModuleCatalog,
  type RequestedJob,
  type Standing,
  type WantedAction,
} from '@hostwright/core';
import { PanelError, type Fields, type JsonObject, type ValuesOf } from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import type { JobMaking, WantedJob } from './job-making.js';
import { childrenSuspendedWith, livingChildren, runningChildren } from './children.js';
import { requireRoom, withDomains } from './domain-rules.js';
import { loadComponents, nextJobId, type ComponentFacts } from './job-rows.js';
import { actionOf } from './module-operations.js';
import { changed, type ProductFacts } from './product-facts.js';
import { stopWork, unfinishedOf, type UnfinishedJob } from './unfinished-jobs.js';

export interface ServiceRecord {
  id: string;
  state: string;
  order_values: JsonObject;
  code: string;
  desired_state: string;
  customer_id: string;
  parent_id: string | null;
  /** What its product says about a failure of create. */
  on_failure: FailurePolicy | null;
}

/** What a job is to be made of. */
export type WantedOperation = Pick<
  WantedJob,
  'operation' | 'requestedBy' | 'components' | 'productId' | 'domainId' | 'interactive' | 'without'
> &
  Partial<Pick<WantedJob, 'taken'>>;

/** Asks for operations on services that are there, each inside the caller's transaction. */
export class OperationRequests {
  constructor(
    private readonly jobs: JobMaking,
    private readonly modules: ModuleCatalog,
  ) {}

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
    const { able, without } = this.able(await loadComponents(client, serviceId), operation);
    const components = operation === 'terminate' ? await withDomains(client, serviceId, able) : able;
    const held = operation === 'terminate' && (await this.endChildren(client, serviceId, requestedBy));
    const jobId = await queueJob(client, this.jobs, service, jobs, { operation, requestedBy, components, without, held });
    const desired = desiredState(operation);
    if (desired) await desire(client, serviceId, desired, again ? null : false);
    if (!again && (operation === 'suspend' || operation === 'unsuspend'))
      await this.takeChildrenAlong(client, serviceId, operation, requestedBy);
    return { jobId, created: true, ...(without.length > 0 ? { without } : {}) };
  }

  /** Asks for the end of all that was added to the service. Answers whether anything of it lives. */
  private async endChildren(client: PoolClient, serviceId: string, requestedBy: string): Promise<boolean> {
    for (const { id } of await livingChildren(client, serviceId)) await this.request(client, id, 'terminate', requestedBy);
    return (await livingChildren(client, serviceId)).length > 0;
  }

  /** What was added to a service is suspended with it, and what was suspended with it resumed. It goes behind what is under way for it. */
  private async takeChildrenAlong(
    client: PoolClient,
    serviceId: string,
    operation: 'suspend' | 'unsuspend',
    requestedBy: string,
  ): Promise<void> {
    const suspends = operation === 'suspend';
    for (const { id } of await (suspends ? runningChildren : childrenSuspendedWith)(client, serviceId)) {
      const child = await lockService(client, id);
      const jobs = await unfinishedOf(client, id);
      const all = await loadComponents(client, id);
      const { able: components, without } = this.able(all, operation);
      // A child that cannot be suspended runs on; one that failed to be needs nothing but to be wanted again.
      const willBe = suspends ? child.state === 'active' || jobs.length > 0 : child.state === 'suspended' || jobs.some(isSuspend);
      if (components.length === all.length && all.some(({ extension }) => !this.jobs.can(extension, operation))) continue;
      await desire(client, id, suspends ? 'suspended' : 'active', suspends);
      if (!willBe) continue;
      await queueJob(client, this.jobs, child, jobs, { operation, requestedBy, components, without });
      await this.takeChildrenAlong(client, id, operation, requestedBy);
    }
  }

  /** Those of a service's components that have the operation, and the names of the others. Throws `unsupported` when none has. */
  private able(components: readonly ComponentFacts[], operation: string): { able: readonly ComponentFacts[]; without: readonly string[] } {
    const able = components.filter(({ extension }) => this.jobs.can(extension, operation));
    // That none of it is left cannot be said when a part cannot be ended.
    if (able.length === 0 || (operation === 'terminate' && able.length < components.length)) return { able: components, without: [] };
    return { able, without: components.filter((one) => !able.includes(one)).map(({ name }) => name) };
  }

  async changePackage(client: PoolClient, serviceId: string, product: ProductFacts, requestedBy: string): Promise<RequestedJob> {
    const service = await lockService(client, serviceId);
    const jobs = await unfinishedOf(client, serviceId);
    allowOperation(standingOf(service, jobs), 'changePackage');
    const under = jobs.find((job) => job.operation === 'changePackage');
    if (under?.program.productId === product.id) return { jobId: under.id, created: false };
    if (under) throw new PanelError('conflict', 'this service is being changed to another product; try again when that is done');
    const all = changed(await loadComponents(client, serviceId), product);
    // What stays as it is need not be able to change, unless nothing of the service can.
    const able = all.filter(
      ({ extension, settings, previous }) => this.jobs.can(extension, 'changePackage') || !isDeepStrictEqual(settings, previous),
    );
    const components = able.length > 0 ? able : all;
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
    const components = (await loadComponents(client, serviceId)).map((one) => ({ ...one, previous: one.settings }));
    const jobId = await queueJob(client, this.jobs, service, jobs, { operation: 'changePackage', requestedBy, components });
    return { jobId, created: true };
  }

  async act(client: PoolClient, { serviceId, name, component, input, requestedBy, byCustomer }: WantedAction): Promise<RequestedJob> {
    const service = await lockService(client, serviceId);
    const found = (await loadComponents(client, serviceId))
      .map((facts) => ({ facts, action: actionOf(this.jobs.module(facts.extension), name) }))
      .filter(({ facts, action }) => action && (component ?? facts.name) === facts.name && (!byCustomer || action.shownTo === 'customer'));
    const [one] = found;
    if (!one?.action) throw new PanelError('not_found', `service ${serviceId} has no action '${name}'`, { field: 'action' });
    if (found.length > 1)
      throw new PanelError('invalid_input', `several components have an action '${name}': name one`, { field: 'component' });
    const jobs = await unfinishedOf(client, serviceId);
    allowAction(standingOf(service, jobs), name, one.action.when);
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

/** `withParent`: because its parent is; null leaves that as it is. */
async function desire(client: PoolClient, serviceId: string, state: string, withParent: boolean | null): Promise<void> {
  await client.query({
    name: 'desk-desired',
    text: `UPDATE service SET desired_state = $2, suspended_with_parent = coalesce($3, suspended_with_parent) WHERE id = $1`,
    values: [serviceId, state, withParent],
  });
}

function isSuspend({ operation }: UnfinishedJob): boolean {
  return operation === 'suspend';
}

/** Makes a job behind whatever is under way for the service. `held`: it waits for something else as well. Answers the job. */
export async function queueJob(
  client: PoolClient,
  jobs: JobMaking,
  service: ServiceRecord,
  before: readonly UnfinishedJob[],
  { held = false, ...wanted }: WantedOperation & { readonly held?: boolean },
): Promise<string> {
  const jobId = await nextJobId(client);
  await jobs.insert(client, {
    taken: new Map(),
    ...wanted,
    jobId,
    serviceId: service.id,
    due: before.length === 0 && !held,
    order: service.order_values,
  });
  return jobId;
}

/** `jobs`: those of the service that are not over. */
export function standingOf({ id, state }: ServiceRecord, jobs: readonly UnfinishedJob[]): Standing {
  return { serviceId: id, state, ending: jobs.some(({ operation }) => operation === 'terminate') };
}

/** What is wrong may be so because of the work, and may be right after it. */
function refuseWhileBusy(serviceId: string, [first]: readonly UnfinishedJob[]): void {
  if (first) throw new PanelError('conflict', `job ${first.id} of service ${serviceId} is under way; look again when it is over`);
}

/** `ownedBy`: only that customer's. Throws `not_found`. */
export async function lockService(client: PoolClient, serviceId: string, ownedBy?: string): Promise<ServiceRecord> {
  const { rows } = await client.query<ServiceRecord>({
    name: 'desk-lock-service',
    text: `SELECT s.id, s.state, s.order_values, s.desired_state, s.customer_id, s.parent_id, p.code, p.on_failure FROM service s JOIN product p ON p.id = s.product_id WHERE s.id = $1 AND ($2::bigint IS NULL OR s.customer_id = $2) FOR NO KEY UPDATE OF s`,
    values: [serviceId, ownedBy ?? null],
  });
  if (!rows[0]) throw new PanelError('not_found', `there is no service ${serviceId}`);
  return rows[0];
}
