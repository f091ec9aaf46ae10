import { Alert, Stack, Text } from '@mantine/core';
import type { JobDetails } from '../api/index.js';
import { timeText } from '../shell/index.js';
import { heldUp, stepLabel } from './job-words.js';

/** Why a job waits, where it is more than the provider's time. Nothing otherwise. */
export function JobWait({ job }: { readonly job: JobDetails }) {
  const held = heldUp(job);
  if (held.length === 0) return null;
  return (
    <Alert color="yellow" title="It waits, and goes on by itself">
      <Stack gap={4}>
        {held.map(({ key, reason }) => (
          <Text size="sm" key={key}>
            {stepLabel(key)}: {reason}
          </Text>
        ))}
        {job.wakeAt !== null && (
          <Text size="sm" c="dimmed">
            Looked at again by {timeText(job.wakeAt)}.
          </Text>
        )}
      </Stack>
    </Alert>
  );
}
