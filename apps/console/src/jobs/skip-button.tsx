import { answered, api, type JobDetails } from '../api/index.js';
import { AskButton } from '../shell/index.js';
import { actionsFor, stepLabel } from './job-words.js';

interface SkipButtonProps {
  readonly job: JobDetails;
  /** Key of a step that has not come to an end. */
  readonly step: string;
  readonly onDone: () => void;
}

/** Takes a step as done without its call, while the job lets a person do that. */
export function SkipButton({ job, step, onDone }: SkipButtonProps) {
  if (!actionsFor(job).skip) return null;
  const skip = async () => {
    await answered(api.POST('/api/v1/jobs/{id}/skip', { params: { path: { id: job.id } }, body: { step } }));
    onDone();
  };
  return (
    <AskButton
      size="xs"
      danger
      label="Skip step"
      explain={`“${stepLabel(step)}” is taken as done without its call, and the job goes on with the next one. Skip it only when that is so at the provider.`}
      done="The step is skipped."
      act={skip}
    />
  );
}
