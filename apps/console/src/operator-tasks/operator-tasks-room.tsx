import { Anchor, Card, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { answered, api, type OperatorTask } from '../api/index.js';
import { Answer, AskButton, Empty, labelOf, MoreButton, Page, StateBadge, timeText } from '../shell/index.js';
import { TaskJob } from './task-job.js';
import { placeOfTask } from './task-words.js';

/** What only a person can decide; what is open comes first. */
export function OperatorTasksRoom() {
  const { state = 'open' } = useSearch({ from: '/app/operator-tasks' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const asked = useInfiniteQuery({
    queryKey: ['operator-tasks', state],
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET('/api/v1/operator-tasks', {
          params: { query: { limit: 25, state, ...(pageParam !== '' && { after: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 10_000,
  });
  const filter = (
    <SegmentedControl
      aria-label="Which tasks"
      data={[
        { value: 'open', label: 'Open' },
        { value: 'resolved', label: 'Resolved' },
      ]}
      value={state}
      onChange={(value) => void navigate({ to: '/app/operator-tasks', search: value === 'resolved' ? { state: 'resolved' } : {} })}
    />
  );
  const onDone = () => void queries.invalidateQueries({ queryKey: ['operator-tasks'] });
  return (
    <Page title="Operator tasks" aside={filter}>
      <Answer asked={asked} what="operator tasks">
        {({ pages }) => {
          const tasks = pages.flatMap(({ items }) => items);
          if (tasks.length === 0) return <Empty>{state === 'open' ? 'Nothing waits for you.' : 'Nothing has been resolved yet.'}</Empty>;
          return (
            <>
              {tasks.map((task) => (
                <TaskCard key={task.id} task={task} onDone={onDone} />
              ))}
              <MoreButton asked={asked} />
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

function TaskCard({ task, onDone }: { readonly task: OperatorTask; readonly onDone: () => void }) {
  const place = placeOfTask(task);
  const resolve = async (resolution: string) => {
    await answered(api.POST('/api/v1/operator-tasks/{id}/resolve', { params: { path: { id: task.id } }, body: { resolution } }));
    onDone();
  };
  return (
    <Card withBorder component="article" aria-label={task.title}>
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} flex={1} miw={240}>
          <Group gap="xs">
            <Title order={2} size="h5">
              {task.title}
            </Title>
            <StateBadge state={task.state} />
          </Group>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {task.detail}
          </Text>
          <Text size="xs" c="dimmed">
            {labelOf(task.kind)}
            {task.stepKey !== '' && ` · ${task.stepKey}`} · opened {timeText(task.openedAt)}
            {task.resolvedAt !== null && ` · resolved ${timeText(task.resolvedAt)} by ${task.resolvedBy ?? 'the panel'}`}
          </Text>
          {task.resolution !== null && <Text size="sm">“{task.resolution}”</Text>}
          <Group gap="md">
            {task.jobId !== null && (
              <Anchor size="sm" component={Link} to={`/app/jobs/${task.jobId}`}>
                Job #{task.jobId}
              </Anchor>
            )}
            {task.serverId !== null && (
              <Anchor size="sm" component={Link} to={`/app/servers/${task.serverId}`}>
                Server #{task.serverId}
              </Anchor>
            )}
            {task.serviceId !== null && (
              <Anchor size="sm" component={Link} to={`/app/services/${task.serviceId}`}>
                Service #{task.serviceId}
              </Anchor>
            )}
            {place && (
              <Anchor size="sm" renderRoot={(props) => <Link {...props} to={place.to} search={place.search ?? {}} />}>
                {place.label}
              </Anchor>
            )}
          </Group>
          {task.state === 'open' && task.jobId !== null && <TaskJob jobId={task.jobId} stepKey={task.stepKey} onDone={onDone} />}
        </Stack>
        {task.state === 'open' && (
          <AskButton
            label="Resolve"
            explain="Notes that it was seen to, and nothing else: a job is moved on by what can be done about it, an event by its replay."
            note="What was done"
            done="The task is resolved."
            act={resolve}
          />
        )}
      </Group>
    </Card>
  );
}
