import { Anchor, Code, List, Spoiler, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answered, api } from '../api/index.js';
import { Failed } from '../shell/index.js';
import { eventFilters } from './delivery-words.js';

export interface WebhookFilled {
  readonly url: string;
  readonly events: string;
  readonly description: string;
}

interface WebhookFormProps {
  readonly filled: WebhookFilled;
  readonly onChange: (part: Partial<WebhookFilled>) => void;
}

/** Where a webhook leads, and what it is told of. */
export function WebhookForm({ filled: { url, events, description }, onChange }: WebhookFormProps) {
  const types = useQuery({
    queryKey: ['webhook-event-types'],
    queryFn: async ({ signal }) => (await answered(api.GET('/api/v1/webhooks/event-types', { signal }))).items,
    staleTime: Infinity,
  });
  return (
    <>
      <TextInput
        label="Address"
        placeholder="https://example.com/hooks"
        type="url"
        required
        data-autofocus
        value={url}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
      />
      <Textarea
        label="Events"
        description="One on each line; service.* for all that begin so, * for all"
        required
        autosize
        minRows={2}
        spellCheck={false}
        value={events}
        onChange={(event) => onChange({ events: event.currentTarget.value })}
      />
      {types.isError && <Failed error={types.error} title="No list of events" again={() => void types.refetch()} />}
      {types.data && (
        <Spoiler maxHeight={0} showLabel="Show what there is" hideLabel="Hide what there is" styles={{ control: { fontSize: 13 } }}>
          <List size="xs" spacing={2}>
            {types.data.map(({ type, description: what }) => (
              <List.Item key={type}>
                <Anchor
                  component="button"
                  type="button"
                  size="xs"
                  aria-label={`Add ${type}`}
                  onClick={() => onChange({ events: eventFilters(`${events}\n${type}`).join('\n') })}
                >
                  <Code>{type}</Code>
                </Anchor>{' '}
                {what}
              </List.Item>
            ))}
          </List>
        </Spoiler>
      )}
      <TextInput
        label="Description"
        maxLength={200}
        value={description}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      <Text size="xs" c="dimmed">
        Addresses within the panel’s own network are refused.
      </Text>
    </>
  );
}

export const isWebhookFilled = ({ url, events }: WebhookFilled): boolean => url.trim() !== '' && eventFilters(events).length > 0;
