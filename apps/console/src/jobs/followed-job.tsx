import { useEffect, useRef } from 'react';
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { JobEnd } from './job-end.js';
import { JobProgress } from './job-progress.js';
import { isEnded } from './job-words.js';
import { useJob } from './use-job.js';

interface FollowedJobProps {
  readonly jobId: string;
  /** What it does, as the room names it. */
  readonly title: string;
  /** Once nothing more will happen. */
  readonly onEnd: () => void;
}

/** A job within another room: how it goes, and what came of it. */
export function FollowedJob({ jobId, title, onEnd }: FollowedJobProps) {
  const { asked, onEvents } = useJob(jobId);
  const place = useRef<HTMLDivElement>(null);
  // It may begin out of sight of the button that was pressed.
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const over = asked.data !== undefined && isEnded(asked.data.state);
  useEffect(() => {
    if (over) onEnd();
  }, [over, onEnd]);
  return (
    <Stack ref={place} style={{ scrollMarginTop: 72 }}>
      <JobProgress jobId={jobId} title={title} onEvents={onEvents} />
      {asked.data && <JobEnd job={asked.data} />}
      <Group>
        <Anchor size="sm" component={Link} to={`/app/jobs/${jobId}`}>
          Job #{jobId}
        </Anchor>
        {asked.isError && (
          <Text size="sm" c="dimmed">
            What came of it cannot be shown now.
          </Text>
        )}
      </Group>
    </Stack>
  );
}
