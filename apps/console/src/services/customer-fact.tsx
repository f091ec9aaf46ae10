import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answered, api } from '../api/index.js';

/** Whose a service is, for staff. Known by number until the panel has said more. */
export function CustomerFact({ customerId }: { readonly customerId: string }) {
  const asked = useQuery({
    queryKey: ['customer', customerId],
    queryFn: async ({ signal }) => answered(api.GET('/api/v1/customers/{id}', { params: { path: { id: customerId } }, signal })),
    staleTime: 60_000,
  });
  return (
    <Text inherit style={{ overflowWrap: 'anywhere' }}>
      {[asked.data?.name, asked.data?.email, `#${customerId}`].filter(Boolean).join(' · ')}
    </Text>
  );
}
