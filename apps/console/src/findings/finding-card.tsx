import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { answered, api, type Finding } from '../api/index.js';
import { AskButton, ConfirmButton, Facts, fieldText, StateBadge, timeText, wordsOf } from '../shell/index.js';
import { aspectTexts, findingKindLabels, repairText } from './finding-words.js';

/** One finding: what was found, where, and what mends it. */
export function FindingCard({ finding, onDone }: { readonly finding: Finding; readonly onDone: () => void }) {
  const { id, kind, aspect, remoteId, component, details, rechecked, firstSeenAt, lastSeenAt, resolvedAt } = finding;
  const told = Object.entries(details).filter(([, value]) => value !== null);
  return (
    <Card withBorder component="article" aria-label={`Finding #${id}`}>
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} flex={1} miw={240}>
          <Group gap="xs">
            <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
              {remoteId}
              {component !== '' && ` · ${component}`}
            </Title>
            <StateBadge state={kind} label={findingKindLabels[kind]} />
            {resolvedAt !== null && <StateBadge state="resolved" />}
          </Group>
          <Text size="sm">{aspectTexts[aspect]}</Text>
          {told.length > 0 && <Facts facts={told.map(([name, value]) => [wordsOf(name), detailText(finding, value)] as const)} />}
          <Text size="xs" c="dimmed">
            first seen {timeText(firstSeenAt)}, last {timeText(lastSeenAt)}
            {resolvedAt !== null && `, no longer so ${timeText(resolvedAt)}`}
            {!rechecked && resolvedAt === null && ' · the last run could not tell whether it is still so'}
          </Text>
          <Places finding={finding} />
        </Stack>
        {resolvedAt === null && <RepairButton finding={finding} onDone={onDone} />}
      </Group>
    </Card>
  );
}

/** What was found and what should be, of a disk and memory in bytes. */
function detailText({ aspect }: Pick<Finding, 'aspect'>, value: unknown): string {
  return fieldText(aspect === 'memory' || aspect === 'disk' ? 'bytes' : '', value);
}

function Places({
  finding: { kind, aspect, serverId, serviceId, repairJobId, repairTaskId, repairedBy, repairedAt },
}: {
  readonly finding: Finding;
}) {
  return (
    <Group gap="md">
      <Anchor size="sm" component={Link} to={`/app/servers/${serverId}`}>
        Server #{serverId}
      </Anchor>
      {kind === 'orphan' && aspect === 'unknown' ? (
        <Text size="sm">Service #{serviceId}, which is not there</Text>
      ) : (
        <Anchor size="sm" component={Link} to={`/app/services/${serviceId}`}>
          Service #{serviceId}
        </Anchor>
      )}
      {repairJobId !== null && (
        <Anchor size="sm" component={Link} to={`/app/jobs/${repairJobId}`}>
          Repair: job #{repairJobId}
        </Anchor>
      )}
      {repairTaskId !== null && (
        <Anchor size="sm" component={Link} to="/app/operator-tasks">
          Repair: operator task #{repairTaskId}
        </Anchor>
      )}
      {repairedAt !== null && (
        <Text size="sm" c="dimmed">
          asked for {timeText(repairedAt)} by {repairedBy ?? 'somebody'}
        </Text>
      )}
    </Group>
  );
}

function RepairButton({ finding, onDone }: { readonly finding: Finding; readonly onDone: () => void }) {
  const { id, kind, remoteId } = finding;
  const repair = async (confirm?: string) => {
    const body = confirm === undefined ? {} : { confirm };
    await answered(api.POST('/api/v1/reconciliation/findings/{id}/repair', { params: { path: { id } }, body }));
    onDone();
  };
  const shared = { label: 'Repair', explain: repairText(finding), done: 'The repair is on its way.' };
  if (kind === 'orphan') return <ConfirmButton {...shared} expected={remoteId} what="its remote id" act={repair} />;
  return <AskButton {...shared} act={() => repair()} />;
}
