import type { CustomerStep, Job, JobDetails, JobState, JobStep } from '../api/index.js';

/** Every state of a job, as its filter lists them. */
export const jobStateLabels: Readonly<Record<JobState, string>> = {
  pending: 'Queued',
  in_progress: 'In progress',
  waiting: 'Waiting',
  completed: 'Completed',
  rolling_back: 'Rolling back',
  failed: 'Failed',
  cancelled: 'Cancelled',
  needs_operator: 'Needs a person',
  superseded: 'Superseded',
};

export const stepStateLabels: Readonly<Record<JobStep['state'], string>> = {
  parked: 'Waits for its turn',
  intended: 'Under way',
  waiting: 'Waits for the provider',
  done: 'Done',
  failed: 'Failed',
  skipped: 'Skipped',
  dropped: 'Not needed',
  undoing: 'Being undone',
  undone: 'Undone',
};

export const customerStepLabels: Readonly<Record<CustomerStep['state'], string>> = {
  planned: 'To come',
  under_way: 'Under way',
  done: 'Done',
  skipped: 'Not needed',
  failed: 'Failed',
  undone: 'Undone',
};

/** Whether an address or an answer names a state that there is. */
export function isJobState(value: unknown): value is JobState {
  return typeof value === 'string' && Object.hasOwn(jobStateLabels, value);
}

const ended: ReadonlySet<JobState> = new Set(['completed', 'failed', 'cancelled', 'superseded']);

/** Whether nothing will happen any more unless somebody asks for it. */
export const isEnded = (state: JobState): boolean => ended.has(state);

/** What staff may ask of a job. The panel has the last word; this only spares them buttons that must fail. */
export function actionsFor({
  state,
  phase,
  operation,
  stopRequestedAt,
  failure,
}: Pick<Job, 'state' | 'phase' | 'operation' | 'stopRequestedAt' | 'failure'>) {
  const goesOn = ['pending', 'in_progress', 'waiting'].includes(state);
  return {
    retry: state === 'needs_operator' || (state === 'failed' && operation === 'create'),
    startOver:
      state === 'needs_operator' && operation === 'create' && ['forward', 'settling'].includes(phase) && failure?.code === 'not_owned',
    skip: state === 'needs_operator',
    rollBack: (goesOn && stopRequestedAt === null) || state === 'needs_operator',
    markResolved: state === 'needs_operator' || state === 'failed' || phase === 'looking',
  };
}

/** Steps that have not come to an end, which are those a person may take as done. */
export const isOpenStep = ({ state }: Pick<JobStep, 'state'>): boolean => !['done', 'skipped', 'dropped', 'undone'].includes(state);

/** A step's key as a person reads it: component, name and what is repeated, apart. */
export const stepLabel = (key: string): string => key.split(' / ').join(' › ');

/**
 * Declared steps that have not begun, while the job may still come to them. A journal key is `component / step`, followed by what the step
 * is repeated for or by the steps of another module that it stands for.
 */
export function plannedSteps(job: Pick<JobDetails, 'state' | 'phase' | 'components' | 'steps'>): string[] {
  if (isEnded(job.state) || job.phase !== 'forward') return [];
  const planned = job.components.flatMap(({ name, steps }) => steps.map((step) => `${name} / ${step}`));
  return planned.filter((key) => !job.steps.some((step) => step.key === key || step.key.startsWith(`${key} / `)));
}

/** Steps at which a job is held up, with the reason: what the provider or a setting says, and what has to be mended before it goes on. */
export function heldUp(job: Pick<JobDetails, 'state' | 'steps'>): readonly { readonly key: string; readonly reason: string }[] {
  if (job.state !== 'waiting') return [];
  return job.steps.flatMap((step) => {
    if (!['parked', 'intended', 'waiting', 'undoing'].includes(step.state)) return [];
    const reason = step.error?.message ?? (step.waitFor === null ? undefined : turnText(step.waitFor));
    return reason === undefined ? [] : [{ key: step.key, reason }];
  });
}

/** What a step waits for, `permit:<server>:<name>`, as a person reads it. */
export function turnText(waitFor: string): string {
  const [, serverId, permit] = /^permit:(\d+):(.+)$/.exec(waitFor) ?? [];
  return serverId === undefined
    ? `waits for ${waitFor}`
    : `waits for its turn at server #${serverId}: as many are under way as it takes (${permit})`;
}
