import { Group } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { answered, api, type JobDetails } from '../api/index.js';
import { AskButton } from '../shell/index.js';
import { actionsFor } from './job-words.js';

/** What staff may do about a job as a whole. */
export function JobActions({ job, onDone }: { readonly job: JobDetails; readonly onDone: () => void }) {
  const navigate = useNavigate();
  const may = actionsFor(job);
  const params = { path: { id: job.id } };
  const retry = async () => {
    const { jobId } = await answered(api.POST('/api/v1/jobs/{id}/retry', { params }));
    if (jobId !== job.id) await navigate({ to: `/app/jobs/${jobId}` });
    onDone();
  };
  const rollBack = async () => {
    await answered(api.POST('/api/v1/jobs/{id}/rollback', { params }));
    onDone();
  };
  const startOver = async () => {
    await answered(api.POST('/api/v1/jobs/{id}/start-over', { params }));
    onDone();
  };
  const markResolved = async (resolution: string) => {
    await answered(api.POST('/api/v1/jobs/{id}/mark-resolved', { params, body: { resolution } }));
    onDone();
  };
  return (
    <Group gap="xs">
      {may.retry && (
        <AskButton
          label="Retry"
          explain="The job goes on from where it stopped. A create that was rolled back starts anew, as a new job."
          done="The job goes on."
          act={retry}
        />
      )}
      {may.startOver && (
        <AskButton
          label="Start over"
          danger
          explain="What the job has done so far is undone, and what is somebody else's stays. The service stays ordered: retry the job when it has failed, and it is made with other values."
          done="The job is undone; retry it to make the service with other values."
          act={startOver}
        />
      )}
      {may.rollBack && (
        <AskButton
          label="Roll back"
          danger
          explain="The job stops at its next step. What it has done so far is undone, and what it made is removed."
          done="The job will be rolled back."
          act={rollBack}
        />
      )}
      {may.markResolved && (
        <AskButton
          label="Mark resolved"
          danger
          explain="The job ends as it is, and the panel does nothing more about it. Say what was done by hand."
          note="What was done"
          done="The job is marked as resolved."
          act={markResolved}
        />
      )}
    </Group>
  );
}
