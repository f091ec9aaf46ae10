import { Anchor } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answered, api } from '../api/index.js';
import { useSession } from '../session/index.js';
import { Page, PagedTable, StateBadge, timeText } from '../shell/index.js';
import { OrderedThrough } from './ordered-through.js';

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
        row={(service) => [
          <Anchor inherit component={Link} to={`/app/services/${service.id}`} key="service">
            {service.productCode} #{service.id}
          </Anchor>,
          <StateBadge state={service.state} key="state" />,
          timeText(service.stateSince),
          ...(isStaff ? [`#${service.customerId}`, <OrderedThrough key="through" service={service} />] : []),
        ]}
      />
    </Page>
  );
}
