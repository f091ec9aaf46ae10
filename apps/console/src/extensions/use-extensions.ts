import { useQuery } from '@tanstack/react-query';
import { answered, api } from '../api/index.js';

/** What was found of extensions, with the forms of their modules. */
export function useExtensions() {
  return useQuery({
    queryKey: ['extensions'],
    queryFn: async ({ signal }) => (await answered(api.GET('/api/v1/extensions', { signal }))).items,
  });
}
