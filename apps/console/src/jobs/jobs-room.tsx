import { Anchor, NativeSelect, Progress } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { answered, api, type Job } from '../api/index.js';
import { choicesOf, labelOf, Page, PagedTable, StateBadge, timeText } from '../shell/index.js';
import { isJobState, jobStateLabels } from './job-words.js';

const choices = [{ value: '', label: 'All states' }, ...choicesOf(jobStateLabels)];

/** All jobs, newest first. */
export function JobsRoom() {
  const { state } = useSearch({ from: '/app/jobs' });
  const navigate = useNavigate();
  const asked = useInfiniteQuery({
    queryKey: ['jobs', state],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 25, ...(state && { state }), ...(pageParam !== '' && { after: pageParam }) };
      const page = await answered(api.GET('/api/v1/jobs', { params: { query }, signal }));
      return { items: page.items as readonly Job[], next: page.next };
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 5_000,
  });
  const filter = (
    <NativeSelect
      aria-label="State"
      data={choices}
      value={state ?? ''}
      onChange={({ currentTarget: { value } }) => void navigate({ to: '/app/jobs', search: isJobState(value) ? { state: value } : {} })}
    />
  );
  return (
    <Page title="Jobs" aside={filter}>
      <PagedTable
        asked={asked}
        what="jobs"
        empty={state ? `No job is “${jobStateLabels[state]}”.` : 'No job yet. One begins with each order.'}
        columns={['Job', 'State', 'Progress', 'Service', 'Asked for by', 'Begun']}
        keyOf={({ id }) => id}
        row={(job) => [
          <Anchor inherit component={Link} to={`/app/jobs/${job.id}`} key="job">
            {labelOf(job.operation)} #{job.id}
          </Anchor>,
          <StateBadge state={job.state} label={jobStateLabels[job.state]} key="state" />,
          <Progress value={job.percentage} aria-label={`${job.percentage} %`} w={120} key="progress" />,
          job.serviceId === null ? (
            '–'
          ) : (
            <Anchor inherit component={Link} to={`/app/services/${job.serviceId}`} key="service">
              #{job.serviceId}
            </Anchor>
          ),
          job.requestedBy,
          timeText(job.createdAt),
        ]}
      />
    </Page>
  );
}
