import type { TrackedJob } from '../tracked-job.js';
import type { JobFacts } from '../verdict.js';

/**
 * Steps that their modules declare `blind`: the provider neither refuses a second call nor lets anybody look for the first. After an unknown
 * outcome nobody but a person can tell, so a job that asks one about such a step has come to the only right end there is.
 */
export class BlindSteps {
  private readonly known = new Set<string>();

  /** From a job that nobody disturbed. */
  learn(job: TrackedJob): void {
    for (const key of job.blind) this.known.add(`${job.plan.scenario} ${key}`);
  }

  /** Whether that step of such a job is one. */
  has(scenario: string, key: string): boolean {
    return this.known.has(`${scenario} ${key}`);
  }

  /** Whether the job stands still for a person because of such a step alone. */
  isWhyItAsks(job: TrackedJob, { state, tasks }: Pick<JobFacts, 'state' | 'tasks'>): boolean {
    const [task, ...others] = tasks;
    if (state !== 'needs_operator' || task?.kind !== 'decide' || others.length > 0) return false;
    return this.known.has(`${job.plan.scenario} ${job.commonKey(task.step)}`);
  }
}
