import { Anchor, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { answered, api, type Mail } from '../api/index.js';
import { RetryAllButton } from '../queues/index.js';
import { ActButton, choicesOf, Page, PagedTable, StateBadge, timeText } from '../shell/index.js';
import { addresseeText, mailsShown, mailStateLabels, templateLabel } from './mail-words.js';

const states = [{ value: '', label: 'All states' }, ...choicesOf(mailStateLabels)];

/** What customers and support were told by mail, and why some of it did not arrive. */
export function MailsRoom() {
  const shown = useSearch({ from: '/app/mails' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const asked = useInfiniteQuery({
    queryKey: ['mails', shown],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 25, ...shown, ...(pageParam !== '' && { after: pageParam }) };
      return answered(api.GET('/api/v1/mails', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: 5_000,
  });
  const show = (part: object) => void navigate({ to: '/app/mails', search: mailsShown({ ...shown, ...part }) });
  const onDone = () => void queries.invalidateQueries({ queryKey: ['mails'] });
  const filter = (
    <Group gap="xs">
      <NativeSelect
        aria-label="State"
        data={states}
        value={shown.state ?? ''}
        onChange={(event) => show({ state: event.currentTarget.value })}
      />
      <RetryAllButton queue="emails" label="Send what failed" onDone={onDone} />
    </Group>
  );
  return (
    <Page title={shown.serviceId === undefined ? 'Mails' : `Mails about service #${shown.serviceId}`} aside={filter}>
      <Text size="sm" c="dimmed">
        Of the last day, and what waits or has failed. A mail is composed when it is sent, of what is true then; what is in it is kept
        nowhere.
      </Text>
      <PagedTable
        asked={asked}
        what="mails"
        empty={Object.keys(shown).length > 0 ? 'There is no such mail.' : 'Nobody was told of anything within the last day.'}
        columns={['Mail', 'To', 'State', 'Remark', 'Asked for', 'What can be done']}
        keyOf={({ id }) => id}
        row={(mail) => [
          <MailName mail={mail} key="mail" />,
          <Text size="sm" style={{ overflowWrap: 'anywhere' }} key="to">
            {addresseeText(mail)}
          </Text>,
          <StateBadge state={mail.state} label={mailStateLabels[mail.state]} key="state" />,
          <Remark mail={mail} key="remark" />,
          timeText(mail.createdAt),
          mail.state === 'failed' ? <SendButton mail={mail} onDone={onDone} key="send" /> : '–',
        ]}
      />
    </Page>
  );
}

function MailName({ mail: { template, serviceId, jobId } }: { readonly mail: Mail }) {
  return (
    <Stack gap={2}>
      <Text size="sm">{templateLabel(template)}</Text>
      <Group gap="xs">
        {serviceId !== null && (
          <Anchor size="xs" component={Link} to={`/app/services/${serviceId}`}>
            Service #{serviceId}
          </Anchor>
        )}
        {jobId !== null && (
          <Anchor size="xs" component={Link} to={`/app/jobs/${jobId}`}>
            Job #{jobId}
          </Anchor>
        )}
      </Group>
    </Stack>
  );
}

function Remark({ mail: { state, reason, attempts, nextAttemptAt, finishedAt } }: { readonly mail: Mail }) {
  const tries = attempts > 1 ? `tried ${attempts} times` : undefined;
  const next = state === 'waiting' && nextAttemptAt !== null ? `next ${timeText(nextAttemptAt)}` : undefined;
  const ended = finishedAt === null ? undefined : timeText(finishedAt);
  return (
    <Stack gap={2}>
      {reason !== null && (
        <Text size="sm" c={state === 'failed' ? 'red' : undefined}>
          {reason}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {[tries, next, ended].filter(Boolean).join(' · ') || '–'}
      </Text>
    </Stack>
  );
}

function SendButton({ mail: { id, template }, onDone }: { readonly mail: Mail; readonly onDone: () => void }) {
  const send = async () => {
    await answered(api.POST('/api/v1/queues/{queue}/failed/{id}/retry', { params: { path: { queue: 'emails', id } } }));
    onDone();
  };
  return <ActButton size="xs" label="Send again" about={`${templateLabel(template)} #${id}`} act={send} />;
}
