import { Alert, Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ServiceComponent, ServiceDetails } from '../api/index.js';
import { FollowedJob, JobProgress } from '../jobs/index.js';
import { CopyText, Empty, Facts, fieldText, labelOf, Section, StateBadge, timeText, valueText, wordsOf } from '../shell/index.js';
import { AccessSection } from './access-section.js';
import { ActionsSection } from './actions-section.js';
import { AddonsSection } from './addons-section.js';
import { componentStateLabels } from './component-words.js';
import { CustomerFact } from './customer-fact.js';
import { InspectionSection } from './inspection-section.js';
import { OrderedThrough } from './ordered-through.js';
import type { PressedJob } from './pressed-job.js';

interface OverviewProps {
  readonly service: ServiceDetails;
  readonly isStaff: boolean;
  readonly pressed: PressedJob | undefined;
  readonly onJob: (job: PressedJob) => void;
  /** When the pressed job has ended. */
  readonly onEnd: () => void;
}

/** How a service stands, what it is made of, and what can be done with it. */
export function Overview({ service, isStaff, pressed, onJob, onEnd }: OverviewProps) {
  // What was asked for here is followed to its end and stays in sight, as a first delivery does; of other jobs the one in flight.
  const jobId = service.runningJobId ?? (service.state === 'pending' ? service.createJobId : null);
  return (
    <Stack gap="lg">
      {service.state === 'pending' && !isStaff && (
        <Alert color="blue" title="Your service is being set up">
          You can close this page: it goes on without it.
        </Alert>
      )}
      <Facts facts={factsOf(service, isStaff)} />
      {pressed ? (
        <FollowedJob jobId={pressed.jobId} title={pressed.title} onEnd={onEnd} key={pressed.jobId} />
      ) : (
        jobId !== null && <JobProgress jobId={jobId} key={jobId} />
      )}
      <AccessSection service={service} onJob={onJob} />
      {service.state !== 'pending' && <ActionsSection service={service} onJob={onJob} />}
      <Section title="Components">
        {service.components.length === 0 && <Empty>Nothing has been delivered yet.</Empty>}
        {service.components.map((component) => (
          <Card withBorder key={component.name} component="article" aria-label={component.name}>
            <Group gap="xs" mb="xs">
              <Title order={3} size="h5">
                {labelOf(component.name)}
              </Title>
              <StateBadge state={component.state} label={componentStateLabels[component.state]} />
            </Group>
            <ComponentFacts component={component} isStaff={isStaff} />
          </Card>
        ))}
      </Section>
      <AddonsSection service={service} isStaff={isStaff} onDone={onEnd} />
      {isStaff && service.state !== 'pending' && <InspectionSection serviceId={service.id} />}
    </Stack>
  );
}

function ComponentFacts({ component, isStaff }: { readonly component: ServiceComponent; readonly isStaff: boolean }) {
  const { extension, serverId, remoteId, properties, expiresAt } = component;
  const server =
    serverId === undefined ? (
      '–'
    ) : (
      <Anchor inherit component={Link} to={`/app/servers/${serverId}`}>
        #{serverId}
      </Anchor>
    );
  const facts = [
    ...(isStaff
      ? ([
          ['Extension', valueText(extension)],
          ['Server', server],
          ['Remote id', valueText(remoteId)],
        ] as const)
      : []),
    ...Object.entries(properties).map(([key, value]) => [wordsOf(key), <Property key={key} name={key} value={value} />] as const),
    ...(expiresAt === null ? [] : [['Ends', timeText(expiresAt)] as const]),
  ];
  return facts.length === 0 ? (
    <Text size="sm" c="dimmed">
      {component.state === 'gone' ? 'Nothing of it is left.' : 'Nothing is known of it yet.'}
    </Text>
  ) : (
    <Facts facts={facts} />
  );
}

/** What has lines, such as a certificate, is taken elsewhere as it is. */
function Property({ name, value }: { readonly name: string; readonly value: unknown }) {
  const hasLines = typeof value === 'string' && value.trimEnd().includes('\n');
  return hasLines ? <CopyText value={value} what={wordsOf(name)} /> : fieldText(name, value);
}

function factsOf(service: ServiceDetails, isStaff: boolean) {
  const state = (
    <Group gap="xs">
      <StateBadge state={service.state} /> since {timeText(service.stateSince)}
    </Group>
  );
  const family = [
    ...(service.parentId === null ? [] : [['Added to', serviceLink(service.parentId, `Service #${service.parentId}`)] as const]),
  ];
  if (!isStaff) return [['State', state] as const, ...family];
  return [
    ['State', state],
    ...family,
    ['Should be', labelOf(service.desiredState)],
    ['Last seen as', service.observedState === null ? '–' : `${labelOf(service.observedState)}, ${timeText(service.observedAt)}`],
    ['Customer', <CustomerFact key="customer" customerId={service.customerId} />],
    ['Ordered through', <OrderedThrough key="through" service={service} />],
    ['Created by', jobLink(service.createJobId)],
    ['Job in flight', jobLink(service.runningJobId)],
    ['Told', mailsLink(service.id)],
  ] as const;
}

function serviceLink(id: string, text: string) {
  return (
    <Anchor inherit component={Link} to={`/app/services/${id}`}>
      {text}
    </Anchor>
  );
}

function mailsLink(serviceId: string) {
  return (
    <Anchor inherit renderRoot={(props) => <Link {...props} to="/app/mails" search={{ serviceId }} />}>
      Mails about it
    </Anchor>
  );
}

function jobLink(jobId: string | null) {
  if (jobId === null) return '–';
  return (
    <Anchor inherit component={Link} to={`/app/jobs/${jobId}`}>
      Job #{jobId}
    </Anchor>
  );
}
