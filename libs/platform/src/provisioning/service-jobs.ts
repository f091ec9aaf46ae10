import type { FailurePolicy, Standing } from '@hostwright/core';
import { PanelError, type JsonObject } from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import type { JobMaking, WantedJob } from './job-making.js';
import { nextJobId } from './job-rows.js';
import type { UnfinishedJob } from './unfinished-jobs.js';

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
    parentId: service.parent_id,
    due: before.length === 0 && !held,
    order: service.order_values,
  });
  return jobId;
}

/** `jobs`: those of the service that are not over. */
export function standingOf({ id, state }: ServiceRecord, jobs: readonly UnfinishedJob[]): Standing {
  return { serviceId: id, state, ending: jobs.some(({ operation }) => operation === 'terminate') };
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
