import { Stack, Text } from '@mantine/core';
import type { CustomerJobDetails, JobDetails, JobStep } from '../api/index.js';
import { durationText, Empty, Rows, Section, StateBadge, timeText } from '../shell/index.js';
import { actionsFor, customerStepLabels, isOpenStep, plannedSteps, stepLabel, stepStateLabels, turnText } from './job-words.js';
import { SkipButton } from './skip-button.js';

interface Row {
  readonly key: string;
  /** Nothing while it has not begun. */
  readonly step?: JobStep;
}

/** The journal of a job, each step that was begun, and after it what is still planned. */
export function JobSteps({ job, onDone }: { readonly job: JobDetails; readonly onDone: () => void }) {
  const maySkip = actionsFor(job).skip;
  const begun = job.steps.toSorted((one, other) => one.position - other.position);
  const rows: Row[] = [...begun.map((step) => ({ key: step.key, step })), ...plannedSteps(job).map((key) => ({ key }))];
  return (
    <Section title="Steps">
      {rows.length === 0 ? (
        <Empty>This job has no steps.</Empty>
      ) : (
        <Rows
          what="steps"
          columns={['Step', 'State', 'Failed tries', 'Took', 'What can be done']}
          items={rows}
          keyOf={({ key }) => key}
          row={({ key, step }) => [
            <StepName label={stepLabel(key)} step={step} key="step" />,
            step ? (
              <StateBadge state={step.state} label={stepStateLabels[step.state]} key="state" />
            ) : (
              <StateBadge state="planned" key="state" />
            ),
            step?.attempts ?? '–',
            step ? (
              <span title={`${timeText(step.startedAt)} – ${timeText(step.finishedAt)}`} key="took">
                {tookText(step)}
              </span>
            ) : (
              '–'
            ),
            maySkip && step && isOpenStep(step) ? <SkipButton job={job} step={key} onDone={onDone} key="skip" /> : '–',
          ]}
        />
      )}
    </Section>
  );
}

/** What a customer is shown of it: the declared steps, and how far each is. */
export function CustomerSteps({ job: { steps } }: { readonly job: CustomerJobDetails }) {
  const several = new Set(steps.map(({ component }) => component)).size > 1;
  if (steps.length === 0) return null;
  return (
    <Section title="Steps">
      <Rows
        what="steps"
        columns={['Step', 'State']}
        items={steps}
        keyOf={({ component, name }) => `${component} / ${name}`}
        row={({ component, name, state }) => [
          several ? `${component} › ${name}` : name,
          <StateBadge state={state} label={customerStepLabels[state]} key="state" />,
        ]}
      />
    </Section>
  );
}

function StepName({ label, step }: { readonly label: string; readonly step: JobStep | undefined }) {
  return (
    <Stack gap={2}>
      <Text size="sm">{label}</Text>
      {step?.error && (
        <Text size="xs" c="red">
          {step.error.code}: {step.error.message}
        </Text>
      )}
      {step && step.waitFor !== null && isOpenStep(step) && (
        <Text size="xs" c="dimmed">
          {turnText(step.waitFor)}
        </Text>
      )}
      {step?.unknown && (
        <Text size="xs" c="dimmed">
          The outcome of a call was unknown at some time; the provider was asked what it has.
        </Text>
      )}
    </Stack>
  );
}

function tookText({ startedAt, finishedAt }: JobStep): string {
  return finishedAt === null ? '–' : durationText((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
}
