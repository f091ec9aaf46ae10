import { Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { answered, api } from '../api/index.js';
import { Answer, Facts, Page, timeText } from '../shell/index.js';
import { Deliveries } from './deliveries.js';
import { WebhookButtons } from './webhook-buttons.js';
import { WebhookState } from './webhooks-room.js';

/** One webhook: where it leads, how it does, and what it was told. */
export function WebhookRoom() {
  const { webhookId } = useParams({ from: '/app/webhooks/$webhookId' });
  const queries = useQueryClient();
  const asked = useQuery({
    queryKey: ['webhook', webhookId],
    queryFn: async ({ signal }) => answered(api.GET('/api/v1/webhooks/{id}', { params: { path: { id: webhookId } }, signal })),
    refetchInterval: 10_000,
  });
  const onDone = () => {
    void queries.invalidateQueries({ queryKey: ['webhook', webhookId] });
    void queries.invalidateQueries({ queryKey: ['deliveries', webhookId] });
    void queries.invalidateQueries({ queryKey: ['webhooks'] });
  };
  return (
    <Page title={`Webhook #${webhookId}`} aside={asked.data && <WebhookButtons webhook={asked.data} onDone={onDone} />}>
      <Answer asked={asked} what="webhook">
        {(webhook) => (
          <Stack gap="lg">
            <Facts
              facts={[
                ['Address', webhook.url],
                ['State', <WebhookState webhook={webhook} key="state" />],
                ['Events', webhook.events.join(', ')],
                ['Description', webhook.description || '–'],
                ['Added', timeText(webhook.createdAt)],
                ...(webhook.oldSecretUntil === null ? [] : [['Earlier secret signs until', timeText(webhook.oldSecretUntil)] as const]),
              ]}
            />
            <Deliveries webhookId={webhookId} onDone={onDone} />
          </Stack>
        )}
      </Answer>
    </Page>
  );
}
