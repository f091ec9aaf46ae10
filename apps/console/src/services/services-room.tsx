import { Anchor } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answered, api } from '../api/index.js';
import { useSession } from '../session/index.js';
import { Page, PagedTable, StateBadge, timeText } from '../shell/index.js';

/** All services; a customer's own. */
export function ServicesRoom() {
  const isStaff = useSession()?.account.role === 'staff';
  const asked = useInfiniteQuery({
    queryKey: ['services'],
    queryFn: ({ pageParam, signal }) =>
      answered(api.GET('/api/v1/services', { params: { query: { limit: 25, ...(pageParam !== '' && { after: pageParam }) } }, signal })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 10_000,
  });
  return (
    <Page title={isStaff ? 'Services' : 'Your services'}>
      <PagedTable
        asked={asked}
        what="services"
        empty={isStaff ? 'No service yet.' : 'You have no service yet.'}
        columns={['Service', 'State', 'Since', ...(isStaff ? ['Customer', 'Ordered through'] : [])]}
        keyOf={({ id }) => id}
        row={({ id, productCode, state, stateSince, customerId, externalSource, externalId }) => [
          <Anchor inherit component={Link} to={`/app/services/${id}`} key="service">
            {productCode} #{id}
          </Anchor>,
          <StateBadge state={state} key="state" />,
          timeText(stateSince),
          ...(isStaff ? [`#${customerId}`, externalSource === null ? '–' : `${externalSource} ${externalId ?? ''}`] : []),
        ]}
      />
    </Page>
  );
}
