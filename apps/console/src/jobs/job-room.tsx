import { useState } from 'react';
import { Anchor, Group } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import type { CustomerJobDetails, JobDetails } from '../api/index.js';
import { Answer, Facts, Page, StateBadge, timeText, wordsOf } from '../shell/index.js';
import { JobActions } from './job-actions.js';
import { JobEnd } from './job-end.js';
import { JobProgress } from './job-progress.js';
import { JobWait } from './job-wait.js';
import { CustomerSteps, JobSteps } from './job-steps.js';
import { isEnded, jobStateLabels } from './job-words.js';
import { isForStaff, useJob } from './use-job.js';

/** One job: what it does, what it did, and what staff may do about it. */
export function JobRoom() {
  const { jobId } = useParams({ from: '/app/jobs/$jobId' });
  const [round, setRound] = useState(0);
  const { asked, refresh, onEvents } = useJob(jobId);
  const onDone = () => {
    refresh();
    setRound((before) => before + 1);
  };
  return (
    <Page
      title={asked.data ? `${wordsOf(asked.data.operation)} #${jobId}` : `Job #${jobId}`}
      aside={asked.data && isForStaff(asked.data) && <JobActions job={asked.data} onDone={onDone} />}
    >
      <Answer asked={asked} what="job">
        {(job) => (
          <>
            <Facts facts={factsOf(job)} />
            <JobEnd job={job} />
            {isForStaff(job) && <JobWait job={job} />}
            <JobProgress jobId={jobId} round={round} onEvents={onEvents} />
            {isForStaff(job) ? <JobSteps job={job} onDone={onDone} /> : <CustomerSteps job={job} />}
          </>
        )}
      </Answer>
    </Page>
  );
}

function factsOf(job: JobDetails | CustomerJobDetails) {
  const isStaff = isForStaff(job);
  const state = (
    <Group gap="xs">
      <StateBadge state={job.state} label={jobStateLabels[job.state]} />
      {isStaff && job.stopRequestedAt !== null && !isEnded(job.state) && 'asked to stop'}
    </Group>
  );
  const service =
    job.serviceId === null ? (
      '–'
    ) : (
      <Anchor inherit component={Link} to={`/app/services/${job.serviceId}`}>
        #{job.serviceId}
      </Anchor>
    );
  return [
    ['State', state] as const,
    ['Service', service] as const,
    ...(isStaff ? [['Asked for by', job.requestedBy] as const] : []),
    ['Asked for', timeText(job.createdAt)] as const,
    ['Ended', timeText(job.finishedAt)] as const,
  ];
}
