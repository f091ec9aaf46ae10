import { Button, Group, Stack, Text } from '@mantine/core';
import { errorText, faultIn } from '../api/index.js';
import { settingFaultText } from './connection-words.js';
import { useConnection } from './connection.js';

interface ConnectionCheckProps {
  readonly serverId: string;
  readonly name: string;
  /** Of the fields of its settings, by their names. */
  readonly labels?: ReadonlyMap<string, string>;
}

const noLabels: ReadonlyMap<string, string> = new Map();

/** Asks the provider whether the panel may do there what it has to. */
export function ConnectionCheck({ serverId, name, labels = noLabels }: ConnectionCheckProps) {
  const tested = useConnection(serverId);
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <Button
        size="xs"
        flex="none"
        variant="default"
        loading={tested.isFetching}
        aria-label={`Test connection of ${name}`}
        onClick={() => void tested.refetch()}
      >
        Test connection
      </Button>
      <Stack gap={2} role="status" aria-live="polite">
        {tested.isFetching && (
          <Text size="sm" c="dimmed">
            Testing …
          </Text>
        )}
        {tested.isSuccess && !tested.isFetching && (
          <>
            <Text size="sm" c="green">
              It works: {tested.data.version}
            </Text>
            {tested.data.warnings.map((warning) => (
              <Text size="sm" c="orange" key={warning}>
                {warning}
              </Text>
            ))}
          </>
        )}
        {tested.isError && !tested.isFetching && (
          <Text size="sm" c="red">
            {settingFaultText(faultIn(tested.error), labels) ?? errorText(tested.error)}
          </Text>
        )}
      </Stack>
    </Group>
  );
}
