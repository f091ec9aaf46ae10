import { Anchor, Group, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answered, api } from '../api/index.js';
import { choicesOf, FormButton, PagedTable, Section, StateBadge, timeText } from '../shell/index.js';
import { deliveryStateLabels, isDeliveryState, lastAnswerText } from './delivery-words.js';

const choices = [{ value: '', label: 'All' }, ...choicesOf(deliveryStateLabels)];

interface DeliveriesProps {
  readonly webhookId: string;
  readonly onDone: () => void;
}

/** What a webhook was told within the last 30 days, and is to be told. */
export function Deliveries({ webhookId, onDone }: DeliveriesProps) {
  const [chosen, setChosen] = useState('');
  const state = isDeliveryState(chosen) ? chosen : undefined;
  const asked = useInfiniteQuery({
    queryKey: ['deliveries', webhookId, state],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 25, ...(state && { state }), ...(pageParam !== '' && { after: pageParam }) };
      return answered(api.GET('/api/v1/webhooks/{id}/deliveries', { params: { path: { id: webhookId }, query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 5_000,
  });
  const aside = (
    <Group gap="xs">
      <ReplayFailed webhookId={webhookId} onDone={onDone} />
      <NativeSelect size="xs" aria-label="State" data={choices} value={chosen} onChange={(event) => setChosen(event.currentTarget.value)} />
    </Group>
  );
  return (
    <Section title="Deliveries" aside={aside}>
      <PagedTable
        asked={asked}
        what="deliveries"
        empty={state ? `No delivery is “${deliveryStateLabels[state]}”.` : 'It was told of nothing yet.'}
        columns={['Event', 'State', 'Attempts', 'Last answer', 'Since', 'Next attempt']}
        keyOf={({ id }) => id}
        row={(delivery) => [
          <Anchor inherit component={Link} to={`/app/webhooks/${webhookId}/deliveries/${delivery.id}`} key="event">
            {delivery.eventType} #{delivery.id}
          </Anchor>,
          <StateBadge state={delivery.state} label={deliveryStateLabels[delivery.state]} key="state" />,
          delivery.attempts,
          lastAnswerText(delivery),
          timeText(delivery.createdAt),
          timeText(delivery.nextAttemptAt),
        ]}
      />
    </Section>
  );
}

const spans = [
  { value: '1', label: 'the last hour' },
  { value: '24', label: 'the last day' },
  { value: '72', label: 'the last three days' },
  { value: '720', label: 'the last 30 days' },
];

function ReplayFailed({ webhookId, onDone }: DeliveriesProps) {
  const [hours, setHours] = useState('24');
  const replay = async () => {
    const since = new Date(Date.now() - Number(hours) * 3_600_000).toISOString();
    await answered(api.POST('/api/v1/webhooks/{id}/replay-failed', { params: { path: { id: webhookId } }, body: { since } }));
    onDone();
  };
  return (
    <FormButton
      size="xs"
      label="Replay what failed"
      submit="Replay"
      explain="Everything that failed is sent once more, each under its own id, so that a receiver that had it knows it again."
      done="What failed is sent once more."
      act={replay}
    >
      <NativeSelect
        label="Of what happened in"
        data-autofocus
        data={spans}
        value={hours}
        onChange={(event) => setHours(event.currentTarget.value)}
      />
    </FormButton>
  );
}
