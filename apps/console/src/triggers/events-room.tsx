import { Anchor, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { answered, api, type TriggerEvent } from '../api/index.js';
import { ActButton, choicesOf, Page, PagedTable, StateBadge, timeText } from '../shell/index.js';
import { eventsShown, eventStateLabels, mayReplay, type EventsShown } from './event-words.js';
import { ReplayFailedButton } from './replay-failed-button.js';
import { serverChoices, useTriggerServers } from './use-trigger-servers.js';

const states = [{ value: '', label: 'All states' }, ...choicesOf(eventStateLabels)];

/** What other billing systems told of subscriptions and payments, and what became of it. */
export function TriggerEventsRoom() {
  const shown = useSearch({ from: '/app/triggers' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const servers = useTriggerServers();
  const asked = useInfiniteQuery({
    queryKey: ['trigger-events', shown],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 25, ...shown, ...(pageParam !== '' && { after: pageParam }) };
      return answered(api.GET('/api/v1/trigger-events', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 5_000,
  });
  const show = (part: object) => void navigate({ to: '/app/triggers', search: eventsShown({ ...shown, ...part }) });
  const onDone = () => void queries.invalidateQueries({ queryKey: ['trigger-events'] });
  const choices = [{ value: '', label: 'All servers' }, ...serverChoices(servers.data ?? [])];
  const filter = (
    <Group gap="xs">
      <NativeSelect
        aria-label="Server"
        data={choices}
        value={shown.serverId ?? ''}
        onChange={(e) => show({ serverId: e.currentTarget.value })}
      />
      <NativeSelect aria-label="State" data={states} value={shown.state ?? ''} onChange={(e) => show({ state: e.currentTarget.value })} />
      <ReplayFailedButton servers={servers.data ?? []} serverId={shown.serverId} onDone={onDone} />
    </Group>
  );
  return (
    <Page title="Triggers" aside={filter}>
      {shown.subject !== undefined && (
        <Group gap="xs">
          <Text size="sm">Only what is about “{shown.subject}”.</Text>
          <Anchor component="button" type="button" size="sm" onClick={() => show({ subject: undefined })}>
            Show all
          </Anchor>
        </Group>
      )}
      <PagedTable
        asked={asked}
        what="events"
        empty={<NothingCame shown={shown} connected={servers.data?.length} />}
        columns={['Event', 'About', 'State', 'What became of it', 'Came', 'Looked at next', 'What can be done']}
        keyOf={({ id }) => id}
        row={(event) => [
          <EventName event={event} key="event" />,
          <About event={event} onShow={(subject) => show({ subject })} key="about" />,
          <StateBadge state={event.state} label={eventStateLabels[event.state]} key="state" />,
          <Outcome event={event} key="outcome" />,
          timeText(event.receivedAt),
          timeText(event.nextLookAt),
          mayReplay(event) ? <ReplayButton event={event} onDone={onDone} key="replay" /> : '–',
        ]}
      />
    </Page>
  );
}

function NothingCame({ shown, connected }: { readonly shown: EventsShown; readonly connected: number | undefined }) {
  if (Object.keys(shown).length > 0) return 'There is no such event. What was seen to is kept for 30 days.';
  return connected === 0
    ? 'No billing system is connected: connect a server of the kind trigger, and have the provider send its webhook to /triggers/<extension>.'
    : 'Nothing has come in within 30 days. Check at the provider that its webhook is sent to /triggers/<extension>.';
}

function EventName({ event: { eventType, eventId, serverId } }: { readonly event: TriggerEvent }) {
  return (
    <Stack gap={2}>
      <Text size="sm">{eventType}</Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {eventId} ·{' '}
        <Anchor inherit component={Link} to={`/app/servers/${serverId}`}>
          server #{serverId}
        </Anchor>
      </Text>
    </Stack>
  );
}

interface AboutProps {
  readonly event: TriggerEvent;
  readonly onShow: (subject: string) => void;
}

function About({ event: { subject, serviceId }, onShow }: AboutProps) {
  return (
    <Stack gap={2} align="flex-start">
      {subject === null ? (
        <Text size="sm" c="dimmed">
          Nothing that is sold
        </Text>
      ) : (
        <Anchor component="button" type="button" size="sm" ta="left" style={{ overflowWrap: 'anywhere' }} onClick={() => onShow(subject)}>
          {subject}
        </Anchor>
      )}
      {serviceId !== null && (
        <Anchor size="xs" component={Link} to={`/app/services/${serviceId}`}>
          Service #{serviceId}
        </Anchor>
      )}
    </Stack>
  );
}

/** What failed has an operator task, which says what to do. */
function Outcome({ event: { state, outcome } }: { readonly event: TriggerEvent }) {
  return (
    <Stack gap={2}>
      <Text size="sm" c={state === 'failed' ? 'red' : undefined}>
        {outcome ?? '–'}
      </Text>
      {state === 'failed' && (
        <Anchor size="xs" component={Link} to="/app/operator-tasks">
          Its operator task says what to mend
        </Anchor>
      )}
    </Stack>
  );
}

function ReplayButton({ event: { id, eventId }, onDone }: { readonly event: TriggerEvent; readonly onDone: () => void }) {
  const replay = async () => {
    await answered(api.POST('/api/v1/trigger-events/{id}/replay', { params: { path: { id } } }));
    onDone();
  };
  return <ActButton size="xs" label="Replay" about={eventId} act={replay} />;
}
