import { useQuery } from '@tanstack/react-query';
import { answered, api, type Product } from '../api/index.js';
import { askedFields } from '../shell/index.js';

/** Whether it is only sold for a service. */
export function isAddon(product: Pick<Product, 'addonOf'> | undefined): boolean {
  return product !== undefined && product.addonOf.length > 0;
}

/** One product. */
export function useProduct(productId: string) {
  return useQuery({
    queryKey: ['product', productId],
    queryFn: async ({ signal }) => answered(api.GET('/api/v1/products/{id}', { params: { path: { id: productId } }, signal })),
  });
}

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
