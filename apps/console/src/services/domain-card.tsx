import { Anchor, Button, Card, Group, List, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answered, api, type Domain } from '../api/index.js';
import { AskButton, CopyText, Failed, StateBadge, timeText } from '../shell/index.js';
import { domainActions, domainStateText } from './domain-words.js';

interface DomainCardProps {
  readonly domain: Domain;
  readonly add: (name: string) => Promise<void>;
  readonly onDone: () => void;
}

/** One domain: how it stands, what its owner has still to do, and what may be asked for it. */
export function DomainCard({ domain, add, onDone }: DomainCardProps) {
  const { name, state, instructions, missing, failure, lookAt, activeSince, goneAt, zone } = domain;
  const may = domainActions(domain);
  const adding = useMutation({ mutationFn: () => add(name) });
  const remove = async () => {
    await answered(api.DELETE('/api/v1/services/{id}/domains/{name}', { params: { path: { id: domain.serviceId, name } } }));
    onDone();
  };
  return (
    <Card withBorder component="article" aria-label={name}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <Stack gap={4} flex={1} miw={220}>
            <Group gap="xs">
              <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }}>
                {name}
              </Title>
              <StateBadge state={state === 'gone' && failure !== null ? 'failed' : state} label={domainStateText(domain)} />
            </Group>
            {failure !== null && <Text size="sm">{failure}</Text>}
            <Text size="xs" c="dimmed">
              {goneAt !== null
                ? `since ${timeText(goneAt)}`
                : activeSince !== null
                  ? `since ${timeText(activeSince)}`
                  : `asked for ${timeText(domain.createdAt)}`}
              {zone && state === 'active' && ' · its zone is at our name servers'}
            </Text>
            <JobLink domain={domain} />
          </Stack>
          <Group gap="xs">
            {(may.includes('look') || may.includes('add')) && (
              <Button size="xs" variant="default" loading={adding.isPending} onClick={() => adding.mutate()}>
                {may.includes('look') ? 'Look again now' : 'Try again'}
              </Button>
            )}
            {may.includes('remove') && (
              <AskButton
                size="xs"
                danger
                label={state === 'removing' ? 'Remove again' : 'Remove'}
                explain={removalText(domain)}
                done={`${name} will be removed.`}
                act={remove}
              />
            )}
          </Group>
        </Group>
        {adding.isError && <Failed error={adding.error} />}
        {instructions && <Instructions instructions={instructions} missing={missing} lookAt={lookAt} />}
      </Stack>
    </Card>
  );
}

function removalText({ name, state, zone }: Domain): string {
  if (state === 'removing') return `Asks once more for the removal of ${name}, should the first try have failed.`;
  return `${name} will no longer lead to this service.${zone ? ' Its zone at our name servers is removed with all its records.' : ''}`;
}

function JobLink({ domain: { addJobId, removeJobId } }: { readonly domain: Domain }) {
  const jobId = removeJobId ?? addJobId;
  if (jobId === null) return null;
  return (
    <Anchor size="xs" component={Link} to={`/app/jobs/${jobId}`}>
      Job #{jobId}
    </Anchor>
  );
}

interface InstructionsProps {
  readonly instructions: NonNullable<Domain['instructions']>;
  readonly missing: string | null;
  readonly lookAt: string | null;
}

/** What the owner of a domain sets where its DNS is. */
function Instructions({ instructions: { txt, addresses, nameServers }, missing, lookAt }: InstructionsProps) {
  return (
    <Stack gap="xs">
      <Text size="sm">Set this where the DNS of the domain is:</Text>
      <List size="sm" spacing="xs">
        <List.Item>
          A or AAAA records with {addresses.length === 1 ? 'this address' : 'these addresses'} and no other. That is enough:
          {addresses.map((address) => (
            <CopyText key={address} value={address} what={`address ${address}`} />
          ))}
        </List.Item>
        <List.Item>
          To prove beforehand that the domain is yours, a TXT record named
          <CopyText value={txt.name} what="name of the TXT record" />
          with the value
          <CopyText value={txt.value} what="value of the TXT record" />
        </List.Item>
        {nameServers.length > 0 && (
          <List.Item>
            Instead of those addresses, once the TXT record was seen, the domain may be delegated to
            {nameServers.map((server) => (
              <CopyText key={server} value={server} what={`name server ${server}`} />
            ))}
          </List.Item>
        )}
      </List>
      <Text size="xs" c="dimmed" role="status" aria-live="polite">
        {missing === null ? 'It was not looked at yet.' : `At the last look: ${missing}.`}
        {lookAt !== null && ` Looked at next ${timeText(lookAt)}.`}
      </Text>
    </Stack>
  );
}
