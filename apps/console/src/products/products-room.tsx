import { Anchor, Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answered, api } from '../api/index.js';
import { Page, PagedTable, StateBadge } from '../shell/index.js';
import { productStateLabels } from './product-words.js';

/** What is for sale, and what was. */
export function ProductsRoom() {
  const asked = useInfiniteQuery({
    queryKey: ['products', 'all'],
    queryFn: ({ pageParam, signal }) =>
      answered(api.GET('/api/v1/products', { params: { query: { limit: 25, ...(pageParam !== '' && { after: pageParam }) } }, signal })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  return (
    <Page
      title="Products"
      aside={
        <Button component={Link} to="/app/products/new" variant="default">
          New product
        </Button>
      }
    >
      <PagedTable
        asked={asked}
        what="products"
        empty="There is no product yet."
        columns={['Product', 'State', 'Components', 'Added to']}
        keyOf={({ id }) => id}
        row={({ id, code, name, state, components, addonOf }) => [
          <Anchor inherit component={Link} to={`/app/products/${id}`} key="product">
            {name} ({code})
          </Anchor>,
          <StateBadge state={state} label={productStateLabels[state]} key="state" />,
          components.map((component) => component.name).join(', '),
          addonOf.length === 0 ? '–' : addonOf.join(', '),
        ]}
      />
    </Page>
  );
}
