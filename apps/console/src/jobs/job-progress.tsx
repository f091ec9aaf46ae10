import { Badge, Group, Paper, Progress, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useEffect } from 'react';
import { Empty, Failed, Section } from '../shell/index.js';
import { useProgress } from './use-progress.js';

const colours: Readonly<Record<string, string>> = {
  error: 'red',
  attention: 'red',
  rollback: 'orange',
  cancelled: 'gray',
  complete: 'green',
};

interface JobProgressProps {
  readonly jobId: string;
  readonly title?: string;
  /** A greater number begins anew, for a job that goes on. */
  readonly round?: number;
  /** Told of each event, once it is shown. */
  readonly onEvents?: (count: number) => void;
}

/** What a job does, as it happens; the newest first. */
export function JobProgress({ jobId, title = 'Progress', round = 0, onEvents }: JobProgressProps) {
  const { events, live, over, error } = useProgress(jobId, round);
  useEffect(() => onEvents?.(events.length), [events.length, onEvents]);
  const last = events.at(-1);
  const percentage = last?.percentage ?? 0;
  const colour = (last && colours[last.type]) ?? 'blue';
  return (
    <Section
      title={title}
      aside={
        <Badge variant="dot" color={live ? 'green' : 'gray'} tt="none">
          {live ? 'Live' : over ? 'Ended' : 'Connecting'}
        </Badge>
      }
    >
      {Boolean(error) && <Failed error={error} title="Progress cannot be shown" />}
      <Stack gap={6}>
        <Progress.Root size="lg">
          <Progress.Section value={percentage} color={colour} aria-label="Progress" animated={live && !over && last?.type === 'progress'} />
        </Progress.Root>
        <Group justify="space-between" role="status" aria-live="polite">
          <Text size="sm">{last?.message ?? 'Nothing has happened yet.'}</Text>
          <Text size="sm" c="dimmed">
            {percentage} %{last && last.total > 0 ? ` · step ${last.step} of ${last.total}` : ''}
          </Text>
        </Group>
      </Stack>
      {events.length === 0 ? (
        !error && <Empty>Waiting for the first step.</Empty>
      ) : (
        <Paper withBorder>
          <ScrollArea.Autosize mah={320} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'All events, the newest first' }}>
            <Table verticalSpacing={6} horizontalSpacing="md">
              <Table.Tbody>
                {events.toReversed().map(({ id, type, message, timestamp }) => (
                  <Table.Tr key={id}>
                    <Table.Td w="7rem" c="dimmed">
                      <time dateTime={timestamp} title={timestamp}>
                        {new Date(timestamp).toLocaleTimeString()}
                      </time>
                    </Table.Td>
                    <Table.Td c={colours[type]}>{message}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </ScrollArea.Autosize>
        </Paper>
      )}
    </Section>
  );
}
