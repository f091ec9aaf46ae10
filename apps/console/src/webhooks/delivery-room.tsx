import { Anchor, Code, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { answered, api, type WebhookDeliveryDetails } from '../api/index.js';
import { Answer, AskButton, Empty, Facts, Page, Rows, Section, StateBadge, timeText } from '../shell/index.js';
import { deliveryStateLabels } from './delivery-words.js';

/** One delivery: what is sent, and how each attempt went. */
export function DeliveryRoom() {
  const { webhookId, deliveryId } = useParams({ from: '/app/webhooks/$webhookId/deliveries/$deliveryId' });
  const queries = useQueryClient();
  const params = { path: { id: webhookId, deliveryId } };
  const asked = useQuery({
    queryKey: ['delivery', webhookId, deliveryId],
    queryFn: async ({ signal }) => answered(api.GET('/api/v1/webhooks/{id}/deliveries/{deliveryId}', { params, signal })),
    refetchInterval: ({ state: { data } }) => (data?.state === 'pending' || data?.state === 'sending' ? 2_000 : 15_000),
  });
  const replay = async () => {
    await answered(api.POST('/api/v1/webhooks/{id}/deliveries/{deliveryId}/replay', { params }));
    await queries.invalidateQueries({ queryKey: ['delivery', webhookId, deliveryId] });
    void queries.invalidateQueries({ queryKey: ['deliveries', webhookId] });
  };
  return (
    <Page
      title={asked.data ? `${asked.data.eventType} #${deliveryId}` : `Delivery #${deliveryId}`}
      aside={
        asked.data && (
          <AskButton label="Replay" explain="It is sent once more, now, under the same id." done="It is sent once more." act={replay} />
        )
      }
    >
      <Answer asked={asked} what="delivery">
        {(delivery) => (
          <Stack gap="lg">
            <Facts
              facts={[
                ['State', <StateBadge state={delivery.state} label={deliveryStateLabels[delivery.state]} key="state" />],
                [
                  'Webhook',
                  <Anchor inherit component={Link} to={`/app/webhooks/${webhookId}`} key="webhook">
                    #{webhookId}
                  </Anchor>,
                ],
                ['Id of the event', delivery.eventId],
                ['Since', timeText(delivery.createdAt)],
                ['Next attempt', timeText(delivery.nextAttemptAt)],
              ]}
            />
            <Attempts history={delivery.history} />
            <Section title="What is sent">
              <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
                {prettyJson(delivery.body)}
              </Code>
            </Section>
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

function Attempts({ history }: Pick<WebhookDeliveryDetails, 'history'>) {
  return (
    <Section title="Attempts">
      {history.length === 0 ? (
        <Empty>None was made yet.</Empty>
      ) : (
        <Rows
          what="attempts"
          columns={['Attempt', 'Begun', 'Took', 'Answer']}
          items={history.toReversed()}
          keyOf={({ number }) => String(number)}
          row={({ number, startedAt, durationMs, status, error, response }) => [
            number,
            timeText(startedAt),
            durationMs === null ? '–' : `${durationMs} ms`,
            <Stack gap={2} key="answer">
              <Text size="sm" c={error === null ? undefined : 'red'}>
                {[status, error].filter((part) => part !== null).join(': ') || '–'}
              </Text>
              {response !== null && response !== '' && <Code style={{ overflowWrap: 'anywhere' }}>{response}</Code>}
            </Stack>,
          ]}
        />
      )}
    </Section>
  );
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
