import { useCallback, useEffect, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { answered, api, type CustomerJobDetails, type JobDetails } from '../api/index.js';
import { isEnded } from './job-words.js';

/** Events come in bursts; the journal is read once for each. */
const burstMs = 300;

/** A job as whoever is signed in may see it, read anew as it goes on. */
export function useJob(jobId: string) {
  const queries = useQueryClient();
  const [events, onEvents] = useState(0);
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
  return { asked, refresh, onEvents };
}

/** Whether staff, or a customer, were answered. */
export function isForStaff(job: JobDetails | CustomerJobDetails): job is JobDetails {
  return 'components' in job;
}
