import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { answered, api, errorText } from '../api/index.js';

/** Asks the provider whether the panel may do there what it has to. */
export function ConnectionCheck({ serverId, name }: { readonly serverId: string; readonly name: string }) {
  const testing = useMutation({
    mutationFn: () => answered(api.POST('/api/v1/servers/{id}/test', { params: { path: { id: serverId } } })),
  });
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <Button
        size="xs"
        flex="none"
        variant="default"
        loading={testing.isPending}
        aria-label={`Test connection of ${name}`}
        onClick={() => testing.mutate()}
      >
        Test connection
      </Button>
      <Stack gap={2} role="status" aria-live="polite">
        {testing.data && (
          <Text size="sm" c="green">
            It works: {testing.data.version}
          </Text>
        )}
        {testing.data?.warnings.map((warning) => (
          <Text size="sm" c="orange" key={warning}>
            {warning}
          </Text>
        ))}
        {testing.isError && (
          <Text size="sm" c="red">
            {errorText(testing.error)}
          </Text>
        )}
      </Stack>
    </Group>
  );
}
