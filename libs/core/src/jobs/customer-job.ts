import type { Json } from '@hostwright/sdk';
import { stepKey, type JobState, type StepState } from '../provisioning/index.js';
import { hideSecrets } from '../secrets/index.js';
import type { JobDetails, JobEventView, JobStepView, JobSummary } from './job-history.js';
import { eventForCustomer } from './job-views.js';

export const customerStepStates = ['planned', 'under_way', 'done', 'skipped', 'failed', 'undone'] as const;

/** A declared step; what other modules did for it is part of it. */
export interface CustomerStep {
  readonly component: string;
  readonly name: string;
  readonly state: (typeof customerStepStates)[number];
}

/** A job as its customer may see it in a list. */
export interface CustomerJob {
  readonly id: string;
  readonly serviceId: string | null;
  readonly operation: string;
  readonly state: JobState;
  /** 0–100. */
  readonly percentage: number;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface CustomerJobDetails extends CustomerJob {
  /** In the order of the plan. */
  readonly steps: readonly CustomerStep[];
  readonly events: readonly Omit<JobEventView, 'stepKey'>[];
  /** What an action that customers are shown answered. */
  readonly result: Json | null;
}

export function summaryForCustomer(job: JobSummary): CustomerJob {
  const { id, serviceId, operation, state, percentage, createdAt, startedAt, finishedAt } = job;
  return { id, serviceId, operation, state, percentage, failure: failureForCustomer(job), createdAt, startedAt, finishedAt };
}

/** `showsResult`: the job is an action that customers are shown. */
export function jobForCustomer(job: JobDetails, showsResult: boolean): CustomerJobDetails {
  return {
    ...summaryForCustomer(job),
    steps: stepsForCustomer(job),
    events: job.events.map((event) => {
      const { stepKey: _key, ...shown } = eventForCustomer(event);
      return shown;
    }),
    result: showsResult ? hideSecrets(job.result) : null,
  };
}

const askersFault: ReadonlySet<string> = new Set(['conflict', 'invalid_input', 'not_found']);

/**
 * A failure that is the asker's, such as a quota that is used up, is told to the customer who asked. Of any other the words are the
 * provider's, and staff have a task.
 */
function failureForCustomer({ failure, operation, requestedBy }: JobSummary): CustomerJob['failure'] {
  if (failure === null) return null;
  if (failure.code === 'stopped') return { code: 'stopped', message: 'it was stopped' };
  const isTheirs = requestedBy.startsWith('customer:') && operation !== 'removeDomain' && askersFault.has(failure.code);
  return isTheirs
    ? { code: failure.code, message: failure.message }
    : { code: 'failed', message: 'this could not be done; our staff know about it' };
}

function stepsForCustomer({ components, steps, phase }: JobDetails): CustomerStep[] {
  const all = components.flatMap(({ name: component, steps: plan }) =>
    plan.map((name) => ({ component, name, state: declaredState(stepKey(component, name), steps) })),
  );
  // What has not begun by then will not begin any more.
  return phase === 'forward' ? all : all.filter(({ state }) => state !== 'planned');
}

const shownAs: Readonly<Record<StepState, CustomerStep['state']>> = {
  parked: 'planned',
  intended: 'under_way',
  waiting: 'under_way',
  done: 'done',
  failed: 'failed',
  skipped: 'skipped',
  dropped: 'skipped',
  undoing: 'under_way',
  undone: 'undone',
};

/** The step's own state, or what its repetitions and parts amount to. */
function declaredState(key: string, steps: readonly JobStepView[]): CustomerStep['state'] {
  const own = steps.find((step) => step.key === key);
  if (own) return shownAs[own.state];
  const parts = new Set(steps.filter((step) => step.key.startsWith(`${key} / `)).map(({ state }) => shownAs[state]));
  // A step whose parts are partly done is under way, whatever the next part waits for.
  if (parts.has('planned') && parts.size > 1) return 'under_way';
  const order = ['failed', 'under_way', 'undone', 'done', 'skipped', 'planned'] as const;
  return order.find((state) => parts.has(state)) ?? 'planned';
}
