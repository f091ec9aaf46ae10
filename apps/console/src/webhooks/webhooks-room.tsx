import { useState } from 'react';
import { Anchor, Text } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answered, api, type Webhook } from '../api/index.js';
import { FormButton, Page, PagedTable, StateBadge, timeText, useFilled } from '../shell/index.js';
import { eventFilters, troubleOf } from './delivery-words.js';
import { SecretDialog } from './secret-dialog.js';
import { isWebhookFilled, WebhookForm } from './webhook-form.js';

/** Who is told of what happens here. */
export function WebhooksRoom() {
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string>();
  const [filled, change, clear] = useFilled({ url: '', events: '*', description: '' });
  const asked = useInfiniteQuery({
    queryKey: ['webhooks'],
    queryFn: ({ pageParam, signal }) =>
      answered(api.GET('/api/v1/webhooks', { params: { query: { limit: 25, ...(pageParam !== '' && { after: pageParam }) } }, signal })),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 30_000,
  });
  const add = async () => {
    const body = { url: filled.url.trim(), events: eventFilters(filled.events), description: filled.description.trim() };
    const made = await answered(api.POST('/api/v1/webhooks', { body }));
    setSecret(made.secret);
    void queries.invalidateQueries({ queryKey: ['webhooks'] });
  };
  return (
    <Page
      title="Webhooks"
      aside={
        <FormButton label="Add a webhook" submit="Add" ready={isWebhookFilled(filled)} onOpen={clear} act={add}>
          <WebhookForm filled={filled} onChange={change} />
        </FormButton>
      }
    >
      <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />
      <PagedTable
        asked={asked}
        what="webhooks"
        empty="Nobody is told of anything yet."
        columns={['Address', 'State', 'Events', 'Added']}
        keyOf={({ id }) => id}
        row={(webhook) => [
          <div key="address">
            <Anchor inherit component={Link} to={`/app/webhooks/${webhook.id}`} style={{ overflowWrap: 'anywhere' }}>
              {webhook.url}
            </Anchor>
            {webhook.description !== '' && (
              <Text size="xs" c="dimmed">
                {webhook.description}
              </Text>
            )}
          </div>,
          <WebhookState webhook={webhook} key="state" />,
          webhook.events.join(', '),
          timeText(webhook.createdAt),
        ]}
      />
    </Page>
  );
}

/** Whether it is told, and since when that fails. */
export function WebhookState({ webhook }: { readonly webhook: Webhook }) {
  const trouble = troubleOf(webhook);
  return (
    <div>
      <StateBadge
        state={trouble === null ? webhook.state : 'failed'}
        label={trouble === 'failing' ? 'Failing' : webhook.state === 'active' ? 'Active' : 'Disabled'}
      />
      {trouble === 'failing' && <Text size="xs">since {timeText(webhook.failingSince)}</Text>}
      {webhook.disabledReason !== null && <Text size="xs">{webhook.disabledReason}</Text>}
    </div>
  );
}
