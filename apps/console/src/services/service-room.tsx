import { useCallback, useState } from 'react';
import { Tabs } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { answered, api } from '../api/index.js';
import { useSession } from '../session/index.js';
import { Answer, Page } from '../shell/index.js';
import { Activity } from './activity.js';
import { Domains } from './domains.js';
import { ManageButtons } from './manage-buttons.js';
import { Overview } from './overview.js';
import type { PressedJob } from './pressed-job.js';
import { isServiceTab, serviceTabs } from './service-tabs.js';
import { Usage } from './usage.js';

/** One service: what it is made of, what can be done with it, and the job that works on it. */
export function ServiceRoom() {
  const { serviceId } = useParams({ from: '/app/services/$serviceId' });
  const { tab = 'overview' } = useSearch({ from: '/app/services/$serviceId' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const isStaff = useSession()?.account.role === 'staff';
  const [pressed, setPressed] = useState<PressedJob>();
  const asked = useQuery({
    queryKey: ['service', serviceId],
    queryFn: async ({ signal }) => answered(api.GET('/api/v1/services/{id}', { params: { path: { id: serviceId } }, signal })),
    refetchInterval: 5_000,
  });
  const goTo = (to: string | null) =>
    navigate({ to: '/app/services/$serviceId', params: { serviceId }, search: isServiceTab(to) && to !== 'overview' ? { tab: to } : {} });
  const refresh = useCallback(() => {
    for (const what of ['service', 'inspection']) void queries.invalidateQueries({ queryKey: [what, serviceId] });
  }, [queries, serviceId]);
  const onJob = (job: PressedJob) => {
    setPressed(job);
    refresh();
    void goTo('overview');
  };
  return (
    <Page
      title={asked.data ? `${asked.data.productCode} #${serviceId}` : `Service #${serviceId}`}
      aside={isStaff && asked.data && <ManageButtons service={asked.data} onJob={onJob} />}
    >
      <Answer asked={asked} what="service">
        {(service) => (
          <Tabs value={tab} onChange={(to) => void goTo(to)} keepMounted={false}>
            <Tabs.List mb="lg">
              {Object.entries(serviceTabs).map(([value, label]) => (
                <Tabs.Tab value={value} key={value}>
                  {label}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="overview">
              <Overview service={service} isStaff={isStaff} pressed={pressed} onJob={onJob} onEnd={refresh} />
            </Tabs.Panel>
            <Tabs.Panel value="domains">
              <Domains service={service} />
            </Tabs.Panel>
            <Tabs.Panel value="usage">
              <Usage serviceId={serviceId} />
            </Tabs.Panel>
            <Tabs.Panel value="activity">
              <Activity serviceId={serviceId} />
            </Tabs.Panel>
          </Tabs>
        )}
      </Answer>
    </Page>
  );
}
