import { Stack, Text } from '@mantine/core';
import { answered, api, type JobDetails, type JobStep } from '../api/index.js';
import { AskButton, durationText, Empty, Rows, Section, StateBadge, timeText } from '../shell/index.js';
import { actionsFor, isOpenStep, stepLabel, stepStateLabels } from './job-words.js';

/** The journal of a job: each step that was begun. */
export function JobSteps({ job, onDone }: { readonly job: JobDetails; readonly onDone: () => void }) {
  const maySkip = actionsFor(job).skip;
  const skip = (step: string) => async () => {
    await answered(api.POST('/api/v1/jobs/{id}/skip', { params: { path: { id: job.id } }, body: { step } }));
    onDone();
  };
  const steps = job.steps.toSorted((one, other) => one.position - other.position);
  const planned = job.components.flatMap((component) => component.steps).length;
  return (
    <Section
      title="Steps"
      aside={
        <Text size="sm" c="dimmed">
          {planned} planned
        </Text>
      }
    >
      {steps.length === 0 ? (
        <Empty>No step has begun.</Empty>
      ) : (
        <Rows
          what="steps"
          columns={['Step', 'State', 'Attempts', 'Took', '']}
          items={steps}
          keyOf={({ key }) => key}
          row={(step) => [
            <Stack gap={2} key="step">
              <Text size="sm">{stepLabel(step.key)}</Text>
              {step.error && (
                <Text size="xs" c="red">
                  {step.error.code}: {step.error.message}
                </Text>
              )}
              {step.waitFor !== null && isOpenStep(step) && (
                <Text size="xs" c="dimmed">
                  Waits for {step.waitFor}
                </Text>
              )}
              {step.unknown && (
                <Text size="xs" c="dimmed">
                  The outcome of a call was unknown at some time; the provider was asked what it has.
                </Text>
              )}
            </Stack>,
            <StateBadge state={step.state} label={stepStateLabels[step.state]} key="state" />,
            step.attempts,
            <span title={`${timeText(step.startedAt)} – ${timeText(step.finishedAt)}`} key="took">
              {tookText(step)}
            </span>,
            maySkip && isOpenStep(step) ? (
              <AskButton
                key="skip"
                size="xs"
                danger
                label="Skip step"
                explain={`“${stepLabel(step.key)}” is taken as done without its call, and the job goes on with the next one. Skip it only when that is so at the provider.`}
                done="The step is skipped."
                act={skip(step.key)}
              />
            ) : null,
          ]}
        />
      )}
    </Section>
  );
}

function tookText({ startedAt, finishedAt }: JobStep): string {
  return finishedAt === null ? '–' : durationText((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
}
