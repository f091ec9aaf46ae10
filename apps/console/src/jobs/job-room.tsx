import { useCallback, useEffect, useState } from 'react';
import { Alert, Anchor, Group } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { answered, api, type Failure } from '../api/index.js';
import { Answer, Facts, labelOf, Page, StateBadge, timeText } from '../shell/index.js';
import { JobActions } from './job-actions.js';
import { JobProgress } from './job-progress.js';
import { JobSteps } from './job-steps.js';
import { isEnded, jobStateLabels } from './job-words.js';

/** Events come in bursts; the journal is read once for each. */
const burstMs = 300;

/** One job: what it does, what it did, and what staff may do about it. */
export function JobRoom() {
  const { jobId } = useParams({ from: '/app/jobs/$jobId' });
  const queries = useQueryClient();
  const [round, setRound] = useState(0);
  const [events, setEvents] = useState(0);
  const asked = useQuery({
    queryKey: ['job', jobId],
    queryFn: async ({ signal }) => answered(api.GET('/api/v1/jobs/{id}', { params: { path: { id: jobId } }, signal })),
    refetchInterval: ({ state: { data } }) => (data && isEnded(data.state) ? 30_000 : 5_000),
  });
  const refresh = useCallback(() => void queries.invalidateQueries({ queryKey: ['job', jobId] }), [queries, jobId]);
  useEffect(() => {
    if (events === 0) return;
    const timer = setTimeout(refresh, burstMs);
    return () => clearTimeout(timer);
  }, [events, refresh]);
  const onDone = () => {
    refresh();
    setRound((before) => before + 1);
  };
  return (
    <Page
      title={asked.data ? `${labelOf(asked.data.operation)} #${jobId}` : `Job #${jobId}`}
      aside={asked.data && <JobActions job={asked.data} onDone={onDone} />}
    >
      <Answer asked={asked} what="job">
        {(job) => (
          <>
            {job.failure && <FailureNote failure={job.failure} />}
            <Facts
              facts={[
                [
                  'State',
                  <Group gap="xs" key="state">
                    <StateBadge state={job.state} label={jobStateLabels[job.state]} />
                    {job.stopRequestedAt !== null && !isEnded(job.state) && 'asked to stop'}
                  </Group>,
                ],
                [
                  'Service',
                  job.serviceId === null ? (
                    '–'
                  ) : (
                    <Anchor inherit component={Link} to={`/app/services/${job.serviceId}`} key="service">
                      #{job.serviceId}
                    </Anchor>
                  ),
                ],
                ['Asked for by', job.requestedBy],
                ['Asked for', timeText(job.createdAt)],
                ['Ended', timeText(job.finishedAt)],
              ]}
            />
            <JobProgress jobId={jobId} round={round} onEvents={setEvents} />
            <JobSteps job={job} onDone={onDone} />
          </>
        )}
      </Answer>
    </Page>
  );
}

/** Why it did not do what it was for. To be stopped is no fault of its own. */
function FailureNote({ failure: { code, message } }: { readonly failure: Failure }) {
  return (
    <Alert color={code === 'stopped' ? 'gray' : 'red'} title={code === 'stopped' ? 'Stopped' : `Failed: ${code}`}>
      {message}
    </Alert>
  );
}
