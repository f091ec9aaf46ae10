import type { JobMaking } from './job-making.js';
import type { ComponentFacts } from './job-rows.js';
import type { UnfinishedJob } from './unfinished-jobs.js';

/** Components that have an operation, and the names of the others. */
export interface AbleComponents {
  readonly able: readonly ComponentFacts[];
  readonly without: readonly string[];
}

/** Those of a service's components that have the operation; all of them where none has, so that a job of them cannot be made. */
export function ableOf(jobs: JobMaking, components: readonly ComponentFacts[], operation: string): AbleComponents {
  const able = components.filter(({ extension }) => jobs.can(extension, operation));
  // That none of it is left cannot be said when a part cannot be ended.
  if (able.length === 0 || (operation === 'terminate' && able.length < components.length)) return { able: components, without: [] };
  return { able, without: components.filter((one) => !able.includes(one)).map(({ name }) => name) };
}

/** Without components that were given up. As long as a create is under way they may all be there when it is their turn. */
export function thereOf(components: readonly ComponentFacts[], jobs: readonly UnfinishedJob[]): readonly ComponentFacts[] {
  return jobs.some(({ operation }) => operation === 'create') ? components : components.filter(({ remoteId }) => remoteId !== null);
}
