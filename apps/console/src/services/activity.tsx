import { Anchor } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answered, api } from '../api/index.js';
import { jobStateLabels } from '../jobs/index.js';
import { PagedTable, StateBadge, timeText, wordsOf } from '../shell/index.js';

/** What was done with a service, newest first. */
export function Activity({ serviceId }: { readonly serviceId: string }) {
  const asked = useInfiniteQuery({
    queryKey: ['service-jobs', serviceId],
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET('/api/v1/services/{id}/jobs', {
          params: { path: { id: serviceId }, query: { limit: 25, ...(pageParam !== '' && { after: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 10_000,
  });
  return (
    <PagedTable
      asked={asked}
      what="activity"
      empty="Nothing was done yet."
      columns={['What', 'State', 'Asked for', 'Ended', 'Remark']}
      keyOf={({ id }) => id}
      row={({ id, operation, state, createdAt, finishedAt, failure }) => [
        <Anchor inherit component={Link} to={`/app/jobs/${id}`} key="job">
          {wordsOf(operation)} #{id}
        </Anchor>,
        <StateBadge state={state} label={jobStateLabels[state]} key="state" />,
        timeText(createdAt),
        timeText(finishedAt),
        failure?.message ?? '–',
      ]}
    />
  );
}
