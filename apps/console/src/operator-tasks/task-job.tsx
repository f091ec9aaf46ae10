import { useState } from 'react';
import { Button, Group, Stack, Text } from '@mantine/core';
import type { JobDetails } from '../api/index.js';
import { actionsFor, isForStaff, isOpenStep, JobActions, jobStateLabels, SkipButton, stepLabel, useJob } from '../jobs/index.js';
import { Failed, Loading, StateBadge } from '../shell/index.js';

interface TaskJobProps {
  readonly jobId: string;
  /** The step that the task is about; empty when it is about the whole job. */
  readonly stepKey: string;
  readonly onDone: () => void;
}

/** What can be done about the job of a task, looked up when somebody wants to know. */
export function TaskJob(props: TaskJobProps) {
  const [opened, setOpened] = useState(false);
  if (opened) return <Ways {...props} />;
  return (
    <Group>
      <Button size="xs" variant="default" onClick={() => setOpened(true)}>
        What can be done
      </Button>
    </Group>
  );
}

function Ways({ jobId, stepKey, onDone }: TaskJobProps) {
  const { asked, refresh } = useJob(jobId);
  const done = () => {
    refresh();
    onDone();
  };
  if (asked.data === undefined) {
    return asked.isError ? <Failed error={asked.error} title="No job" again={() => void asked.refetch()} /> : <Loading what="job" />;
  }
  if (!isForStaff(asked.data)) return null;
  return <WaysOn job={asked.data} stepKey={stepKey} onDone={done} />;
}

function WaysOn({ job, stepKey, onDone }: { readonly job: JobDetails; readonly stepKey: string; readonly onDone: () => void }) {
  const step = job.steps.find(({ key }) => key === stepKey);
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Text size="sm">The job:</Text>
        <StateBadge state={job.state} label={jobStateLabels[job.state]} />
        {step?.error && (
          <Text size="sm" c="red">
            {stepLabel(step.key)}: {step.error.message}
          </Text>
        )}
      </Group>
      <Group gap="xs">
        {step && isOpenStep(step) && <SkipButton job={job} step={step.key} onDone={onDone} />}
        <JobActions job={job} onDone={onDone} />
        {!Object.values(actionsFor(job)).some(Boolean) && <Text size="sm">Nothing is left to be done about it.</Text>}
      </Group>
    </Stack>
  );
}
