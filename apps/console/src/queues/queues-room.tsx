import { Anchor, Group, NativeSelect, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { answered, api } from '../api/index.js';
import { ActButton, Answer, AskButton, choicesOf, Page, PagedTable, Rows, Section, timeText, wordsOf } from '../shell/index.js';
import { isTaskQueue, placeOf, queueLabels, queueShown, type QueueName, type TaskQueue } from './queue-words.js';
import { RetryAllButton } from './retry-all-button.js';

/** How the queues stand, and what failed in them for good. */
export function QueuesRoom() {
  const { queue = 'provisioning' } = useSearch({ from: '/app/queues' });
  const navigate = useNavigate();
  const asked = useQuery({
    queryKey: ['queues'],
    queryFn: async ({ signal }) => (await answered(api.GET('/api/v1/queues', { signal }))).items,
    refetchInterval: 5_000,
  });
  const show = (name: string) => void navigate({ to: '/app/queues', search: queueShown({ queue: name }) });
  return (
    <Page title="Queues">
      <Answer asked={asked} what="queues">
        {(queues) => (
          <Rows
            what="queues"
            columns={['Queue', 'Waiting', 'Running', 'Failed', 'Completed within a day']}
            items={queues}
            keyOf={(one) => one.queue}
            row={({ queue: name, waiting, running, failed, completedLast24h }) => [
              queueLabels[name],
              waiting,
              running,
              failed === 0 ? (
                0
              ) : (
                <Anchor component="button" type="button" size="sm" c="red" onClick={() => show(name)} key="failed">
                  {failed}
                </Anchor>
              ),
              completedLast24h,
            ]}
          />
        )}
      </Answer>
      <FailedWork queue={queue} onShow={show} key={queue} />
    </Page>
  );
}

interface FailedWorkProps {
  readonly queue: QueueName;
  readonly onShow: (queue: string) => void;
}

function FailedWork({ queue, onShow }: FailedWorkProps) {
  const queries = useQueryClient();
  const asked = useInfiniteQuery({
    queryKey: ['failed-work', queue],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 25, ...(pageParam !== '' && { after: pageParam }) };
      return answered(api.GET('/api/v1/queues/{queue}/failed', { params: { path: { queue }, query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 10_000,
  });
  const onDone = () => {
    for (const what of ['queues', 'failed-work']) void queries.invalidateQueries({ queryKey: [what] });
  };
  const retry = async (tasks: TaskQueue, id: string) => {
    await answered(api.POST('/api/v1/queues/{queue}/failed/{id}/retry', { params: { path: { queue: tasks, id } } }));
    onDone();
  };
  const clear = async () => {
    await answered(api.DELETE('/api/v1/queues/{queue}/failed', { params: { path: { queue } } }));
    onDone();
  };
  const nothingFailed = asked.data?.pages[0]?.items.length === 0;
  const choices = choicesOf(queueLabels);
  const aside = (
    <Group gap="xs">
      <NativeSelect aria-label="Queue" data={choices} value={queue} onChange={(event) => onShow(event.currentTarget.value)} />
      {isTaskQueue(queue) && <RetryAllButton queue={queue} label="Try all again" onDone={onDone} />}
      <AskButton
        label="Clear"
        danger
        disabled={nothingFailed}
        explain={
          isTaskQueue(queue)
            ? 'What failed is forgotten, and will never be done. Open operator tasks stay.'
            : 'What failed is taken off this list, and stays where it is otherwise. Open operator tasks stay.'
        }
        done="The list is cleared."
        act={clear}
      />
    </Group>
  );
  return (
    <Section title="What failed" aside={aside}>
      <PagedTable
        asked={asked}
        what="failed work"
        empty={`Nothing has failed in the queue “${queueLabels[queue]}”.`}
        columns={['What', 'Attempts', 'Why', 'Failed', 'What can be done']}
        keyOf={({ id }) => id}
        row={({ id, kind, attempts, error, finishedAt, result }) => [
          `${wordsOf(kind)} #${id}`,
          attempts,
          <Text size="sm" c="red" key="why">
            {error ?? 'No reason was recorded.'}
          </Text>,
          timeText(finishedAt),
          isTaskQueue(queue) ? (
            <ActButton size="xs" label="Try again" about={`task ${id}`} act={() => retry(queue, id)} key="retry" />
          ) : (
            <Anchor size="sm" component={Link} to={placeOf(queue, { id, result })} key="place">
              Look after it
            </Anchor>
          ),
        ]}
      />
    </Section>
  );
}
