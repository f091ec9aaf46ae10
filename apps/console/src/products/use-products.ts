import { useQuery } from '@tanstack/react-query';
import { answered, api } from '../api/index.js';
import { askedFields } from '../shell/index.js';

/** What is for sale. */
export function useProducts() {
  return useQuery({
    queryKey: ['products', 'active'],
    queryFn: async ({ signal }) =>
      (await answered(api.GET('/api/v1/products', { params: { query: { state: 'active', limit: 200 } }, signal }))).items,
    staleTime: 60_000,
  });
}

/** What is asked when a product is ordered; nothing is asked for without an id. */
export function useProductOrder(productId: string | undefined) {
  return useQuery({
    queryKey: ['product-order', productId],
    queryFn: async ({ signal }) => {
      const { order } = await answered(api.GET('/api/v1/products/{id}/order', { params: { path: { id: productId ?? '' } }, signal }));
      return askedFields(order);
    },
    enabled: productId !== undefined,
    staleTime: 60_000,
  });
}
