import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { answered, api, type Run } from '../api/index.js';
import { Failed, PagedTable, Section, StateBadge, timeText, wordsOf } from '../shell/index.js';
import { countsText, isUnderWay, runKindLabels } from './run-words.js';

interface RunsProps {
  readonly serverId: string;
  /** What its module offers: `reconcile`, `usage`. */
  readonly offered: readonly string[];
}

/** The looks that were taken at a server, and the way to another one. */
export function Runs({ serverId, offered }: RunsProps) {
  const queries = useQueryClient();
  const asked = useInfiniteQuery({
    queryKey: ['runs', serverId],
    queryFn: ({ pageParam, signal }) => {
      const query = { serverId, limit: 25, ...(pageParam !== '' && { after: pageParam }) };
      return answered(api.GET('/api/v1/reconciliation/runs', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: ({ state: { data } }) => (data?.pages[0]?.items.some(isUnderWay) ? 1_000 : 15_000),
  });
  const starting = useMutation({
    mutationFn: (kind: string) => {
      const params = { params: { path: { id: serverId } } };
      return kind === 'usage'
        ? answered(api.POST('/api/v1/servers/{id}/collect-usage', params))
        : answered(api.POST('/api/v1/servers/{id}/reconcile', params));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['runs', serverId] }),
  });
  const buttons = (
    <Group gap="xs">
      {offered.map((kind) => (
        <Button
          key={kind}
          size="xs"
          variant="default"
          loading={starting.isPending && starting.variables === kind}
          onClick={() => starting.mutate(kind)}
        >
          {kind === 'usage' ? 'Collect usage now' : 'Reconcile now'}
        </Button>
      ))}
    </Group>
  );
  return (
    <Section title="Runs" aside={buttons}>
      {starting.isError && <Failed error={starting.error} />}
      {offered.length === 0 && <Text size="sm">Its module can neither list what is there nor tell what is used.</Text>}
      <PagedTable
        asked={asked}
        what="runs"
        empty="Nobody has looked at this server yet."
        columns={['Run', 'State', 'Asked for by', 'Asked for', 'Ended', 'Outcome']}
        keyOf={({ id }) => id}
        row={(run) => [
          `${runKindLabels[run.kind]} #${run.id}`,
          <StateBadge state={run.state} key="state" />,
          run.requestedBy === 'clock' ? 'The clock' : run.requestedBy,
          timeText(run.createdAt),
          timeText(run.endedAt),
          <Outcome run={run} key="outcome" />,
        ]}
      />
    </Section>
  );
}

function Outcome({ run: { error, counts } }: { readonly run: Run }) {
  if (error !== null) {
    return (
      <Text size="sm" c="red">
        {error}
      </Text>
    );
  }
  return countsText(counts, wordsOf);
}
