import { isAction, type Job } from './job.js';
import type { ReadyComponent } from './replay-ports.js';

/** Operations that are undone when they fail, unless the module says otherwise. */
const turnsRound: readonly string[] = ['create', 'addDomain', 'changePassword'];

/** What happens after a final failure: as the product says of its create, else as the operations say, else as befits the operation. */
export function onFailureOf(job: Pick<Job, 'operation' | 'program'>, components: readonly ReadyComponent[]): 'roll back' | 'keep' {
  if (job.operation === 'create' && job.program.onFailure !== undefined) return job.program.onFailure;
  const declared = components.find((one) => one.operation.onFailure)?.operation.onFailure;
  return declared ?? (turnsRound.includes(job.operation) || isAction(job) ? 'roll back' : 'keep');
}
