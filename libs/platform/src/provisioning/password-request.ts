import { allowOperation, randomSecret, type RequestedJob, type WantedPassword } from '@hostwright/core';
import { PanelError, secret } from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import type { JobMaking } from './job-making.js';
import { loadComponents, requireThere } from './job-rows.js';
import { lockService, queueJob, standingOf } from './service-jobs.js';
import { unfinishedOf } from './unfinished-jobs.js';

/** Of one that nobody chose. */
const randomLength = 24;

/** Asks for a new password inside the caller's transaction. What was chosen goes into the job sealed, and is wiped when that ends. */
export async function requestPassword(
  client: PoolClient,
  jobs: JobMaking,
  { serviceId, component, password, requestedBy, byCustomer }: WantedPassword,
  randomInteger: (below: number) => number,
): Promise<RequestedJob> {
  const service = await lockService(client, serviceId);
  const before = await unfinishedOf(client, serviceId);
  allowOperation(standingOf(service, before), 'changePassword');
  const able = (await loadComponents(client, serviceId)).filter(({ extension }) => jobs.can(extension, 'changePassword'));
  if (able.length === 0) throw new PanelError('unsupported', `service ${serviceId} has no password that can be changed here`);
  const [facts, ...others] = able.filter(({ name }) => component === undefined || name === component);
  if (!facts)
    throw new PanelError('not_found', `service ${serviceId} has no component '${component}' with a password`, { field: 'component' });
  if (others.length > 0) throw new PanelError('invalid_input', 'several components have a password: name one', { field: 'component' });
  requireThere(facts, serviceId);
  const same = before.find(({ operation, program }) => operation === 'changePassword' && program.components[0]?.name === facts.name);
  // Nobody can say which of two passwords is meant to stay.
  if (same) throw new PanelError('conflict', `a change of this password is under way; wait for job ${same.id}`);
  const wanted = secret(password ?? randomSecret(randomLength, randomInteger));
  const jobId = await queueJob(client, jobs, service, before, {
    operation: 'changePassword',
    requestedBy,
    components: [facts],
    interactive: byCustomer,
    taken: new Map([[facts.name, { password: { ...wanted } }]]),
  });
  return { jobId, created: true };
}
